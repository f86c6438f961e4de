import { MB_BYTES } from './memory-limits.ts';
import type { RunningProcess } from './running-process.ts';
import { privateBytesOf } from './process-facts.ts';

/** How often the memory of all workers is looked at, milliseconds. */
const LOOK_EVERY_MS = 500;

/** A process whose memory has a limit. */
export interface WatchedMemory {
  /** MB; 0 is no limit. */
  readonly maxMemoryMb: number;
  /** What it said last of itself, bytes; for systems that do not tell it of others. */
  readonly reportedBytes: () => number;
  /** It is past its limit. */
  readonly onPast: (reason: string) => void;
}

type Watchable = Pick<RunningProcess, 'pid' | 'ended'>;

/**
 * Finds workers that take more memory than they may. The heap has a limit of its own; what buffers and
 * native code take is seen from outside alone, so that a worker whose event loop is stuck is found too.
 */
export class MemoryWatch {
  readonly #watched = new Map<Watchable, WatchedMemory>();
  #timer: NodeJS.Timeout | undefined;

  /** Watches until the process has ended. */
  watch(running: Watchable, watched: WatchedMemory): void {
    if (watched.maxMemoryMb === 0) return;
    this.#watched.set(running, watched);
    void running.ended.then(() => this.#forget(running));
    this.#timer ??= setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  /** Looks once, as the timer does. */
  look(): void {
    for (const [running, watched] of this.#watched) {
      const bytes = privateBytesOf(running.pid ?? 0) ?? watched.reportedBytes();
      const { maxMemoryMb } = watched;
      if (bytes <= maxMemoryMb * MB_BYTES) continue;
      this.#forget(running);
      const usedMb = Math.ceil(bytes / MB_BYTES);
      watched.onPast(
        `it used ${usedMb} MB of memory, at most ${maxMemoryMb} MB are allowed (maxMemoryMb)`,
      );
    }
  }

  #forget(running: Watchable): void {
    this.#watched.delete(running);
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
