import type { Logger } from '../../base/logger.ts';
import { TradingSession, type OrderUpdate } from '../../system/trading-session.ts';
import { ExitCode } from '../exit-code.ts';
import type { Interruption } from '../interruption.ts';
import { SecretPrompt } from '../secret-prompt.ts';
import { renderTable } from '../terminal/table.ts';
import { readTradeOptions, type TradeFlags } from '../trade-options.ts';

/** `quantcell trade`: strategies on live market data, until Ctrl-C. Returns the exit code. */
export async function tradeCommand(
  strategies: readonly string[],
  flags: TradeFlags,
  interruption: Interruption,
): Promise<number> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const prompt = new SecretPrompt(process.stdin, (text) => void process.stderr.write(text));
  const session = new TradingSession({
    ...readTradeOptions(strategies, flags),
    logger: loggerOf(flags, say),
    onLog: (workerId, level, message) => {
      if (flags.verbose === true || level === 'error' || level === 'warn')
        say(`${now()} ${workerId} ${level}: ${message}`);
    },
    onOrder: (workerId, update) => say(`${now()} ${workerId} ${renderUpdate(update)}`),
    passphrase: async () => (await prompt.ask('Passphrase of the keys')) ?? '',
  });
  const interrupted = new Promise<void>((resolve) => {
    const running = {
      stop: resolve,
      kill: () => session.kill(),
      get workersAlive() {
        return session.workersAlive;
      },
      get stopLimitMs() {
        return session.stopLimitMs;
      },
    };
    interruption.watch(running, (line) => process.stderr.write(`${line}\n`));
  });
  const started = session.start();
  // One that is interrupted fails once the session is stopped, and nobody has to hear of that.
  started.catch(() => undefined);
  try {
    await Promise.race([started, interrupted]);
    if (!interruption.asked) say(`${now()} ${headline(flags)}; Ctrl-C stops it`);
    await interrupted;
    say('stopping');
    await session.stop();
    say(renderEnd(session));
  } finally {
    interruption.done();
    prompt.close();
  }
  return interruption.forced ? ExitCode.INTERRUPTED : ExitCode.OK;
}

function headline({ exchange, venue = 'paper', live, sandbox, sim }: TradeFlags): string {
  const where = sim === undefined ? exchange : `${exchange} as simulated at ${sim}`;
  if (venue === 'paper') return `market data of ${where}, orders on paper`;
  if (sandbox === true) return `market data and orders: the sandbox of ${where}`;
  return live === true ? `LIVE: orders go to ${where}` : `orders go to ${where}`;
}

function loggerOf({ verbose }: TradeFlags, say: (line: string) => void): Logger {
  return {
    log: (level, message) => {
      if (level === 'debug' || (level === 'info' && verbose !== true)) return;
      say(`${now()} ${level}: ${message}`);
    },
  };
}

function renderUpdate({ order, fill }: OrderUpdate): string {
  const { side, type, quantity, symbol, price, status, clientOrderId, reason } = order;
  const at = price === null ? '' : ` at ${price}`;
  if (fill !== null) {
    return `filled: ${fill.side} ${fill.quantity} ${fill.symbol} at ${fill.price}, fee ${fill.fee} ${fill.feeCurrency} (${clientOrderId})`;
  }
  const why = reason === null || reason === '' ? '' : `: ${reason}`;
  return `${status}: ${side} ${quantity} ${symbol} ${type}${at} (${clientOrderId})${why}`;
}

/** What is left at the venue, and what the strategies hold. */
function renderEnd({ engine }: TradingSession): string {
  if (engine === undefined) return 'stopped';
  const open = engine.openOrders().filter(({ workerId }) => workerId !== null);
  const rows = Object.entries(engine.positions()).flatMap(([owner, positions]) =>
    positions.map((position) => [
      owner,
      position.symbol,
      position.quantity,
      position.avgPrice ?? '-',
      position.realizedPnl,
      position.unrealizedPnl ?? '-',
      Object.entries(position.fees)
        .map(([currency, fee]) => `${fee} ${currency}`)
        .join(', '),
    ]),
  );
  const table = renderTable(
    [
      { title: 'WORKER' },
      { title: 'SYMBOL' },
      { title: 'POSITION', align: 'right' },
      { title: 'AT', align: 'right' },
      { title: 'REALIZED', align: 'right' },
      { title: 'UNREALIZED', align: 'right' },
      { title: 'FEES', align: 'right' },
    ],
    rows,
  );
  const orders = `${open.length} open ${open.length === 1 ? 'order stays' : 'orders stay'} at ${engine.venue.name}`;
  return rows.length === 0 ? `stopped: ${orders}` : `${table}\n\nstopped: ${orders}`;
}

function now(): string {
  return new Date().toISOString().slice(11, 19);
}
