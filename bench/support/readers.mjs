// What every subscriber does with a bar, be it a strategy or a peer's process.
import { nowMs } from './clock.mjs';
import { histogramOf } from './histogram.mjs';

/** Reads `close` and adds it up; notes when the last expected bar was done. */
class SumReader {
  #expected;
  #onDone;
  #count = 0;
  #sum = 0;
  #doneAtMs = null;

  constructor({ expected }, onDone = () => undefined) {
    this.#expected = expected;
    this.#onDone = onDone;
  }

  onBar(bar) {
    this.#sum += bar.close;
    this.#count += 1;
    if (this.#count !== this.#expected) return;
    this.#doneAtMs = nowMs();
    this.#onDone();
  }

  figures() {
    return { count: this.#count, sum: this.#sum, doneAtMs: this.#doneAtMs };
  }
}

/**
 * Notes how long each bar was on its way: its timestamp is when it was published. One from before the
 * round (a refill of what was lost at the end of the last one) is not of this round.
 */
class LatencyReader {
  #samples;
  #expected;
  #sinceMs = nowMs();
  #onDone;
  #count = 0;

  constructor({ expected }, onDone = () => undefined) {
    this.#samples = new Float64Array(expected);
    this.#expected = expected;
    this.#onDone = onDone;
  }

  onBar(bar) {
    const latencyMs = nowMs() - bar.timestamp;
    if (bar.timestamp < this.#sinceMs) return;
    this.#samples[this.#count] = latencyMs;
    this.#count += 1;
    if (this.#count === this.#expected) this.#onDone();
  }

  figures() {
    const samples = this.#samples.subarray(0, Math.min(this.#count, this.#samples.length));
    return { count: this.#count, latencies: histogramOf(samples) };
  }
}

export const makeReader = (round, onDone) =>
  round.kind === 'latency' ? new LatencyReader(round, onDone) : new SumReader(round, onDone);
