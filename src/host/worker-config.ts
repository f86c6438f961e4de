import { messageOf, quote } from '../base/errors.ts';
import { DEFAULT_TIMEFRAME, parseDataType } from '../model/data-type.ts';
import { parseSymbol } from '../model/symbol.ts';
import { timeframeMs } from '../model/timeframe.ts';
import { isWhenDown, type WhenDown } from '../model/when-down.ts';
import { InvalidOptionError } from '../lifecycle/errors.ts';
import { resolveRestartPolicy, type RestartPolicy } from '../lifecycle/restart-policy.ts';
import { MAX_FRAME_BYTES, MAX_MESSAGE_BYTES } from '../protocol/limits.ts';
import type { StrategyDescription } from '../protocol/strategy-description.ts';
import { WorkerError } from './errors.ts';
import { DEFAULT_HEAP_MB, resolveMemoryLimits, type MemoryLimits } from './memory-limits.ts';

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
  /** A callback whose promise has not settled for so long ends the worker as stalled, milliseconds; 0 is never. @default 60_000 */
  readonly callbackTimeoutMs?: number;
  /** The strategy is reloaded when its file or what it imports changes. @default false */
  readonly watch?: boolean;
  /** How `ctx.state` is kept over restarts; `false` is not at all. @default true, in a replay false */
  readonly keepState?: boolean | Partial<KeepStateConfig>;
  /** Old space of the V8 heap, MB; a worker with another one than the pool's has a process of its own. @default that of `workerExecArgv`, else 512 */
  readonly maxHeapMb?: number;
  /** Resident memory that is not shared with others, MB; past it the worker is killed. 0 is no limit. @default 1_024, or twice `maxHeapMb` where that is more */
  readonly maxMemoryMb?: number;
  /** Publishing waits for this worker rather than lose events on the way to it. For replays. @default false */
  readonly lossless?: boolean;
  /**
   * What happens to its orders once it is stopped, has ended for good, or is away for longer than 5 s: they stay
   * (`hold`), are canceled (`cancel`), or are canceled and what it holds is closed (`flatten`). @default hold
   */
  readonly whenDown?: WhenDown;
  /** @default the manager's */
  readonly restartPolicy?: Partial<RestartPolicy>;
}

export interface KeepStateConfig {
  /** What a callback changed survives the process so long after it, milliseconds. @default 50 */
  readonly saveWithinMs: number;
  /** Save after each callback, on the disk, before the next event. @default false */
  readonly sync: boolean;
  /** Largest state, bytes; a larger one is not saved, and the log says so. @default 1_048_576 */
  readonly maxBytes: number;
}

const KEEP_STATE: KeepStateConfig = { saveWithinMs: 50, sync: false, maxBytes: 1_048_576 };

/** It goes to a worker with its history, in one message. */
const MAX_STATE_BYTES = MAX_FRAME_BYTES / 2;

/** What can be changed while the strategy runs. */
export type SubscriptionConfig = Pick<WorkerConfig, 'symbols' | 'dataTypes' | 'timeframe'>;

export interface ResolvedWorkerConfig extends MemoryLimits {
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
  readonly callbackTimeoutMs: number;
  readonly keepState: KeepStateConfig | null;
}

/**
 * Completes a configuration with what the strategy says of itself and the defaults. `workerHeapMb` is
 * the heap of the processes of the pool.
 *
 * @throws {InvalidOptionError | InvalidSymbolError | InvalidDataTypeError | InvalidTimeframeError}
 */
export function resolveWorkerConfig(
  config: WorkerConfig,
  strategy: StrategyDescription,
  workerHeapMb = DEFAULT_HEAP_MB,
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
  if (config.whenDown !== undefined && !isWhenDown(config.whenDown)) {
    throw new InvalidOptionError('whenDown', config.whenDown, "'hold', 'cancel' or 'flatten'");
  }
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
    callbackTimeoutMs: wholeNumber('callbackTimeoutMs', config.callbackTimeoutMs ?? 60_000),
    keepState: resolveKeepState(config),
    ...resolveMemoryLimits(config, workerHeapMb),
  };
}

function resolveKeepState({ keepState, mode }: WorkerConfig): KeepStateConfig | null {
  const given = keepState ?? mode !== 'replay';
  if (given === false) return null;
  const resolved = given === true ? KEEP_STATE : { ...KEEP_STATE, ...given };
  const { saveWithinMs, maxBytes } = resolved;
  if (!(saveWithinMs > 0 && saveWithinMs <= 60_000)) {
    throw new InvalidOptionError(
      'keepState.saveWithinMs',
      saveWithinMs,
      'milliseconds, up to 60000',
    );
  }
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1 || maxBytes > MAX_STATE_BYTES) {
    throw new InvalidOptionError(
      'keepState.maxBytes',
      maxBytes,
      `bytes from 1 to ${MAX_STATE_BYTES}`,
    );
  }
  return resolved;
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
