import { silentLogger, type Logger } from '../../../base/logger.ts';
import type { Random } from '../../../base/random.ts';
import type { CcxtExchange } from '../../../exchange/ccxt-exchange.ts';
import { ExchangeError } from '../../../exchange/errors.ts';
import type { Fill } from '../../../model/fill.ts';
import type { Instrument } from '../../../model/instrument.ts';
import { isClosed, type Order } from '../../../model/order.ts';
import type { OrderChange } from '../../../model/order-request.ts';
import type {
  ExecutionVenue,
  HeldBack,
  OrderReference,
  VenueAccount,
  VenueListener,
  VenueOrder,
  VenueOutcome,
} from '../../venue.ts';
import { AccountQueries } from './account-queries.ts';
import { refuseWithdrawalKey } from './key-permissions.ts';
import { OrderCommands } from './order-commands.ts';
import { OrderPolling } from './order-polling.ts';
import { Replacements } from './replacements.ts';
import { UserStream } from './user-stream.ts';
import { fillOf } from './venue-order-of.ts';

export interface CcxtVenueOptions {
  /** Open, with keys. It is not closed with the venue: others may use it. */
  readonly exchange: CcxtExchange;
  /** Default: the exchange's id. */
  readonly name?: string;
  /** Pause between two looks at orders while no stream tells of them, milliseconds. Default: 2,000. */
  readonly pollMs?: number;
  /** Time for a request with all that it waits for, milliseconds. Default: 20,000. */
  readonly answerLimitMs?: number;
  /** How long `connect` waits for the stream before it goes on without, milliseconds. Default: 15,000. */
  readonly streamLimitMs?: number;
  readonly logger?: Logger;
  /** For the jitter of reconnections. */
  readonly random?: Random;
}

const POLL_MS = 2_000;
const ANSWER_LIMIT_MS = 20_000;
const STREAM_LIMIT_MS = 15_000;

/** An exchange through ccxt, spot or linear futures, as a place where orders go. */
export class CcxtVenue implements ExecutionVenue {
  readonly name: string;
  readonly mode = 'live';
  readonly #exchange: CcxtExchange;
  readonly #options: CcxtVenueOptions;
  readonly #logger: Logger;
  readonly #queries: AccountQueries;
  readonly #commands: OrderCommands;
  readonly #replacements = new Replacements();
  /** Ends of orders whose change is not answered, by their numbers: they are asked for by their names. */
  readonly #keptBack = new Map<string, VenueOrder>();
  readonly #polling: OrderPolling;
  readonly #stream: UserStream | undefined;
  #listener: VenueListener | undefined;
  #poller: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** As it was told, or as `connect` left it. */
  #state: 'up' | 'down' = 'up';
  #firstUp: (() => void) | undefined;

