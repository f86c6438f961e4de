import { InvalidOptionError } from '../lifecycle/errors.ts';
import { retimed, type WorkerConfig } from './worker-config.ts';

type Field = keyof WorkerConfig;

/** When a change of a field holds for a worker that runs. */
const HOLDS: Readonly<Record<Field, 'at once' | 'at its next start'>> = {
  symbols: 'at once',
  dataTypes: 'at once',
  timeframe: 'at once',
  params: 'at once',
  // It is looked at when the worker goes down.
  whenDown: 'at once',
  warmup: 'at its next start',
  mode: 'at its next start',
  replayFromMs: 'at its next start',
  maxConsecutiveErrors: 'at its next start',
  logLinesPerSecond: 'at its next start',
  conflateAfterMs: 'at its next start',
  callbackTimeoutMs: 'at its next start',
  watch: 'at its next start',
  keepState: 'at its next start',
  maxHeapMb: 'at its next start',
  maxMemoryMb: 'at its next start',
  lossless: 'at its next start',
  restartPolicy: 'at its next start',
};

/** What of a change is in force, and what will be. */
export interface ConfigurationResult {
  /** Fields that are in force now. */
  readonly applied: readonly string[];
  /** Fields that are in force from the next start of the worker. */
  readonly atNextStart: readonly string[];
}

/** The changes that are given. @throws {InvalidOptionError} for a field that no configuration has */
export function givenChanges(changes: Partial<WorkerConfig>): Partial<WorkerConfig> {
  for (const [name, value] of Object.entries(changes)) {
    // What is null by mistake must not pass for a default.
    if (value === null && name !== 'params') {
      throw new InvalidOptionError(name, value, 'a value, or nothing at all to leave it as it is');
    }
    if (Object.hasOwn(HOLDS, name)) continue;
    const names = Object.keys(HOLDS).join(', ');
    throw new InvalidOptionError('a field of the configuration', name, `one of ${names}`);
  }
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Partial<WorkerConfig>;
}

/** With a timeframe that is changed alone, the bars that the configuration names are of that one. */
export function mergeConfig(config: WorkerConfig, changes: Partial<WorkerConfig>): WorkerConfig {
  const merged = { ...config, ...changes };
  const { timeframe, dataTypes } = changes;
  if (timeframe === undefined || dataTypes !== undefined || config.dataTypes === undefined) {
    return merged;
  }
  return { ...merged, dataTypes: retimed(config.dataTypes, timeframe) };
}

/** When the changes hold for a worker that runs, or does not. */
export function whenTheyHold(changes: Partial<WorkerConfig>, runs: boolean): ConfigurationResult {
  const names = Object.keys(changes) as Field[];
  const atOnce = (name: Field): boolean => runs && HOLDS[name] === 'at once';
  return {
    applied: names.filter((name) => atOnce(name)),
    atNextStart: names.filter((name) => !atOnce(name)),
  };
}
