import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs, type BackoffOptions } from '../../../base/backoff.ts';
import { settlesWithin } from '../../../base/deadline.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Random } from '../../../base/random.ts';
import type { CcxtExchange } from '../../../exchange/ccxt-exchange.ts';
import type { CcxtOrder, CcxtTrade } from '../../../exchange/ccxt-types.ts';

const BACKOFF: BackoffOptions = { initialMs: 250, maxMs: 30_000, factor: 2, jitter: 0.5 };
/** A stream that does not flow after this is begun anew, milliseconds. */
const CONNECT_LIMIT_MS = 15_000;
const LOOK_EVERY_MS = 20;
/** An ended connection gets so long to say goodbye, milliseconds. */
const GOODBYE_MS = 1_000;
/** A stream that flowed for so long has earned a quick second try, milliseconds. */
const HEALTHY_MS = 10_000;

export interface UserStreamListener {
  onOrders(orders: readonly CcxtOrder[]): void;
  onTrades(trades: readonly CcxtTrade[]): void;
  /** The stream flows, or does not any more. */
  onState(state: 'up' | 'down', reason: string): void;
}

/**
 * What the exchange tells of the account's orders and fills by itself. One watch of a kind at a time: in ccxt,
 * a second one may wait for ever. When one fails, all connections of the side are thrown away, and all begins
 * anew after a while.
 */
export class UserStream {
  readonly #exchange: CcxtExchange;
  readonly #listener: UserStreamListener;
  readonly #logger: Logger;
  readonly #random: Random;
  readonly #end = new AbortController();
  #ended: Promise<void> = Promise.resolve();
  #up = false;

  constructor(
    exchange: CcxtExchange,
    listener: UserStreamListener,
    logger: Logger,
    random: Random,
  ) {
    this.#exchange = exchange;
    this.#listener = listener;
    this.#logger = logger;
    this.#random = random;
  }

  /** The exchange has a stream of orders, through ccxt. */
  static isThere({ trading }: CcxtExchange): boolean {
    return trading.has['watchOrders'] === true;
  }

  get up(): boolean {
    return this.#up;
  }

  start(): void {
    this.#ended = this.#run();
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#exchange.tradingSockets.discard().catch(() => undefined);
    await settlesWithin(this.#ended, GOODBYE_MS);
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const startedMs = performance.now();
      const reason = await this.#session();
      if (signal.aborted) return;
      const wasUp = this.#up;
      this.#up = false;
      if (wasUp) this.#listener.onState('down', reason);
      this.#logger.log('warn', `the order stream of ${this.#exchange.id} ended: ${reason}`);
      if (wasUp && performance.now() - startedMs > HEALTHY_MS) attempt = 0;
      const waitMs = backoffMs(attempt, BACKOFF, this.#random);
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** From the first connection until something fails; returns what. Never rejects. */
  async #session(): Promise<string> {
    const { trading, tradingSockets } = this.#exchange;
    let over = false;
    const watches: Promise<never>[] = [];
    const watch = <T>(call: () => Promise<T>, use: (news: T) => void): void => {
      watches.push(
        (async (): Promise<never> => {
          for (;;) {
            const news = await call();
            if (over) throw new Error('over');
            use(news);
          }
        })(),
      );
    };
    try {
      watch(
        () => trading.watchOrders(),
        (orders) => this.#listener.onOrders(orders),
      );
      await Promise.race([this.#flowing(() => over), ...watches]);
      if (trading.has['watchMyTrades'] === true) {
        watch(
          () => trading.watchMyTrades(),
          (trades) => this.#listener.onTrades(trades),
        );
        await Promise.race([this.#flowing(() => over), ...watches]);
      }
      this.#up = true;
      this.#listener.onState('up', 'connected');
      return await Promise.race(watches);
    } catch (thrown) {
      return this.#exchange.describe(thrown);
    } finally {
      over = true;
      await settlesWithin(tradingSockets.discard(), GOODBYE_MS);
      for (const one of watches) one.catch(() => undefined);
      await settlesWithin(Promise.allSettled(watches), GOODBYE_MS);
    }
  }

  async #flowing(isOver: () => boolean): Promise<void> {
    const endsMs = performance.now() + CONNECT_LIMIT_MS;
    while (!this.#exchange.tradingSockets.flowing) {
      if (isOver() || this.#end.signal.aborted) throw new Error('closed');
      if (performance.now() > endsMs) {
        throw new Error(`no connection within ${CONNECT_LIMIT_MS} ms`);
      }
      await delay(LOOK_EVERY_MS);
    }
  }
}