  constructor(options: CcxtVenueOptions) {
    const { exchange, logger = silentLogger, random = Math.random } = options;
    this.#options = options;
    this.#exchange = exchange;
    this.#logger = logger;
    this.name = options.name ?? exchange.id;
    this.#queries = new AccountQueries(exchange);
    this.#polling = new OrderPolling(
      this.#queries,
      { onOrder: (order) => this.#onOrder(order), onFill: (fill) => this.#onFill(fill) },
      exchange.nowMs,
    );
    this.#commands = new OrderCommands(
      exchange,
      this.#queries,
      this.#replacements,
      options.answerLimitMs ?? ANSWER_LIMIT_MS,
      (order) => this.#onOrder(order),
    );
    if (UserStream.isThere(exchange)) this.#stream = this.#makeStream(logger, random);
  }

  /**
   * Makes sure that the keys are good and may not withdraw, then listens.
   *
   * @throws {ExchangeError} code `EXCHANGE_UNUSABLE` or `KEY_MAY_WITHDRAW`
   */
  async connect(listener: VenueListener): Promise<void> {
    this.#listener = listener;
    await this.#checkKeys();
    if (this.#stream !== undefined) {
      const first = new Promise<void>((resolve) => (this.#firstUp = resolve));
      this.#stream.start();
      const limitMs = this.#options.streamLimitMs ?? STREAM_LIMIT_MS;
      const timer = setTimeout(() => this.#goOnWithoutStream(limitMs), limitMs);
      await first;
      clearTimeout(timer);
    }
    this.#pollLater();
  }

  instrument(symbol: string): Instrument | undefined {
    return this.#exchange.instrument(symbol);
  }

  async submit(order: Order, heldBack?: HeldBack): Promise<VenueOutcome> {
    this.#polling.sent(order.symbol);
    return this.#heard(await this.#commands.submit(order, heldBack), order);
  }

  async cancel(order: OrderReference): Promise<VenueOutcome> {
    return this.#heard(await this.#commands.cancel(order), order);
  }

  async modify(order: Order, change: OrderChange, heldBack?: HeldBack): Promise<VenueOutcome> {
    return this.#heard(await this.#commands.modify(order, change, heldBack), order);
  }

  async findOrder(reference: OrderReference): Promise<VenueOrder | null> {
    const found = await this.#queries.find(reference);
    const { venueOrderId } = reference;
    if (found === null) return null;
    if (venueOrderId !== null && found.venueOrderId !== venueOrderId) {
      this.#replacements.replaced(venueOrderId);
    } else if (venueOrderId !== null && isClosed(found)) {
      this.#replacements.end(venueOrderId);
    }
    this.#polling.heard(found, reference);
    return found;
  }

  openOrders(): Promise<readonly VenueOrder[]> {
    return this.#queries.openOrders();
  }

  fillsSince(sinceMs: number, symbols: readonly string[]): Promise<readonly Fill[]> {
    return this.#queries.fillsSince(sinceMs, symbols);
  }

  account(): Promise<VenueAccount> {
    return this.#queries.account();
  }

  async close(): Promise<void> {
    clearTimeout(this.#poller);
    this.#isClosed = true;
    this.#listener = undefined;
    await this.#stream?.close();
  }

  async #checkKeys(): Promise<void> {
    const { id, hasCredentials } = this.#exchange;
    if (!hasCredentials) {
      throw new ExchangeError('EXCHANGE_UNUSABLE', `there are no keys for ${id} to trade with`, {
        exchange: id,
      });
    }
    try {
      // A refused subscription would be the other way to learn that the keys are wrong.
      await this.#queries.account();
    } catch (thrown) {
      const why = `the account at ${id} can't be read: ${this.#exchange.describe(thrown)}`;
      throw new ExchangeError('EXCHANGE_UNUSABLE', why, { exchange: id });
    }
    const untold = await refuseWithdrawalKey(this.#exchange);
    if (untold === null) return;
    this.#logger.log(
      'warn',
      `whether the key of ${id} may withdraw could not be checked: ${untold}`,
    );
  }

  #goOnWithoutStream(limitMs: number): void {
    if (this.#firstUp === undefined) return;
    this.#firstUp();
    this.#firstUp = undefined;
    this.#tellState('down', `no order stream within ${limitMs} ms; orders are asked for instead`);
  }

  #makeStream(logger: Logger, random: Random): UserStream {
    const listener = {
      onOrders: (orders: readonly Parameters<AccountQueries['orderOf']>[0][]): void =>
        this.#readEach(
          orders,
          (order) => this.#queries.orderOf(order),
          (order) => {
            this.#polling.heard(order);
            this.#onOrder(order);
          },
        ),
      onTrades: (trades: readonly Parameters<typeof fillOf>[1][]): void =>
        this.#readEach(
          trades,
          (trade) => fillOf(this.#exchange.id, trade, this.#exchange.nowMs),
          (fill) => {
            this.#polling.heardFill(fill);
            this.#onFill(fill);
          },
        ),
      onState: (state: 'up' | 'down', reason: string): void => {
        if (this.#firstUp !== undefined && state === 'up') {
          this.#firstUp();
          this.#firstUp = undefined;
        } else if (this.#firstUp === undefined) {
          this.#tellState(state, reason);
        }
      },
    };
    return new UserStream(this.#exchange, listener, logger, random);
  }

  /** Reads each of a list; one that can't be read is said and passed over. */
  #readEach<T, R>(list: readonly T[], read: (one: T) => R, use: (one: R) => void): void {
    for (const one of list) {
      try {
        use(read(one));
      } catch (thrown) {
        const what = this.#exchange.describe(thrown);
        this.#logger.log('error', `${this.name} told something that can't be read: ${what}`);
      }
    }
  }

  /** The pause is between two polls: orders shall have most of the rate budget. */
  #pollLater(): void {
    if (this.#isClosed) return;
    this.#poller = setTimeout(() => {
      void this.#poll().then(() => this.#pollLater());
    }, this.#options.pollMs ?? POLL_MS);
  }

  async #poll(): Promise<void> {
    try {
      await this.#askKeptBack();
      if (this.#stream?.up === true) return;
      await this.#polling.poll();
      if (this.#stream === undefined) this.#tellState('up', 'the exchange answers again');
    } catch (thrown) {
      const why = this.#exchange.describe(thrown);
      this.#logger.log('warn', `orders at ${this.name} can't be asked for: ${why}`);
      if (this.#stream === undefined) this.#tellState('down', why);
    }
  }

  async #askKeptBack(): Promise<void> {
    for (const [venueOrderId, order] of this.#keptBack) {
      if (this.#replacements.isUnderWay(venueOrderId)) {
        const clientOrderId = order.clientOrderId ?? '';
        const found = await this.findOrder({
          ...order,
          clientOrderId,
          createdAt: order.updatedAt,
        });
        if (found !== null) this.#listener?.onOrder(found);
      }
      this.#keptBack.delete(venueOrderId);
    }
  }

  #heard(outcome: VenueOutcome, order: OrderReference): VenueOutcome {
    if (outcome.outcome === 'accepted') this.#polling.heard(outcome.order, order);
    return outcome;
  }

  #tellState(state: 'up' | 'down', reason: string): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#listener?.onConnection(state, reason);
  }

  #onOrder(order: VenueOrder): void {
    if (!this.#replacements.hides(order)) this.#listener?.onOrder(order);
    else if (this.#replacements.isUnderWay(order.venueOrderId))
      this.#keptBack.set(order.venueOrderId, order);
  }

  #onFill(fill: Fill): void {
    this.#listener?.onFill(fill);
  }
}
