import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Bar } from '../model/bar.ts';
import type { MarketEvent } from '../model/market-event.ts';
import { topicName } from '../model/subscription.ts';
import type { BarWindow } from './bar-window.ts';
import type { MarketBars } from './market-bars.ts';

/** Bars that are kept of each symbol and timeframe that somebody looks at. */
const MAX_BARS = 1_000;

export interface LiveBarsParts {
  readonly bars: MarketBars;
  /** Calls the listener with each batch that is published; returns the function that ends that. */
  readonly onMarket: (listener: (events: readonly MarketEvent[]) => void) => () => void;
  readonly logger: Logger;
}

/** Bars of one symbol and timeframe, as long as somebody looks. */
export interface LiveBarsView {
  /** Resolves once the past of the feed is there, or can't be had. Never rejects. */
  readonly ready: Promise<void>;
  /** The newest, oldest first; the last one may be one that is still being made. @default all that are kept */
  bars(count?: number): readonly Bar[];
  /** Calls the listener once for each published batch that changed any; returns the function that ends that. */
  onChange(listener: () => void): () => void;
  /** To be called once nobody looks any more. */
  close(): void;
}

interface Watched {
  readonly window: BarWindow;
  readonly ready: Promise<void>;
  readonly listeners: Set<() => void>;
  views: number;
}

/**
 * The bars of any symbol and timeframe with the one that is being made, from what is published of the symbol.
 * They are made while somebody looks, once for all who look at the same; nothing is published that was not before.
 */
export class LiveBars {
  readonly #parts: LiveBarsParts;
  readonly #watched = new Map<string, Watched>();
  /** The same, where an event finds them. */
  readonly #bySymbol = new Map<string, Set<Watched>>();
  #unlisten: (() => void) | undefined;

  constructor(parts: LiveBarsParts) {
    this.#parts = parts;
  }

  /**
   * @throws {UnknownMarketSymbolError} code `UNKNOWN_MARKET_SYMBOL`
   * @throws {InvalidTimeframeError} code `INVALID_TIMEFRAME`
   */
  open(symbol: string, timeframe: string): LiveBarsView {
    const topic = this.#parts.bars.topicOf(symbol, timeframe);
    const name = topicName(topic.symbol, topic.dataType);
    let watched = this.#watched.get(name);
    if (watched === undefined) {
      const window = this.#parts.bars.windowOf(topic, MAX_BARS);
      const listeners = new Set<() => void>();
      const past = this.#parts.bars.past(topic, MAX_BARS);
      const ready = past.then((bars) => {
        for (const bar of bars) window.add(bar);
        if (bars.length > 0) for (const listener of listeners) this.#call(listener);
      });
      watched = { window, ready, listeners, views: 0 };
      this.#watched.set(name, watched);
      const ofSymbol = this.#bySymbol.get(symbol) ?? new Set();
      this.#bySymbol.set(symbol, ofSymbol.add(watched));
      this.#unlisten ??= this.#parts.onMarket((events) => this.#onMarket(events));
    }
    watched.views += 1;
    return this.#viewOf(name, watched);
  }

  #viewOf(name: string, watched: Watched): LiveBarsView {
    const { window, ready, listeners } = watched;
    const own = new Set<() => void>();
    let isOpen = true;
    return {
      ready,
      bars: (count = MAX_BARS) => window.bars(count),
      onChange: (given) => {
        // One for each call, so that a listener that is given twice is two.
        const listener = (): void => given();
        own.add(listener);
        listeners.add(listener);
        return () => {
          own.delete(listener);
          listeners.delete(listener);
        };
      },
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        for (const listener of own) listeners.delete(listener);
        this.#leave(name, watched);
      },
    };
  }

  #leave(name: string, watched: Watched): void {
    watched.views -= 1;
    if (watched.views > 0) return;
    this.#watched.delete(name);
    const { symbol } = watched.window;
    const ofSymbol = this.#bySymbol.get(symbol);
    ofSymbol?.delete(watched);
    if (ofSymbol?.size === 0) this.#bySymbol.delete(symbol);
    if (this.#watched.size > 0) return;
    this.#unlisten?.();
    this.#unlisten = undefined;
  }

  #onMarket(events: readonly MarketEvent[]): void {
    const changed = new Set<Watched>();
    for (const event of events) {
      const ofSymbol = this.#bySymbol.get(event.symbol);
      if (ofSymbol === undefined) continue;
      for (const watched of ofSymbol) if (watched.window.add(event)) changed.add(watched);
    }
    for (const { listeners } of changed) for (const listener of listeners) this.#call(listener);
  }

  /** Whoever looks is not to hold up the market. */
  #call(listener: () => void): void {
    try {
      listener();
    } catch (thrown) {
      this.#parts.logger.log('error', `a listener for bars threw: ${messageOf(thrown)}`);
    }
  }
}
