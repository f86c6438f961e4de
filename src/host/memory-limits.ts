import { InvalidOptionError } from '../lifecycle/errors.ts';

export const MB_BYTES = 1_048_576;

/** Of a worker that says nothing else, where Node's options for all workers say nothing either. */
export const DEFAULT_HEAP_MB = 512;

const DEFAULT_MEMORY_MB = 1_024;

/** Node itself takes about so much: with less, a worker would not come up. */
const LEAST_HEAP_MB = 32;
const LEAST_MEMORY_MB = 64;

const MOST_MB = 1_048_576;

/** Node's option takes its value behind `=` or as the next argument, with hyphens or underscores. */
const HEAP_OPTION = /(?:^|\s)--max[-_]old[-_]space[-_]size[=\s]\s*(\d+)/g;

export interface MemoryLimits {
  /** Old space of the V8 heap, MB. */
  readonly maxHeapMb: number;
  /** Resident memory that is not shared with other processes, MB; 0 is no limit. */
  readonly maxMemoryMb: number;
}

/**
 * Limits of one worker. `workerHeapMb` is the heap of the processes of the pool.
 *
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 */
export function resolveMemoryLimits(
  config: Partial<MemoryLimits>,
  workerHeapMb: number,
): MemoryLimits {
  const maxHeapMb = config.maxHeapMb ?? workerHeapMb;
  if (config.maxHeapMb !== undefined && !isWhole(maxHeapMb, LEAST_HEAP_MB)) {
    throw new InvalidOptionError('maxHeapMb', maxHeapMb, `a whole number from ${LEAST_HEAP_MB}`);
  }
  // Whoever allows a large heap does not mean it to be cut by a limit that nobody named.
  const maxMemoryMb = config.maxMemoryMb ?? Math.max(DEFAULT_MEMORY_MB, 2 * maxHeapMb);
  if (maxMemoryMb !== 0 && !isWhole(maxMemoryMb, LEAST_MEMORY_MB, 2 * MOST_MB)) {
    throw new InvalidOptionError(
      'maxMemoryMb',
      maxMemoryMb,
      `0 for no limit, or a whole number from ${LEAST_MEMORY_MB}`,
    );
  }
  return { maxHeapMb, maxMemoryMb };
}

/** The heap that Node's own options give a process, MB; undefined if they do not name one. */
export function heapMbOf(execArgv: readonly string[]): number | undefined {
  const found = [...execArgv.join(' ').matchAll(HEAP_OPTION)].at(-1)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Node's options for a process with such a heap. Of two that name one, V8 takes the last. */
export function withHeapMb(execArgv: readonly string[], heapMb: number): readonly string[] {
  if (heapMbOf(execArgv) === heapMb) return execArgv;
  return [...execArgv, `--max-old-space-size=${heapMb}`];
}

function isWhole(value: number, least: number, most = MOST_MB): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}
