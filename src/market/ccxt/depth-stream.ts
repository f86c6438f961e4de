import type { Json } from '../../exchange/ccxt-types.ts';
import type { BookLevel, OrderBook } from '../../model/order-book.ts';
import type { MarketTopic } from '../../model/subscription.ts';
import type { CcxtPorts, CcxtStream } from './ccxt-ports.ts';

/** The order book of one symbol, whole each time: ccxt keeps it, from a snapshot and what changes. */
export class DepthStream implements CcxtStream {
  readonly watch: () => Promise<unknown>;
  readonly #ports: CcxtPorts;
  readonly #topic: MarketTopic;

  constructor(ports: CcxtPorts, topic: MarketTopic) {
    this.#ports = ports;
    this.#topic = topic;
    this.watch = () => ports.exchange.data.watchOrderBook(topic.symbol);
  }

  take(words: unknown): void {
    const { bids, asks, timestamp } = words as Json;
    const book: OrderBook = {
      type: 'orderbook',
      symbol: this.#topic.symbol,
      timestamp: typeof timestamp === 'number' ? timestamp : this.#ports.exchange.nowMs,
      kind: 'snapshot',
      bids: this.#levelsOf(bids),
      asks: this.#levelsOf(asks),
    };
    this.#ports.publish(this.#topic, [book]);
  }

  /** A copy: ccxt goes on to change its own. */
  #levelsOf(side: unknown): BookLevel[] {
    const levels = side as readonly (readonly unknown[])[];
    // Not by slice: that would make another of ccxt's own sides.
    const length = Math.min(levels.length, this.#ports.depthLevels);
    return Array.from({ length }, (_, index) => {
      const [price, size] = levels[index] as readonly unknown[];
      return [Number(price), Number(size)];
    });
  }
}
