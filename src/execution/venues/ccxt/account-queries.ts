import type { CcxtExchange } from '../../../exchange/ccxt-exchange.ts';
import type { CcxtNumber, CcxtOrder, CcxtTrade, Json } from '../../../exchange/ccxt-types.ts';
import { textOf } from '../../../exchange/ccxt-number.ts';
import type { Balance } from '../../../model/account.ts';
import type { DecimalText } from '../../../model/decimal-text.ts';
import type { Fill } from '../../../model/fill.ts';
import type { OrderReference, VenueAccount, VenueOrder } from '../../venue.ts';
import { encodeClientOrderId } from './client-order-ids.ts';
import { sortError } from './error-sorting.ts';
import { featureOf } from './order-terms.ts';
import { newTrace, traced } from '../../../exchange/request-trace.ts';
import { fillOf, venueOrderOf, type KnownOrder } from './venue-order-of.ts';
import { venueTraits } from './venue-traits.ts';

/** Fills of one page, and orders of one list. */
const PAGE = 1_000;
const MAX_PAGES = 1_000;
/** Where an exchange looks no further than some days at once, a search begins at most so many times that ago. */
const MAX_WINDOWS = 400;
const DAY_MS = 86_400_000;
/** Clocks and order times are not that exact: a search begins so much before the order was made. */
const SEARCH_BEFORE_MS = 60_000;

/** What of an order is told with each request about it. */
type About = Pick<OrderReference, 'clientOrderId' | 'venueOrderId' | 'symbol' | 'type'>;

/** The questions that an account can be asked. Each throws if the exchange could not be asked. */
export class AccountQueries {
  readonly #exchange: CcxtExchange;

  constructor(exchange: CcxtExchange) {
    this.#exchange = exchange;
  }

  /** How a request names an order: ccxt's id, and its parameters. */
  nameOf({ clientOrderId, venueOrderId, type }: About): { id: string; params: Json } {
    const { id } = this.#exchange;
    const { byClientId } = venueTraits(id);
    const apart = this.isApart(type) ? { trigger: true } : {};
    // By our name first: where a change makes another order of it, that one is meant.
    if (byClientId || venueOrderId === null) {
      return {
        id: venueOrderId ?? '',
        params: { ...apart, clientOrderId: encodeClientOrderId(id, clientOrderId) },
      };
    }
    return { id: venueOrderId, params: apart };
  }

  /** Some exchanges keep stop orders of futures in another place. */
  isApart(type: OrderReference['type']): boolean {
    const { id, kind } = this.#exchange;
    const isStop = type === 'stop' || type === 'stop-limit';
    return venueTraits(id).apartStops === true && kind === 'linear' && isStop;
  }

  /** Null only if the exchange says that there is no such order. */
  async find(reference: OrderReference): Promise<VenueOrder | null> {
    const { trading } = this.#exchange;
    const { id, params } = this.nameOf(reference);
    const direct = venueTraits(this.#exchange.id).byClientId || reference.venueOrderId !== null;
    if (!direct || trading.has['fetchOrder'] !== true) return this.#search(reference);
    return this.#fetchOne(id, params, reference);
  }

  /** The order of that number, whatever has become of its name. */
  async findByVenueId(reference: OrderReference): Promise<VenueOrder | null> {
    const params = this.isApart(reference.type) ? { trigger: true } : {};
    return this.#fetchOne(reference.venueOrderId ?? '', params, reference);
  }

  async #fetchOne(id: string, params: Json, reference: OrderReference): Promise<VenueOrder | null> {
    const { trading } = this.#exchange;
    const trace = newTrace();
    try {
      const found = await traced(trace, () => trading.fetchOrder(id, reference.symbol, params));
      return this.orderOf(found, knownOf(reference));
    } catch (thrown) {
      if (sortError(thrown, trace) === 'not-found') return null;
      throw thrown;
    }
  }

