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

  read(queueLength: number): WorkerVitals {
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    return {
      rssBytes: rss,
      heapUsedBytes: heapUsed,
      cpuMs: (user + system) / 1_000,
      loopDelayMs: this.#delayMs,
      queueLength,
    };
  }
}
