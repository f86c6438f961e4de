import type { WebSocket } from 'ws';
import { intervalMs } from './candles.ts';
import { DepthFeed } from './depth-feed.ts';
import type { Exchange } from './exchange.ts';
import type { Faults } from './faults.ts';
import { sendTo } from './socket.ts';
import {
  aggregateTradeEvent,
  bookTickerEvent,
  depthEvent,
  klineEvents,
  klineOpenMs,
  miniTickerEvent,
  tickerEvent,
  tradeEvent,
  type StreamEvent,
} from './stream-events.ts';
import type { PublicTrade, SymbolMarket } from './symbol-market.ts';

/** How long changes of a market are gathered before they are told, milliseconds. */
const GATHER_MS = 50;

/** How long `delay-events` delays if it does not say, milliseconds. */
const DELAY_MS = 200;

const MAX_STREAMS = 1_024;

interface Listener {
  readonly streams: Set<string>;
  /** It is told the name of the stream with each event. */
  readonly named: boolean;
}

/** What everybody may listen to: trades, books, candles and tickers, each a stream of its own. */
export class MarketStreams {
  readonly #listeners = new Map<WebSocket, Listener>();
  readonly #depths = new Map<SymbolMarket, DepthFeed>();
  readonly #changed = new Set<SymbolMarket>();
  readonly #best = new Map<SymbolMarket, string>();
  /** When the candle began that each stream was told of last. */
  readonly #candles = new Map<SymbolMarket, ReadonlyMap<string, number>>();
  readonly #faults: Faults;
  readonly #delayed = new Set<NodeJS.Timeout>();
  #timer: NodeJS.Timeout | undefined;
  #exchange: Exchange | undefined;

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** What it tells of. */
  follow(exchange: Exchange): void {
    this.#exchange = exchange;
  }

  depth(market: SymbolMarket): DepthFeed {
    let feed = this.#depths.get(market);
    if (feed === undefined) {
      feed = new DepthFeed(market);
      this.#depths.set(market, feed);
    }
    return feed;
  }

