import { readFileSync } from 'node:fs';
import type { WorkerVitals } from '../lifecycle/worker-status.ts';

type MemoryVitals = Pick<WorkerVitals, 'rssBytes' | 'privateBytes' | 'heapUsedBytes'>;

/** Reading the memory is dear: reports that follow one another closely share a reading, milliseconds. */
const MEMORY_FRESH_MS = 200;

/** Measures this process, once a heartbeat. */
export class Vitals {
  #expectedMs = 0;
  #delayMs = 0;
  #memory: MemoryVitals | undefined;
  #memoryReadMs = 0;

  /** Called by a timer of `intervalMs`: how late it comes is how long the event loop was held up. */
  beat(intervalMs: number): void {
    const nowMs = performance.now();
    this.#delayMs = this.#expectedMs === 0 ? 0 : Math.max(0, nowMs - this.#expectedMs);
    this.#expectedMs = nowMs + intervalMs;
  }

  read(queueLength: number, lagMs: number): WorkerVitals {
    const { user, system } = process.cpuUsage();
    return {
      ...this.#readMemory(),
      cpuMs: (user + system) / 1_000,
      loopDelayMs: this.#delayMs,
      lagMs,
      queueLength,
    };
  }

  #readMemory(): MemoryVitals {
    const nowMs = performance.now();
    if (this.#memory === undefined || nowMs - this.#memoryReadMs >= MEMORY_FRESH_MS) {
      const { rss, heapUsed } = process.memoryUsage();
      this.#memory = { rssBytes: rss, privateBytes: rss - sharedBytes(), heapUsedBytes: heapUsed };
      this.#memoryReadMs = nowMs;
    }
    return this.#memory;
  }
}

const PAGE_BYTES = 4_096;

/** Resident pages that are files, such as Node itself, which all workers share; 0 where the system does not tell. */
function sharedBytes(): number {
  try {
    return Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[2]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
