import type { Command } from 'commander';
import type { Interruption } from '../interruption.ts';
import { wholeNumber } from '../number-arguments.ts';
import type { RunFlags } from '../run-options.ts';
import type { TradeFlags } from '../trade-options.ts';

/** Commands that run strategies for themselves, without a server. */
export function defineRunCommands(program: Command, interruption: Interruption): void {
  defineRun(program, interruption);
  defineTrade(program, interruption);
  defineDemo(program, interruption);
}

function defineRun(program: Command, interruption: Interruption): void {
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
    .option(
      '--fee <share>',
      'of each fill, maker or taker, such as 0.001 for 0.1 % (default: 0.001)',
    )
    .option('--slippage <share>', 'of the price, of market and stop orders (default: 0)')
    .option('--latency <ms>', 'until an order is in the market (default: 0)')
    .option(
      '--max-volume-share <share>',
      'of a bar or trade that an order fills (default: no limit)',
    )
    .option('--equity <file>', 'write the equity of the strategies over time, as CSV')
    .option('--plot <file>', 'draw it, as SVG')
    .option('--home <directory>', 'for sockets and compiled strategies (default: a temporary one)')
    .option('--verbose', "print all of the strategies' log lines, not only warnings and errors")
    .option('--json', 'print one JSON document and nothing else on stdout')
    .action(async (strategies: string[], flags: RunFlags) => {
      const { runCommand } = await import('../commands/run.ts');
      process.exitCode = await runCommand(strategies, flags, interruption);
    });
}

function defineTrade(program: Command, interruption: Interruption): void {
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
      const { tradeCommand } = await import('../commands/trade.ts');
      process.exitCode = await tradeCommand(strategies, flags, interruption);
    });
}

function defineDemo(program: Command, interruption: Interruption): void {
  program
    .command('demo')
    .description('run three example strategies on a synthetic market until Ctrl-C')
    .option('--seed <number>', 'of the market', wholeNumber, 7)
    .action(async (flags: { seed: number }) => {
      const { demoCommand } = await import('../commands/demo.ts');
      process.exitCode = await demoCommand(flags, interruption);
    });
}