  /** Through the lists, where an exchange can't be asked by our name. */
  async #search(reference: OrderReference): Promise<VenueOrder | null> {
    const { trading, id } = this.#exchange;
    const { clientOrderId, venueOrderId, symbol, createdAt } = reference;
    const theirs = encodeClientOrderId(id, clientOrderId);
    const sinceMs = createdAt - SEARCH_BEFORE_MS;
    const isIt = (order: CcxtOrder): boolean =>
      (venueOrderId !== null && order.id === venueOrderId) ||
      order.clientOrderId === theirs ||
      order.clientOrderId === `t-${theirs}`;
    const { params } = this.nameOf({ ...reference, venueOrderId: venueOrderId ?? 'none' });
    const open = await trading.fetchOpenOrders(symbol, undefined, undefined, params);
    const lists = ['fetchClosedOrders', 'fetchCanceledOrders', 'fetchOrders'] as const;
    const known = lists.filter((name) => trading.has[name] === true);
    let found = open.find(isIt);
    for (const name of known) {
      found ??= (await trading[name](symbol, sinceMs, PAGE, params)).find(isIt);
    }
    if (found !== undefined) return this.orderOf(found, knownOf(reference));
    if (known.includes('fetchOrders') || known.length === 2) return null;
    throw new Error(`${id} has no list of closed orders to look for ${clientOrderId} in`);
  }

  /** Of the account, or of one symbol. */
  async openOrders(symbol?: string): Promise<VenueOrder[]> {
    const { trading } = this.#exchange;
    const found = [...(await trading.fetchOpenOrders(symbol))];
    if (this.isApart('stop')) {
      const apart = { trigger: true };
      found.push(...(await trading.fetchOpenOrders(symbol, undefined, undefined, apart)));
    }
    return found
      .filter(
        (one) => one.symbol !== undefined && this.#exchange.instrument(one.symbol) !== undefined,
      )
      .map((order) => this.orderOf(order));
  }

  /** Oldest first, each once. */
  async fillsSince(sinceMs: number, symbols: readonly string[]): Promise<Fill[]> {
    const fills: Fill[] = [];
    for (const symbol of new Set(symbols)) {
      if (this.#exchange.instrument(symbol) === undefined) continue;
      fills.push(...(await this.#fillsOf(symbol, sinceMs)));
    }
    return fills.toSorted((one, two) => one.timestamp - two.timestamp);
  }

  async #fillsOf(symbol: string, sinceMs: number): Promise<Fill[]> {
    const { trading, kind } = this.#exchange;
    const { fillsById, fillsWithoutEnd } = venueTraits(this.#exchange.id);
    const days = featureOf<{ untilDays?: number }>(trading, kind, 'fetchMyTrades')?.untilDays;
    const endless = days === undefined || fillsWithoutEnd === kind;
    const windowMs = endless ? Number.POSITIVE_INFINITY : days * DAY_MS;
    const found = new Map<string, Fill>();
    const earliestMs = endless ? 0 : Math.floor(this.#exchange.nowMs - MAX_WINDOWS * windowMs);
    let fromMs = Math.max(earliestMs, sinceMs);
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const trades = await trading.fetchMyTrades(symbol, fromMs, PAGE);
      const before = found.size;
      for (const trade of trades) this.#keep(found, trade, sinceMs);
      if (trades.length >= PAGE) {
        const fromId = fillsById === true ? nextIdOf(trades) : undefined;
        if (fromId !== undefined) return this.#fillsFrom(symbol, fromId, found, sinceMs);
        const lastMs = Math.max(...trades.map(({ timestamp }) => timestamp ?? 0));
        if (lastMs <= fromMs && found.size === before) {
          throw new Error(`more than ${PAGE} fills of ${symbol} have the time ${fromMs}`);
        }
        fromMs = Math.max(lastMs, fromMs);
      } else if (fromMs + windowMs < this.#exchange.nowMs) {
        // Some exchanges look no further than so many days beyond the beginning that is asked for.
        fromMs += windowMs;
      } else {
        return [...found.values()];
      }
    }
    throw tooManyFills(symbol);
  }

  /** By their numbers, which go on without a doubt where fills have the same time. */
  async #fillsFrom(
    symbol: string,
    first: string,
    found: Map<string, Fill>,
    sinceMs: number,
  ): Promise<Fill[]> {
    let fromId: string | undefined = first;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const trades: readonly CcxtTrade[] = await this.#exchange.trading.fetchMyTrades(
        symbol,
        undefined,
        PAGE,
        { fromId },
      );
      for (const trade of trades) this.#keep(found, trade, sinceMs);
      if (trades.length < PAGE) return [...found.values()];
      fromId = nextIdOf(trades);
    }
    throw tooManyFills(symbol);
  }

  #keep(found: Map<string, Fill>, trade: CcxtTrade, sinceMs: number): void {
    const fill = fillOf(this.#exchange.id, trade, this.#exchange.nowMs);
    if (fill.timestamp >= sinceMs) found.set(`${fill.side} ${fill.tradeId}`, fill);
  }

  async account(): Promise<VenueAccount> {
    const { trading, kind } = this.#exchange;
    const balance = await trading.fetchBalance();
    const total = (balance['total'] ?? {}) as Readonly<Record<string, CcxtNumber>>;
    const free = (balance['free'] ?? {}) as Readonly<Record<string, CcxtNumber>>;
    const balances: Record<string, Balance> = {};
    for (const [currency, amount] of Object.entries(total)) {
      const inAll = textOf(amount) ?? '0';
      if (inAll === '0') continue;
      balances[currency] = { free: textOf(free[currency]) ?? '0', total: inAll };
    }
    return { balances, positions: kind === 'linear' ? await this.#positions() : {} };
  }

  async #positions(): Promise<Record<string, DecimalText>> {
    const positions: Record<string, DecimalText> = {};
    for (const { symbol, side, contracts } of await this.#exchange.trading.fetchPositions()) {
      const quantity = textOf(contracts);
      if (symbol === undefined || quantity === null || quantity === '0') continue;
      const size = quantity.replace(/^-/, '');
      positions[symbol] = side === 'short' ? `-${size}` : size;
    }
    return positions;
  }

  orderOf(order: CcxtOrder, known?: KnownOrder): VenueOrder {
    return venueOrderOf(this.#exchange.id, order, Math.round(this.#exchange.nowMs), known);
  }
}

function tooManyFills(symbol: string): Error {
  return new Error(`the fills of ${symbol} are more than ${MAX_PAGES} pages`);
}

/** The number after the highest; undefined where ids are no numbers. */
function nextIdOf(trades: readonly CcxtTrade[]): string | undefined {
  const ids = trades.map(({ id }) => id ?? '');
  if (!ids.every((id) => /^\d{1,30}$/.test(id))) return undefined;
  const highest = ids.map(BigInt).reduce((one, two) => (one > two ? one : two));
  return (highest + 1n).toString();
}

/** An order that is not ours has no name to be known by. */
function knownOf({ clientOrderId, type, symbol }: OrderReference): KnownOrder {
  return clientOrderId === '' ? { symbol } : { clientOrderId, type, symbol };
}
