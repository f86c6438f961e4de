import { quote } from '../base/errors.ts';
import { parseFault } from '../sim-exchange/faults.ts';
import type { SimExchangeOptions } from '../sim-exchange/sim-exchange.ts';
import { UsageError } from './errors.ts';

/** Options of `quantcell sim-exchange` as the command line gives them. */
export interface SimExchangeFlags {
  readonly port: number;
  readonly seed: number;
  readonly symbols: string;
  readonly apiKey: string;
  readonly secret: string;
  readonly withdrawKey?: boolean;
  readonly tick: number;
  readonly weightLimit: number;
  readonly orderLimit: number;
  readonly log?: string;
  readonly balance?: readonly string[];
  readonly fault?: readonly string[];
}

/** Of each quote asset and of each base asset, if nothing else is said. */
const QUOTE_BALANCE = '100000';
const BASE_BALANCE = '10';

/** @throws {QuantCellError} code `INVALID_ARGUMENT` or `SIM_EXCHANGE_FAILED` */
export function readSimExchangeOptions(
  flags: SimExchangeFlags,
): Omit<SimExchangeOptions, 'clock' | 'onFailure'> {
  const symbols = flags.symbols.split(',').map((symbol) => symbol.trim());
  if (flags.port > 65_535) {
    throw new UsageError(`--port ${flags.port} is no port: expected 0 to 65535`);
  }
  return {
    port: flags.port,
    seed: flags.seed,
    symbols: [...new Set(symbols)],
    credentials: { apiKey: flags.apiKey, secret: flags.secret },
    mayWithdraw: flags.withdrawKey === true,
    balances: readBalances(flags.balance, symbols),
    tickMs: flags.tick,
    weightPerMinute: flags.weightLimit,
    ordersPerTenSeconds: flags.orderLimit,
    ...(flags.log !== undefined && { logPath: flags.log }),
    faults: (flags.fault ?? []).map((text) => parseFault(text)),
  };
}

function readBalances(
  texts: readonly string[] | undefined,
  symbols: readonly string[],
): Record<string, string> {
  if (texts === undefined) {
    const pairs = symbols.map((symbol) => symbol.split('/'));
    return Object.fromEntries([
      ...pairs.map(([base]) => [base, BASE_BALANCE]),
      ...pairs.map(([, quoteAsset]) => [quoteAsset, QUOTE_BALANCE]),
    ]) as Record<string, string>;
  }
  return Object.fromEntries(
    texts.map((text) => {
      const match = /^([A-Z0-9]{1,12})=(\d{1,15}(?:\.\d{1,8})?)$/.exec(text);
      if (match === null) {
        throw new UsageError(`--balance ${quote(text)} is no balance: expected such as USDT=1000`);
      }
      return [match[1], match[2]];
    }),
  ) as Record<string, string>;
}
