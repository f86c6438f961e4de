import { Option, type Command } from 'commander';
import { LOG_LEVELS } from '../../base/logger.ts';
import { withConnection } from '../api/connection-options.ts';
import type { KeysFlags } from '../commands/keys.ts';
import type { RemoteLogsFlags } from '../commands/remote-logs.ts';
import type { Interruption } from '../interruption.ts';
import { positiveNumber, wholeNumber } from '../number-arguments.ts';
import type { SimExchangeFlags } from '../sim-exchange-options.ts';

/** Commands for what is in a home, and for what stands in for an exchange. */
export function defineHomeCommands(program: Command, interruption: Interruption): void {
  defineLogs(program, interruption);
  defineKeys(program);
  defineSimExchange(program, interruption);
}

function defineLogs(program: Command, interruption: Interruption): void {
  withConnection(
    program
      .command('logs')
      .description('print the log of a worker; with --home from its files, whether it runs or not')
      .argument('<worker>', 'id of the worker')
      .option('-n, --lines <number>', 'lines at most, the last ones', positiveNumber, 100)
      .option('-f, --follow', 'go on with lines as they are written, until Ctrl-C')
      .addOption(
        new Option('--level <level>', 'of a server: this one and worse ones').choices(LOG_LEVELS),
      )
      .option('--search <text>', 'of a server: lines with this text')
      .option('--home <directory>', 'read the files of this home, without a server'),
  ).action(async (worker: string, flags: RemoteLogsFlags) => {
    const { home } = flags;
    if (home !== undefined) {
      const { logsCommand } = await import('../commands/logs.ts');
      process.exitCode = await logsCommand(worker, { ...flags, home }, interruption);
      return;
    }
    const { remoteLogsCommand } = await import('../commands/remote-logs.ts');
    process.exitCode = await remoteLogsCommand(worker, flags, interruption);
  });
}

function defineKeys(program: Command): void {
  const keys = program
    .command('keys')
    .description('keep the keys of exchanges in an encrypted file of the home');

  keys
    .command('add')
    .description('ask for the keys of an exchange, or read them as lines from stdin')
    .argument('<name>', 'a name for them, such as binance')
    .option('--exchange <id>', 'which exchange they are for, as ccxt calls it')
    .requiredOption('--home <directory>', 'the home directory of the system')
    .action(async (name: string, flags: KeysFlags) => {
      const { addKeysCommand } = await import('../commands/keys.ts');
      process.exitCode = await addKeysCommand(name, flags);
    });

  keys
    .command('list')
    .description('print the names of the keys, one a line')
    .requiredOption('--home <directory>', 'the home directory of the system')
    .action(async (flags: KeysFlags) => {
      const { listKeysCommand } = await import('../commands/keys.ts');
      process.exitCode = await listKeysCommand(flags);
    });

  keys
    .command('remove')
    .description('forget keys')
    .argument('<name>', 'their name')
    .requiredOption('--home <directory>', 'the home directory of the system')
    .action(async (name: string, flags: KeysFlags) => {
      const { removeKeysCommand } = await import('../commands/keys.ts');
      process.exitCode = await removeKeysCommand(name, flags);
    });
}

function defineSimExchange(program: Command, interruption: Interruption): void {
  program
    .command('sim-exchange')
    .description(
      'run a simulated exchange on this machine that speaks as Binance does, until Ctrl-C',
    )
    .option('--port <number>', 'at 127.0.0.1; 0 for any that is free', wholeNumber, 0)
    .option('--seed <number>', 'of the market and of the faults', wholeNumber, 1)
    .option('--symbols <list>', 'what is traded, separated by commas', 'BTC/USDT,ETH/USDT')
    .option('--api-key <key>', 'that requests must have', 'sim-key')
    .option('--secret <secret>', 'that they must be signed with', 'sim-secret')
    .option('--withdraw-key', 'the key may withdraw, which QuantCell refuses')
    .option('--balance <list...>', 'of the account at the start, such as USDT=1000 BTC=1')
    .option('--tick <ms>', 'time between two moves of the market; 0 for none', wholeNumber, 250)
    .option('--weight-limit <number>', 'request weight in a minute', positiveNumber, 6_000)
    .option('--order-limit <number>', 'new orders in ten seconds', positiveNumber, 100)
    .option('--log <file>', 'append what happens to orders and balances, as JSON lines')
    .option(
      '--fault <list...>',
      'what goes wrong, such as drop-answer:next=1 delay:ms=200,rate=0.1',
    )
    .action(async (flags: SimExchangeFlags) => {
      const { simExchangeCommand } = await import('../commands/sim-exchange.ts');
      process.exitCode = await simExchangeCommand(flags, interruption);
    });
}
