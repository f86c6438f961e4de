import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';

/** How often the event loop is looked at, milliseconds: finer costs more than it tells. */
const LOOK_EVERY_MS = 10;

export interface MainProcessFigures {
  readonly memoryBytes: number;
  readonly cpuShare: number;
  readonly loopDelayMs: number;
}

/** Measures the process that it is in. */
export class MainProcess {
  readonly #delay: IntervalHistogram;
  #cpuMs: number;
  #memoryBytes = 0;

  constructor() {
    this.#delay = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });
    this.#delay.enable();
    this.#cpuMs = cpuMs();
  }

  /** Since the last call, `elapsedMs` ago. */
  read(elapsedMs: number): MainProcessFigures {
    const before = this.#cpuMs;
    this.#cpuMs = cpuMs();
    const { max, count } = this.#delay;
    this.#delay.reset();
    return {
      memoryBytes: this.#memory(),
      cpuShare: elapsedMs > 0 ? (this.#cpuMs - before) / elapsedMs : 0,
      // It measures its own waits, of which one is the interval.
      loopDelayMs: count === 0 ? 0 : Math.max(0, max / 1e6 - LOOK_EVERY_MS),
    };
  }

  stop(): void {
    this.#delay.disable();
  }

  /** It is read from a file, which can't be opened while too many are: what it was last is better than the end. */
  #memory(): number {
    try {
      this.#memoryBytes = process.memoryUsage.rss();
    } catch {
      // Whoever needs a file says so.
    }
    return this.#memoryBytes;
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