  /** Takes a socket on that listens to `streams` from the beginning. */
  accept(socket: WebSocket, streams: readonly string[], named: boolean): void {
    const listener = { streams: new Set(streams), named };
    this.#listeners.set(socket, listener);
    socket.on('close', () => this.#listeners.delete(socket));
    socket.on('message', (data) => {
      // oxlint-disable-next-line typescript/no-base-to-string
      sendTo(socket, this.#answer(listener, String(data)));
    });
  }

  traded(market: SymbolMarket, trade: PublicTrade): void {
    const { id } = market.instrument;
    this.#tell(`${id.toLowerCase()}@trade`, () => tradeEvent(id, trade));
    this.#tell(`${id.toLowerCase()}@aggTrade`, () => aggregateTradeEvent(id, trade));
  }

  changed(market: SymbolMarket): void {
    this.#changed.add(market);
    this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Tells what has changed. */
  flush(): void {
    this.#forgetTimer();
    const nowMs = this.#exchange?.nowMs ?? Date.now();
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const market of changed) this.#flushOne(market, nowMs);
    for (const [name, describe] of [
      ['!ticker@arr', tickerEvent],
      ['!miniTicker@arr', miniTickerEvent],
    ] as const) {
      if (changed.length > 0) this.#tell(name, () => changed.map((one) => describe(one, nowMs)));
    }
  }

  stop(): void {
    this.#forgetTimer();
    for (const timer of this.#delayed) clearTimeout(timer);
    this.#delayed.clear();
  }

  #forgetTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #flushOne(market: SymbolMarket, nowMs: number): void {
    const { id } = market.instrument;
    const prefix = id.toLowerCase();
    const feed = this.depth(market);
    let updateId = 0;
    for (let change = feed.next(); change !== undefined; change = feed.next()) {
      const one = change;
      updateId = one.updateId;
      for (const rate of ['', '@100ms', '@1000ms']) {
        this.#tell(`${prefix}@depth${rate}`, () => depthEvent(id, one, nowMs));
      }
    }
    if (updateId > 0) {
      for (const levels of [5, 10, 20]) {
        for (const rate of ['', '@100ms', '@1000ms']) {
          this.#tell(`${prefix}@depth${levels}${rate}`, () => feed.snapshot(levels));
        }
      }
      const best = JSON.stringify(market.describeBest());
      if (this.#best.get(market) !== best) {
        this.#tell(`${prefix}@bookTicker`, () => bookTickerEvent(market, updateId));
      }
      this.#best.set(market, best);
    }
    this.#tell(`${prefix}@ticker`, () => tickerEvent(market, nowMs));
    this.#tell(`${prefix}@miniTicker`, () => miniTickerEvent(market, nowMs));
    this.#tellCandles(market, nowMs);
  }

  /** The candle that is under way, and before it the last word on those that it has followed. */
  #tellCandles(market: SymbolMarket, nowMs: number): void {
    const before = this.#candles.get(market);
    const told = new Map<string, number>();
    for (const name of this.#klines(market.instrument.id.toLowerCase())) {
      const interval = name.slice(name.indexOf('@kline_') + 7);
      const lengthMs = intervalMs(interval) as number;
      const events = klineEvents(market, interval, nowMs, before?.get(name) ?? nowMs - lengthMs);
      const last = events.at(-1);
      if (last === undefined) continue;
      told.set(name, klineOpenMs(last));
      for (const event of before?.has(name) === true ? events : [last]) {
        this.#tell(name, () => event);
      }
    }
    this.#candles.set(market, told);
  }

  #klines(prefix: string): Set<string> {
    const names = [...this.#listeners.values()].flatMap(({ streams }) => [...streams]);
    return new Set(names.filter((name) => name.startsWith(`${prefix}@kline_`)));
  }

  #tell(stream: string, describe: () => StreamEvent | readonly StreamEvent[]): void {
    const listeners = [...this.#listeners].filter(([, { streams }]) => streams.has(stream));
    if (listeners.length === 0 || this.#faults.strikes('lose-event', 'market')) return;
    const event = describe();
    const send = (): void => {
      for (const [socket, { named }] of listeners) {
        sendTo(socket, named ? { stream, data: event } : event);
      }
    };
    const copies = this.#faults.strikes('duplicate-event', 'market') === undefined ? 1 : 2;
    const delay = this.#faults.strikes('delay-events', 'market');
    for (let copy = 0; copy < copies; copy += 1) {
      if (delay === undefined) send();
      else this.#later(delay.ms ?? DELAY_MS, send);
    }
  }

  #later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#delayed.delete(timer);
      act();
    }, ms);
    this.#delayed.add(timer);
  }

  #answer(listener: Listener, text: string): unknown {
    let request: { id?: unknown; method?: unknown; params?: unknown };
    try {
      request = JSON.parse(text) as typeof request;
    } catch {
      return { error: { code: 3, msg: 'Invalid JSON: the message is no JSON' } };
    }
    const id = request.id ?? null;
    const names = Array.isArray(request.params) ? request.params.map(String) : [];
    const wrong = names.find((name) => !this.#isStream(name));
    if (wrong !== undefined) {
      return { error: { code: 2, msg: `Invalid request: invalid stream ${wrong}` }, id };
    }
    const { streams } = listener;
    switch (request.method) {
      case 'SUBSCRIBE':
        if (streams.size + names.length > MAX_STREAMS) {
          return { error: { code: 2, msg: 'Invalid request: too many streams' }, id };
        }
        for (const name of names) streams.add(name);
        return { result: null, id };
      case 'UNSUBSCRIBE':
        for (const name of names) streams.delete(name);
        return { result: null, id };
      case 'LIST_SUBSCRIPTIONS':
        return { result: [...streams], id };
      default:
        return { error: { code: 2, msg: 'Invalid request: unknown variant' }, id };
    }
  }

  #isStream(name: string): boolean {
    if (name === '!ticker@arr' || name === '!miniTicker@arr') return true;
    const [symbol = '', channel = ''] = name.split(/@(.*)/s);
    const known = this.#exchange?.markets.some(
      ({ instrument }) => instrument.id.toLowerCase() === symbol,
    );
    if (known !== true) return false;
    if (channel.startsWith('kline_')) return intervalMs(channel.slice(6)) !== undefined;
    return /^(trade|aggTrade|ticker|miniTicker|bookTicker|depth(5|10|20)?(@1000?ms)?)$/.test(
      channel,
    );
  }
}
