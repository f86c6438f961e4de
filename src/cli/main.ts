#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { messageOf, QuantCellError } from '../base/errors.ts';
import { ExitCode } from './exit-code.ts';
import { Interruption } from './interruption.ts';
import type { KeysFlags } from './commands/keys.ts';
import type { LogsFlags } from './commands/logs.ts';
import type { RunFlags } from './run-options.ts';
import type { TradeFlags } from './trade-options.ts';
import type { SimExchangeFlags } from './sim-exchange-options.ts';

function version(): string {
  const json = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(json) as { version: string }).version;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('expected a whole number.');
  return Number(text);
}

function positiveNumber(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('expected a whole number from 1.');
  return value;
}

const interruption = new Interruption();

const program = new Command('quantcell')
  .description('Runs trading strategies, each in its own process, and keeps them alive.')
  .version(version())
  .showHelpAfterError('(--help shows what is possible)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE));

program
  .command('run')
  .description('run strategies over recorded or synthetic market data, then say what happened')
  .argument('<strategy...>', 'strategy files (.ts, .mts, .js, .mjs)')
  .option('--symbols <list>', 'symbols, separated by commas, such as BTC/USDT,ETH/USDT')
  .option('--data <file...>', 'recorded bars or trades: CSV or JSON, gzip or not')
  .option('--feed <name>', 'replay (the default with --data) or synthetic')
  .option('--seed <number>', 'of the synthetic market (default: 1)')
  .option('--duration <span>', 'market time of the synthetic market, such as 12h (default: 1d)')
  .option('--timeframe <span>', "of the strategies' bars, such as 5m (default: the data's own)")
  .option('--speed <speed>', 'max, realtime, or a factor such as 60x (default: max)')
  .option('--params <json>', "the strategies' parameters, such as '{\"n1\":10}'")
  .option('--venue <name>', 'where orders go: paper, or none (default: paper)')
  .option('--cash <amount>', 'of each strategy, in the quote currency (default: 100000)')
  .option('--fee <share>', 'of each fill, maker or taker, such as 0.001 for 0.1 % (default: 0.001)')
  .option('--slippage <share>', 'of the price, of market and stop orders (default: 0)')
  .option('--latency <ms>', 'until an order is in the market (default: 0)')
  .option('--max-volume-share <share>', 'of a bar or trade that an order fills (default: no limit)')
  .option('--equity <file>', 'write the equity of the strategies over time, as CSV')
  .option('--plot <file>', 'draw it, as SVG')
  .option('--home <directory>', 'for sockets and compiled strategies (default: a temporary one)')
  .option('--verbose', "print all of the strategies' log lines, not only warnings and errors")
  .option('--json', 'print one JSON document and nothing else on stdout')
  .action(async (strategies: string[], flags: RunFlags) => {
    const { runCommand } = await import('./commands/run.ts');
    process.exitCode = await runCommand(strategies, flags, interruption);
  });

program
  .command('trade')
  .description(
    'run strategies on the market data of an exchange, until Ctrl-C; orders on paper unless told otherwise',
  )
  .argument('<strategy...>', 'strategy files (.ts, .mts, .js, .mjs)')
  .requiredOption(
    '--exchange <id>',
    'where market data comes from, as ccxt calls it, such as binance',
  )
  .option('--kind <kind>', 'spot or linear futures: spot, linear (default: spot)')
  .option('--venue <name>', 'where orders go: paper, or exchange (default: paper)')
  .option('--live', 'orders may go to the exchange with real money')
  .option('--sandbox', "take the exchange's test environment")
  .option('--keys <name>', 'name of the keys (default: that of the exchange)')
  .option(
    '--sim <address>',
    'a quantcell sim-exchange in place of the exchange, such as http://127.0.0.1:8080',
  )
  .option('--symbols <list>', 'symbols, separated by commas, such as BTC/USDT,ETH/USDT')
  .option('--timeframe <span>', "of the strategies' bars, such as 5m (default: 1m)")
  .option('--params <json>', "the strategies' parameters, such as '{\"n1\":10}'")
  .option('--risk <file>', 'limits, as JSON such as {"strategy":{"maxOrderNotional":100}}')
  .option(
    '--when-down <what>',
    'with the orders of a strategy that is down: hold, cancel, flatten (default: hold)',
  )
  .option('--cash <amount>', 'of the paper account, in USDT (default: 100000)')
  .option('--fee <share>', "on paper, such as 0.001 for 0.1 % (default: the exchange's)")
  .option('--slippage <share>', 'on paper, of market and stop orders (default: 0)')
  .option('--latency <ms>', 'on paper, until an order is in the market (default: 0)')
  .option(
    '--max-volume-share <share>',
    'on paper, of a trade that an order fills (default: no limit)',
  )
  .option('--home <directory>', 'journal, states and registry; needed for --venue exchange')
  .option('--verbose', "print all of the strategies' log lines, not only warnings and errors")
  .action(async (strategies: string[], flags: TradeFlags) => {
    const { tradeCommand } = await import('./commands/trade.ts');
    process.exitCode = await tradeCommand(strategies, flags, interruption);
  });

program
  .command('demo')
  .description('run three example strategies on a synthetic market until Ctrl-C')
  .option('--seed <number>', 'of the market', wholeNumber, 7)
  .action(async (flags: { seed: number }) => {
    const { demoCommand } = await import('./commands/demo.ts');
    process.exitCode = await demoCommand(flags, interruption);
  });

program
  .command('logs')
  .description('print the log of a worker, whether its system runs or not')
  .argument('<worker>', 'id of the worker')
  .requiredOption('--home <directory>', 'the home directory of the system')
  .option('-n, --lines <number>', 'lines at most, the last ones', positiveNumber, 100)
  .option('-f, --follow', 'go on with lines as they are written, until Ctrl-C')
  .option('--json', 'print each line as JSON')
  .action(async (worker: string, flags: LogsFlags) => {
    const { logsCommand } = await import('./commands/logs.ts');
    process.exitCode = await logsCommand(worker, flags, interruption);
  });

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
    const { addKeysCommand } = await import('./commands/keys.ts');
    process.exitCode = await addKeysCommand(name, flags);
  });

