import { messageOf, quote } from '../base/errors.ts';
import { DEFAULT_TIMEFRAME, parseDataType } from '../model/data-type.ts';
import { parseSymbol } from '../model/symbol.ts';
import { timeframeMs } from '../model/timeframe.ts';
import { InvalidOptionError } from '../lifecycle/errors.ts';
import { resolveRestartPolicy, type RestartPolicy } from '../lifecycle/restart-policy.ts';
import { MAX_MESSAGE_BYTES } from '../protocol/limits.ts';
import type { StrategyDescription } from '../protocol/strategy-description.ts';
import { WorkerError } from './errors.ts';

/** Half of what a message may have: something else goes with them. */
const MAX_PARAMS_BYTES = MAX_MESSAGE_BYTES / 2;

/** How a strategy is to be run. What is not given comes from the strategy itself. */
export interface WorkerConfig {
  /** @default the strategy's own */
  readonly symbols?: readonly string[];
  /** `kline`, `kline@5m`, `trade`, `quote`, `tick`, `depth`. @default the strategy's own, else `kline` */
  readonly dataTypes?: readonly string[];
  /** Of bar types that name none. @default '1m' */
  readonly timeframe?: string;
  /** @default {} */
  readonly params?: unknown;
  /** Bars of each bar topic before `onStart`. @default the strategy's own, else 0 */
  readonly warmup?: number;
  /** What the strategy is told about its market. @default 'paper' */
  readonly mode?: 'replay' | 'paper' | 'live';
  /** In a replay: what the strategy's clock shows before the first event, ms since the epoch. @default 0 */
  readonly replayFromMs?: number;
  /** Callbacks in a row that may throw; at this many the worker ends in ERROR. 0 is no limit. @default 10 */
  readonly maxConsecutiveErrors?: number;
  /** Log lines a second; more are counted and dropped. @default 100 */
  readonly logLinesPerSecond?: number;
  /** While it is behind by more than this, it is shown only the newest tick of each topic, milliseconds; 0 is never. @default 250 */
  readonly conflateAfterMs?: number;
  /** Publishing waits for this worker rather than lose events on the way to it. For replays. @default false */
  readonly lossless?: boolean;
  /** @default the manager's */
  readonly restartPolicy?: Partial<RestartPolicy>;
}

/** What can be changed while the strategy runs. */
export type SubscriptionConfig = Pick<WorkerConfig, 'symbols' | 'dataTypes' | 'timeframe'>;

export interface ResolvedWorkerConfig {
  readonly symbols: readonly string[];
  readonly dataTypes: readonly string[];
  readonly params: unknown;
  readonly warmup: number;
  readonly mode: 'replay' | 'paper' | 'live';
  readonly replayFromMs: number;
  readonly maxConsecutiveErrors: number;
  readonly logLinesPerSecond: number;
  readonly lossless: boolean;
  readonly conflateAfterMs: number;
}

/**
 * Completes a configuration with what the strategy says of itself and the defaults.
 *
 * @throws {InvalidOptionError | InvalidSymbolError | InvalidDataTypeError | InvalidTimeframeError}
 */
export function resolveWorkerConfig(
  config: WorkerConfig,
  strategy: StrategyDescription,
): ResolvedWorkerConfig {
  const timeframe = config.timeframe ?? DEFAULT_TIMEFRAME;
  timeframeMs(timeframe);
  const symbols = [...new Set((config.symbols ?? strategy.symbols).map(parseSymbol))];
  const names = config.dataTypes ?? strategy.dataTypes;
  const dataTypes = [...new Set(names.flatMap((name) => parseDataType(name, timeframe)))];
  if (symbols.length === 0) {
    throw new InvalidOptionError(
      'symbols',
      symbols,
      `at least one, such as "BTC/USDT": strategy ${quote(strategy.name)} names none itself`,
    );
  }
  resolveRestartPolicy(config.restartPolicy);
  if (dataTypes.length === 0) {
    throw new InvalidOptionError('dataTypes', names, 'at least one, such as "kline"');
  }
  return {
    symbols,
    dataTypes,
    params: config.params ?? {},
    warmup: wholeNumber('warmup', config.warmup ?? strategy.warmup),
    mode: config.mode ?? 'paper',
    replayFromMs: config.replayFromMs ?? 0,
    maxConsecutiveErrors: wholeNumber('maxConsecutiveErrors', config.maxConsecutiveErrors ?? 10),
    logLinesPerSecond: wholeNumber('logLinesPerSecond', config.logLinesPerSecond ?? 100),
    lossless: config.lossless ?? false,
    conflateAfterMs: wholeNumber('conflateAfterMs', config.conflateAfterMs ?? 250),
  };
}

/**
 * Parameters go to the worker as JSON.
 *
 * @throws {WorkerError} code `INVALID_PARAMS`
 */
export function checkParams(params: unknown): void {
  let json: string | undefined;
  try {
    json = JSON.stringify(params ?? {});
  } catch (thrown) {
    throw invalidParams(`are not plain data: ${messageOf(thrown)}`, thrown);
  }
  if (json === undefined) throw invalidParams(`are ${quote(params)}: expected an object`);
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_PARAMS_BYTES) {
    throw invalidParams(`take ${bytes} bytes of JSON: expected at most ${MAX_PARAMS_BYTES}`);
  }
}

function invalidParams(what: string, cause?: unknown): WorkerError {
  return new WorkerError('INVALID_PARAMS', `params ${what}`, {}, cause);
}

function wholeNumber(option: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidOptionError(option, value, 'a whole number from 0');
  }
  return value;
}

/** The data types at hand; where a timeframe is given, their bars are of that one instead. */
export function retimed(
  dataTypes: readonly string[],
  timeframe: string | undefined,
): readonly string[] {
  if (timeframe === undefined) return dataTypes;
  return dataTypes.map((name) => (name.startsWith('kline@') ? 'kline' : name));
}
