import { quote } from '../base/errors.ts';
import { InvalidDataTypeError } from './errors.ts';
import { timeframeMs, timeframeOfMs } from './timeframe.ts';

/**
 * What a topic carries, in its canonical form: `kline@1m` (bars of a timeframe), `trade`, `quote`,
 * `depth`.
 */
export type DataType = `kline@${string}` | 'trade' | 'quote' | 'depth';

/** Bars without a timeframe of their own are of this one. */
export const DEFAULT_TIMEFRAME = '1m';

const EXPECTED = '"kline", "kline@5m", "trade", "quote", "tick" (trade and quote) or "depth"';

/**
 * The canonical data types that a name stands for. `bar` is `kline`, `orderbook` is `depth`, `tick` is
 * trade ticks and quote ticks; a bar type without a timeframe takes `timeframe`.
 *
 * @throws {InvalidDataTypeError} code `INVALID_DATA_TYPE`
 * @throws {InvalidTimeframeError} code `INVALID_TIMEFRAME`, for the part behind `@`
 */
export function parseDataType(name: unknown, timeframe: string = DEFAULT_TIMEFRAME): DataType[] {
  if (typeof name === 'string') {
    const [kind, ownTimeframe, ...rest] = name.split('@');
    if ((kind === 'kline' || kind === 'bar') && rest.length === 0) {
      return [klineOf(ownTimeframe ?? timeframe)];
    }
    if (name === 'trade' || name === 'quote' || name === 'depth') return [name];
    if (name === 'orderbook') return ['depth'];
    if (name === 'tick') return ['trade', 'quote'];
  }
  throw new InvalidDataTypeError(`${quote(name)} is not a data type: expected ${EXPECTED}`, {
    dataType: name,
  });
}

/** The data type of bars of `timeframe`: one for each length, so that `60s` is `1m`. */
export function klineOf(timeframe: string): DataType {
  return `kline@${timeframeOfMs(timeframeMs(timeframe)) ?? timeframe}`;
}

/** The timeframe of a bar data type, undefined for the others. */
export function timeframeOf(dataType: DataType): string | undefined {
  return dataType.startsWith('kline@') ? dataType.slice('kline@'.length) : undefined;
}