keys
  .command('list')
  .description('print the names of the keys, one a line')
  .requiredOption('--home <directory>', 'the home directory of the system')
  .action(async (flags: KeysFlags) => {
    const { listKeysCommand } = await import('./commands/keys.ts');
    process.exitCode = await listKeysCommand(flags);
  });

keys
  .command('remove')
  .description('forget keys')
  .argument('<name>', 'their name')
  .requiredOption('--home <directory>', 'the home directory of the system')
  .action(async (name: string, flags: KeysFlags) => {
    const { removeKeysCommand } = await import('./commands/keys.ts');
    process.exitCode = await removeKeysCommand(name, flags);
  });

program
  .command('sim-exchange')
  .description('run a simulated exchange on this machine that speaks as Binance does, until Ctrl-C')
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
  .option('--fault <list...>', 'what goes wrong, such as drop-answer:next=1 delay:ms=200,rate=0.1')
  .action(async (flags: SimExchangeFlags) => {
    const { simExchangeCommand } = await import('./commands/sim-exchange.ts');
    process.exitCode = await simExchangeCommand(flags, interruption);
  });

try {
  await program.parseAsync();
} catch (thrown) {
  const known = thrown instanceof QuantCellError;
  process.stderr.write(`quantcell: ${known ? `${thrown.code}: ` : ''}${messageOf(thrown)}\n`);
  if (!known && thrown instanceof Error) process.stderr.write(`${thrown.stack}\n`);
  const where = known && 'remoteStack' in thrown ? String(thrown.remoteStack) : '';
  if (where !== '') process.stderr.write(`${where}\n`);
  process.exitCode = ExitCode.USAGE;
}
