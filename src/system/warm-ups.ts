import { systemClock } from '../base/clock.ts';
import { settlesWithin } from '../base/deadline.ts';
import { messageOf, QuantCellError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { DataBroker } from '../host/data-broker.ts';
import type { RealtimeEngine } from '../market/realtime-engine.ts';
import type { Bar } from '../model/bar.ts';
import { timeframeOf } from '../model/data-type.ts';
import { topicName, type MarketTopic } from '../model/subscription.ts';
import { timeframeMs } from '../model/timeframe.ts';

/** A strategy begins without its warm-up if that takes longer, milliseconds. */
const MAX_WAIT_MS = 15_000;

const MAX_ATTEMPTS = 3;
const RETRY_MS = 500;

/** The newest bars may be on their way already, and are no history then. */
const LEEWAY_BARS = 2;

/** Bars that are brought at most where a topic goes on after a pause. */
const MAX_MISSED_BARS = 1_000;

/** Brings the past of bar topics from the feed to the broker, before a worker begins. */
export class WarmUps {
  readonly #engine: RealtimeEngine;
  readonly #broker: () => DataBroker;
  readonly #logger: Logger;

  constructor(engine: RealtimeEngine, broker: () => DataBroker, logger: Logger) {
    this.#engine = engine;
    this.#broker = broker;
    this.#logger = logger;
  }

  /** Resolves once the past is there, or can't be had: that is logged, and the worker begins without. Never rejects. */
  async bring(topics: readonly MarketTopic[], bars: number): Promise<void> {
    const barTopics = topics.filter(({ dataType }) => timeframeOf(dataType) !== undefined);
    const all = Promise.all(barTopics.map((topic) => this.#bringOne(topic, bars)));
    if (await settlesWithin(all, MAX_WAIT_MS)) return;
    this.#logger.log('warn', `a warm-up has taken ${MAX_WAIT_MS} ms: its worker begins without`);
  }

  async #bringOne(topic: MarketTopic, bars: number): Promise<void> {
    const { symbol, dataType } = topic;
    const broker = this.#broker();
    const count = Math.max(bars, this.#missedBars(topic));
    const known = broker.getHistory(symbol, dataType).length;
    if (count === 0 || (this.#engine.has(topic) && known >= bars)) return;
    try {
      const history = await this.#history(topic, count + LEEWAY_BARS);
      const newer = broker.addHistory(symbol, dataType, history);
      // What came while nobody asked for it is told to those who were there before, and is history for the others.
      if (newer.length > 0 && !this.#engine.has(topic)) await broker.publishBatch(newer);
    } catch (thrown) {
      const name = topicName(symbol, dataType);
      this.#logger.log('warn', `${name} begins without a warm-up: ${messageOf(thrown)}`);
    }
  }

  /** Asks again where one answer is missing: a strategy would rather begin late than know nothing. */
  async #history(topic: MarketTopic, count: number): Promise<readonly Bar[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#engine.history(topic, count);
      } catch (thrown) {
        if (thrown instanceof QuantCellError || attempt >= MAX_ATTEMPTS) throw thrown;
        await new Promise((resolve) => setTimeout(resolve, attempt * RETRY_MS));
      }
    }
  }

  /** Bars between the last one that is known and now, while the topic is not live. */
  #missedBars(topic: MarketTopic): number {
    const newestMs = this.#broker().newestMs(topic.symbol, topic.dataType);
    if (newestMs === undefined || this.#engine.has(topic)) return 0;
    const lengthMs = timeframeMs(timeframeOf(topic.dataType) as string);
    const bars = Math.ceil((systemClock.now() - newestMs) / lengthMs);
    return Math.max(0, Math.min(MAX_MISSED_BARS, bars));
  }
}
