import { readFileSync } from 'node:fs';
import type { WorkerVitals } from '../lifecycle/worker-status.ts';

/** Measures this process, once a heartbeat. */
export class Vitals {
  #expectedMs = 0;
  #delayMs = 0;

  /** Called by a timer of `intervalMs`: how late it comes is how long the event loop was held up. */
  beat(intervalMs: number): void {
    const nowMs = performance.now();
    this.#delayMs = this.#expectedMs === 0 ? 0 : Math.max(0, nowMs - this.#expectedMs);
    this.#expectedMs = nowMs + intervalMs;
  }

  read(queueLength: number, lagMs: number): WorkerVitals {
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    return {
      rssBytes: rss,
      privateBytes: rss - sharedBytes(),
      heapUsedBytes: heapUsed,
      cpuMs: (user + system) / 1_000,
      loopDelayMs: this.#delayMs,
      lagMs,
      queueLength,
    };
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
