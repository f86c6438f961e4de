// A feed of bars at a steady rate, in the place of the synthetic one, so that everything behind it is the
// service's own: engine, paper venue, broker, transport and workers.
import { setTimeout as delay } from 'node:timers/promises';
import { makeBar, TIMEFRAME } from '../support/bars.mjs';
import { nowMs } from '../support/clock.mjs';
import { histogramOf } from '../support/histogram.mjs';

/** What is overdue comes in turns of so many. */
const MOST_A_TURN = 256;

export class PacedFeed {
  #sink;

  /** Makes every feed of this class, the synthetic one of a build, this one. */
  putInPlaceOf(feedClass) {
    const { prototype } = feedClass;
    prototype.dataTypesOf = function dataTypesOf(symbol) {
      return this.symbols.includes(symbol) ? [`kline@${TIMEFRAME}`] : [];
    };
    prototype.addTopics = () => undefined;
    prototype.run = (topics, sink, signal) => {
      this.#sink = sink;
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    };
  }

  /**
   * Publishes bars of the symbols in turn, about once a millisecond whatever is due by then, as a socket would bring
   * it. The timestamp of each is when it was published. Ends after `total` of them, or with the time that they take
   * at that rate: what was not published by then is left out. Returns how many there were and how late for the rate.
   */
  async pace(symbols, rate, total) {
    const late = [];
    const beganMs = nowMs();
    let published = 0;
    while (published < total) {
      const elapsedMs = nowMs() - beganMs;
      if (published > 0 && elapsedMs > (total * 1_000) / rate) break;
      const due = Math.min(total, Math.floor((elapsedMs * rate) / 1_000) + 1);
      const upTo = Math.min(due, published + MOST_A_TURN);
      late.push(Math.max(0.001, elapsedMs - (published * 1_000) / rate));
      const bars = [];
      for (; published < upTo; published += 1) {
        bars.push(makeBar(symbols[published % symbols.length], published));
      }
      const publishedAtMs = nowMs();
      for (const bar of bars) bar.timestamp = publishedAtMs;
      await this.#sink.publish(bars);
      await delay(published < due ? 0 : 1);
    }
    return { published, rate: (published * 1_000) / (nowMs() - beganMs), late: histogramOf(late) };
  }
}
