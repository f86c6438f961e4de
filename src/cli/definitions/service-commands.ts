import type { Command } from 'commander';
import type { InitFlags } from '../commands/init.ts';
import type { ServeFlags } from '../commands/serve.ts';
import type { Interruption } from '../interruption.ts';
import { portNumber } from '../number-arguments.ts';

/** Commands that set up and run the service. */
export function defineServiceCommands(program: Command, interruption: Interruption): void {
  program
    .command('serve')
    .description(
      'run the service: market data, workers, orders, API and dashboard, until it is stopped',
    )
    .option(
      '--config <file>',
      'configuration (default: quantcell.yaml in the home, if it is there)',
    )
    .option('--port <number>', 'of the API and the dashboard; 0 for any that is free', portNumber)
    .option(
      '--home <directory>',
      'of everything that is kept (default: QUANTCELL_HOME, else ~/.quantcell)',
    )
    .option('--demo', 'three examples on a synthetic market, in a temporary home unless told')
    .option('--json', 'print each line of the log as JSON')
    .action(async (flags: ServeFlags) => {
      interruption.keepHangups();
      const { serveCommand } = await import('../commands/serve.ts');
      process.exitCode = await serveCommand(flags, interruption);
    });

  program
    .command('init')
    .description('write a commented configuration and an example strategy')
    .argument('[directory]', 'where to (default: QUANTCELL_HOME, else ~/.quantcell)')
    .option('--force', 'write over a configuration that is there')
    .action(async (directory: string | undefined, flags: InitFlags) => {
      const { initCommand } = await import('../commands/init.ts');
      process.exitCode = initCommand(directory, flags);
    });
}
