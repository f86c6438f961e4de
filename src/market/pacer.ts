import { quote } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import { InvalidMarketOptionError } from './errors.ts';
import type { Sleep } from './waiting.ts';

/** How fast market time passes: as fast as the reader takes it, as fast as wall time, or that many times as fast. */
export type FeedSpeed = 'max' | 'realtime' | number;

/** Timers hold no more than 2^31 ms; a weekend without data is slept through in parts. */
const MAX_SLEEP_MS = 60_000;

/**
 * Market milliseconds per wall millisecond, Infinity for `max`.
 *
 * @throws {InvalidMarketOptionError} code `INVALID_MARKET_OPTION`
 */
export function speedFactor(speed: FeedSpeed): number {
  if (speed === 'max') return Number.POSITIVE_INFINITY;
  if (speed === 'realtime') return 1;
  if (typeof speed === 'number' && speed > 0 && Number.isFinite(speed)) return speed;
  throw new InvalidMarketOptionError(
    `speed is ${quoteSpeed(speed)}: expected "max", "realtime" or a number above 0 such as 60`,
    { speed },
  );
}

function quoteSpeed(speed: unknown): string {
  return typeof speed === 'number' ? String(speed) : quote(speed);
}

/** Tells which market time it is while a feed runs. After a delay it does not slow down but catches up. */
export class Pacer {
  readonly #factor: number;
  readonly #clock: Clock;
  readonly #sleep: Sleep;
  #originMarketMs: number | undefined;
  #originWallMs = 0;

  constructor(speed: FeedSpeed, clock: Clock, sleep: Sleep) {
    this.#factor = speedFactor(speed);
    this.#clock = clock;
    this.#sleep = sleep;
  }

  /** Everything up to this market time is due now. The first `firstMs` asked with is due at once. */
  horizonMs(firstMs: number): number {
    if (this.#factor === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    if (this.#originMarketMs === undefined) {
      this.#originMarketMs = firstMs;
      this.#originWallMs = this.#clock.monotonic();
    }
    const passedMs = this.#clock.monotonic() - this.#originWallMs;
    return this.#originMarketMs + passedMs * this.#factor;
  }

  /** Waits until `marketMs` is due or `signal` aborts. */
  async until(marketMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const waitMs = (marketMs - this.horizonMs(marketMs)) / this.#factor;
      if (!(waitMs > 0)) return;
      // A timer may fire a little early and has whole milliseconds, hence the rounding up and the loop.
      await this.#sleep(Math.min(MAX_SLEEP_MS, Math.ceil(waitMs)), signal);
    }
  }
}
