import { Option, type Command } from 'commander';
import type { ConnectionFlags } from '../api/connection.ts';
import { withConnection } from '../api/connection-options.ts';
import type { DiagnoseFlags } from '../commands/diagnose.ts';
import type { AlertsFlags, AuditFlags } from '../commands/server.ts';
import type { Interruption } from '../interruption.ts';
import { positiveNumber } from '../number-arguments.ts';

type TokenFlags = ConnectionFlags & { readonly role: 'read' | 'operate' | 'trade' | 'admin' };

/** Commands for a server as a whole. */
export function defineServerCommands(program: Command, interruption: Interruption): void {
  defineTop(program, interruption);
  defineDiagnose(program);
  defineBooks(program);
  defineTokens(program);
}

function defineTop(program: Command, interruption: Interruption): void {
  withConnection(
    program.command('top').description('watch the workers of a server live; q ends it'),
  ).action(async (flags: ConnectionFlags) => {
    const { topCommand } = await import('../commands/top.ts');
    process.exitCode = await topCommand(flags, interruption);
  });
}

function defineDiagnose(program: Command): void {
  withConnection(
    program
      .command('diagnose')
      .description('look for what is wrong with the installation, the home and the server')
      .option('--config <file>', 'configuration (default: quantcell.yaml in the home)'),
  ).action(async (flags: DiagnoseFlags) => {
    const { diagnoseCommand } = await import('../commands/diagnose.ts');
    process.exitCode = await diagnoseCommand(flags);
  });
}

function defineBooks(program: Command): void {
  withConnection(
    program
      .command('strategies')
      .description('list the strategies of a server, or look at one')
      .argument('[strategy]', 'its name'),
  ).action(async (name: string | undefined, flags: ConnectionFlags) => {
    const { strategiesCommand } = await import('../commands/server.ts');
    process.exitCode = await strategiesCommand(name, flags);
  });
  withConnection(
    program
      .command('alerts')
      .description('list the last alerts')
      .option('--test', 'send one through each channel')
      .option('-n, --limit <number>', 'how many at most', positiveNumber, 50),
  ).action(async (flags: AlertsFlags) => {
    const { alertsCommand } = await import('../commands/server.ts');
    process.exitCode = await alertsCommand(flags);
  });
  withConnection(
    program
      .command('audit')
      .description('list who did what')
      .option('--verify', 'check whether the log is whole')
      .option('--action <name>', 'of this kind, such as startWorker')
      .option('--target <id>', 'to this, such as a worker')
      .option('-n, --limit <number>', 'how many at most', positiveNumber, 50),
  ).action(async (flags: AuditFlags) => {
    const { auditCommand } = await import('../commands/server.ts');
    process.exitCode = await auditCommand(flags);
  });
}

function defineTokens(program: Command): void {
  const tokens = program.command('tokens').description('who may use the API of a server');
  withConnection(tokens.command('list').description('list the tokens, without their text')).action(
    async (flags: ConnectionFlags) => {
      const { listTokensCommand } = await import('../commands/tokens.ts');
      process.exitCode = await listTokensCommand(flags);
    },
  );
  withConnection(
    tokens
      .command('create')
      .description('make a token and print its text, this once')
      .argument('<name>', 'whose it is')
      .addOption(
        new Option('--role <role>', 'what may be done with it')
          .choices(['read', 'operate', 'trade', 'admin'])
          .makeOptionMandatory(),
      ),
  ).action(async (name: string, flags: TokenFlags) => {
    const { createTokenCommand } = await import('../commands/tokens.ts');
    process.exitCode = await createTokenCommand(name, flags);
  });
  withConnection(
    tokens
      .command('revoke')
      .description('end a token and its sessions')
      .argument('<id>', 'of the token, as in the list'),
  ).action(async (id: string, flags: ConnectionFlags) => {
    const { revokeTokenCommand } = await import('../commands/tokens.ts');
    process.exitCode = await revokeTokenCommand(id, flags);
  });
}
