import { quote } from '../../base/errors.ts';
import type { AccountView } from '../../model/account.ts';
import type { Instrument } from '../../model/instrument.ts';
import { isClosed, type Order } from '../../model/order.ts';
import type { OrderUpdate, TradingSnapshot } from '../../model/order-update.ts';
import type { Position } from '../../model/position.ts';
import { StrategyUsageError } from '../errors.ts';

/** Orders that are closed and still known by their id. */
const CLOSED_KEPT = 1_000;

/** Symbols that are named to a strategy that asked for another one. */
const NAMED = 10;

/** Where nothing can be traded. */
const NO_ACCOUNT: AccountView = {
  venue: 'none',
  tradingState: 'halted',
  tradingReason: 'there is no venue',
  pnl: {},
  balances: {},
};

/** What a strategy has, as the host told it last. */
export class TradingView {
  readonly #open = new Map<string, Order>();
  readonly #closed = new Map<string, Order>();
  readonly #positions = new Map<string, Position>();
  readonly #instruments = new Map<string, Instrument>();
  #list: readonly Order[] | undefined;
  account: AccountView = NO_ACCOUNT;

  begin({ orders, positions, account, instruments }: TradingSnapshot): void {
    this.account = account;
    for (const order of orders) this.#takeOrder(order);
    for (const position of positions) this.#positions.set(position.symbol, position);
    for (const instrument of instruments) this.#instruments.set(instrument.symbol, instrument);
  }

  take({ order, position }: Pick<OrderUpdate, 'order' | 'position'>): void {
    this.#takeOrder(order);
    if (position !== null) this.#positions.set(position.symbol, position);
  }

  get hasOpen(): boolean {
    return this.#open.size > 0;
  }

  get orders(): readonly Order[] {
    this.#list ??= Object.freeze([...this.#open.values()]);
    return this.#list;
  }

  order(clientOrderId: string): Order | undefined {
    return this.#open.get(clientOrderId) ?? this.#closed.get(clientOrderId);
  }

  position(symbol: string): Position {
    return this.#positions.get(symbol) ?? flat(symbol);
  }

  instrument(symbol: string): Instrument | undefined {
    return this.#instruments.get(symbol);
  }

  /** @throws {StrategyUsageError} code `UNKNOWN_INSTRUMENT` */
  instrumentOrThrow(symbol: string): Instrument {
    const known = this.#instruments.get(symbol);
    if (known !== undefined) return known;
    const symbols = [...this.#instruments.keys()];
    const more = symbols.length > NAMED ? ` and ${symbols.length - NAMED} more` : '';
    const named =
      symbols.length === 0
        ? 'a symbol that it has, such as BTC/USDT'
        : `one of ${symbols.slice(0, NAMED).join(', ')}${more}`;
    throw new StrategyUsageError(
      'UNKNOWN_INSTRUMENT',
      `symbol is ${quote(symbol)}, which can't be traded on ${this.account.venue}: expected ${named}`,
      { symbol, venue: this.account.venue },
    );
  }

  #takeOrder(order: Order): void {
    const { clientOrderId } = order;
    this.#list = undefined;
    if (!isClosed(order)) {
      this.#open.set(clientOrderId, order);
      return;
    }
    this.#open.delete(clientOrderId);
    this.#closed.set(clientOrderId, order);
    const [oldest] = this.#closed.keys();
    if (this.#closed.size > CLOSED_KEPT && oldest !== undefined) this.#closed.delete(oldest);
  }
}

function flat(symbol: string): Position {
  return {
    symbol,
    quantity: '0',
    avgPrice: null,
    realizedPnl: '0',
    unrealizedPnl: null,
    fees: {},
    lastPrice: null,
    updatedAt: 0,
  };
}
