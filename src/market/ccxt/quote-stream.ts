import type { Json } from '../../exchange/ccxt-types.ts';
import type { MarketTopic } from '../../model/subscription.ts';
import type { QuoteTick } from '../../model/quote-tick.ts';
import type { CcxtPorts, CcxtStream } from './ccxt-ports.ts';
import { wordsOf } from './ccxt-settings.ts';

/** The best prices of one symbol, from the stream of best prices or, where there is none, from the ticker. */
export class QuoteStream implements CcxtStream {
  readonly watch: () => Promise<unknown>;
  readonly #ports: CcxtPorts;
  readonly #topic: MarketTopic;
  #last: QuoteTick | undefined;

  constructor(ports: CcxtPorts, topic: MarketTopic) {
    const { id, data } = ports.exchange;
    const { symbol } = topic;
    this.#ports = ports;
    this.#topic = topic;
    this.watch =
      data.has['watchBidsAsks'] === true
        ? async () => (await data.watchBidsAsks([symbol]))[symbol]
        : () => data.watchTicker(symbol, wordsOf(id).watchTicker());
  }

  take(words: unknown): void {
    const { bid, ask, bidVolume, askVolume, timestamp } = (words ?? {}) as Json;
    if (typeof bid !== 'number' || typeof ask !== 'number') return;
    const quote: QuoteTick = {
      type: 'quote',
      symbol: this.#topic.symbol,
      timestamp: typeof timestamp === 'number' ? timestamp : this.#ports.exchange.nowMs,
      bid,
      bidSize: Number(bidVolume ?? 0),
      ask,
      askSize: Number(askVolume ?? 0),
    };
    const last = this.#last;
    const isSame =
      last?.bid === bid &&
      last.ask === ask &&
      last.bidSize === quote.bidSize &&
      last.askSize === quote.askSize;
    // One from before the last is no news either.
    if (isSame || (last !== undefined && quote.timestamp < last.timestamp)) return;
    this.#last = quote;
    this.#ports.publish(this.#topic, [quote]);
  }

  cut(): void {
    this.#last = undefined;
  }
}
