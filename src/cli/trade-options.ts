import { readFileSync } from 'node:fs';
import { messageOf, quote } from '../base/errors.ts';
import type { TradingSessionOptions } from '../system/trading-session.ts';
import { UsageError } from './errors.ts';
import { readPaperOptions, type PaperFlags } from './paper-options.ts';
import { readParams, readSymbols } from './run-options.ts';

/** Options of `quantcell trade` as the command line gives them. */
export interface TradeFlags extends Omit<PaperFlags, 'equity' | 'plot'> {
  readonly exchange: string;
  readonly kind?: string;
  readonly live?: boolean;
  readonly sandbox?: boolean;
  readonly keys?: string;
  readonly sim?: string;
  readonly symbols?: string;
  readonly timeframe?: string;
  readonly params?: string;
  readonly risk?: string;
  readonly whenDown?: string;
  readonly home?: string;
  readonly verbose?: boolean;
}

type Fixed = Omit<TradingSessionOptions, 'passphrase' | 'onLog' | 'onOrder' | 'logger'>;

/** @throws {UsageError} code `INVALID_ARGUMENT` */
export function readTradeOptions(strategies: readonly string[], flags: TradeFlags): Fixed {
  const { exchange, live, sandbox, keys, sim, symbols, timeframe, params, risk, home } = flags;
  const { whenDown } = flags;
  const venue = flags.venue ?? 'paper';
  if (venue !== 'paper' && venue !== 'exchange') {
    throw new UsageError(`--venue ${quote(venue)} is not known: expected paper or exchange`);
  }
  const kind = flags.kind ?? 'spot';
  if (kind !== 'spot' && kind !== 'linear') {
    throw new UsageError(`--kind ${quote(kind)} is not known: expected spot or linear`);
  }
  return {
    strategies,
    exchange,
    kind,
    venue,
    ...(live === true && { live }),
    ...(sandbox === true && { sandbox }),
    ...(keys !== undefined && { keys }),
    ...(sim !== undefined && { simExchange: readSimAddress(sim) }),
    ...(symbols !== undefined && { symbols: readSymbols(symbols) }),
    ...(timeframe !== undefined && { timeframe }),
    ...(params !== undefined && { params: readParams(params) }),
    ...(risk !== undefined && { risk: readRisk(risk) }),
    ...(whenDown !== undefined && { whenDown: readWhenDown(whenDown) }),
    ...(home !== undefined && { home }),
    ...(venue === 'paper' && { paper: readPaper(flags) }),
  };
}

function readWhenDown(text: string): NonNullable<Fixed['whenDown']> {
  if (text === 'hold' || text === 'cancel' || text === 'flatten') return text;
  throw new UsageError(`--when-down ${quote(text)} is not known: expected hold, cancel or flatten`);
}

function readPaper(flags: TradeFlags): NonNullable<Fixed['paper']> {
  const { cash, ...rest } = readPaperOptions({ ...flags, venue: 'paper' }) ?? {};
  return { ...rest, ...(cash !== undefined && { balances: { USDT: String(cash) } }) };
}

/** `http://127.0.0.1:8080`, as `quantcell sim-exchange` prints it. */
function readSimAddress(text: string): NonNullable<Fixed['simExchange']> {
  const match = /^http:\/\/([\w.-]+:\d+)\/?$/.exec(text);
  if (match === null) {
    throw new UsageError(
      `--sim ${quote(text)} is not an address: expected that of a quantcell sim-exchange, such as http://127.0.0.1:8080`,
    );
  }
  const [, host] = match;
  return {
    rest: `http://${host}`,
    stream: `ws://${host}/stream/ws`,
    wsApi: `ws://${host}/ws-api/v3`,
  };
}

/** Limits as `RiskConfig`; the engine looks at what is in it. */
function readRisk(path: string): NonNullable<Fixed['risk']> {
  try {
    const risk: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof risk === 'object' && risk !== null && !Array.isArray(risk)) return risk;
  } catch (thrown) {
    throw new UsageError(`--risk ${quote(path)} can't be read as JSON: ${messageOf(thrown)}`);
  }
  throw new UsageError(
    `--risk ${quote(path)} has no JSON object: expected such as {"strategy":{"maxOrderNotional":100}}`,
  );
}
