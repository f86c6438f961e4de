import { randomBytes } from 'node:crypto';
import { Refusal, refuse } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { describeFill, describeOrder, type Fill, type Order } from './order.ts';
import { readOrderName } from './order-request.ts';
import type { Params } from './params.ts';
import type { Route } from './route.ts';

/** Keys of user data streams that are in use. */
export class ListenKeys {
  readonly #keys = new Set<string>();

  create(): string {
    const key = randomBytes(30).toString('hex');
    this.#keys.add(key);
    return key;
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** @throws {Refusal} -1125 */
  require(key: string): void {
    if (!this.has(key)) throw new Refusal(-1125, 'This listenKey does not exist.');
  }

  delete(key: string): void {
    this.#keys.delete(key);
  }
}

/** The rows asked for: those of the time and, from where it names a beginning, the first; else the last. */
function select<T>(
  rows: readonly T[],
  params: Params,
  fromIdName: string,
  facts: (row: T) => { id: number; timeMs: number },
): T[] {
  const fromMs = params.integer('startTime') ?? 0;
  const toMs = params.integer('endTime') ?? Number.POSITIVE_INFINITY;
  const fromId = params.integer(fromIdName) ?? 0;
  const limit = params.limit(500, 1_000);
  const found = rows.filter((row) => {
    const { id, timeMs } = facts(row);
    return id >= fromId && timeMs >= fromMs && timeMs <= toMs;
  });
  const forward = params.has(fromIdName) || params.has('startTime');
  return forward ? found.slice(0, limit) : found.slice(-limit);
}

function ordersOf(exchange: Exchange, params: Params): Order[] {
  const { instrument } = exchange.market(params.required('symbol'));
  const orders = exchange.ledger.orders.filter(({ request }) => request.instrument === instrument);
  return select(orders, params, 'orderId', ({ id, createdMs }) => ({ id, timeMs: createdMs }));
}

function fillsOf(exchange: Exchange, params: Params): Fill[] {
  const { instrument } = exchange.market(params.required('symbol'));
  const orderId = params.integer('orderId');
  const fills = exchange.ledger.fills.filter(
    (fill) => fill.instrument === instrument && (orderId ?? fill.orderId) === fill.orderId,
  );
  return select(fills, params, 'fromId', ({ tradeId, timeMs }) => ({ id: tradeId, timeMs }));
}

/** What there is to know of the account. */
export interface AccountFacts {
  /** Share of what a fill brings. */
  readonly feeRate: string;
  /** The key may move money away. */
  readonly mayWithdraw: boolean;
}

/** What the account may ask of itself, and the keys of its streams. */
export function accountRoutes(exchange: Exchange, keys: ListenKeys, facts: AccountFacts): Route[] {
  const ask = (path: string, weight: Route['weight'], run: Route['run']): Route => ({
    name: `GET /api/v3/${path}`,
    kind: 'query',
    weight,
    run,
  });
  const stream = (method: string, run: Route['run']): Route => ({
    name: `${method} /api/v3/userDataStream`,
    kind: 'query',
    security: 'key',
    weight: 2,
    run,
  });
  return [
    {
      name: 'GET /sapi/v1/account/apiRestrictions',
      kind: 'query',
      weight: 1,
      run: () => describeKey(facts.mayWithdraw),
    },
    ask('account', 20, (params) => describeAccount(exchange, params, facts)),
    ask('order', 4, (params) => {
      const name = readOrderName(params);
      exchange.market(name.symbol);
      const order = exchange.ledger.find(name);
      if (order === undefined) throw refuse.noSuchOrder();
      return describeOrder(order);
    }),
    ask(
      'openOrders',
      (params) => (params.has('symbol') ? 6 : 80),
      (params) => {
        const symbol = params.optional('symbol');
        if (symbol !== undefined) exchange.market(symbol);
        return exchange.ledger.open(symbol).map((order) => describeOrder(order));
      },
    ),
    ask('allOrders', 20, (params) =>
      ordersOf(exchange, params).map((order) => describeOrder(order)),
    ),
    ask('myTrades', 20, (params) => fillsOf(exchange, params).map((fill) => describeFill(fill))),
    stream('POST', () => ({ listenKey: keys.create() })),
    stream('PUT', (params) => {
      keys.require(params.required('listenKey'));
      return {};
    }),
    stream('DELETE', (params) => {
      const key = params.required('listenKey');
      keys.require(key);
      keys.delete(key);
      return {};
    }),
  ];
}

function describeKey(mayWithdraw: boolean): unknown {
  return {
    ipRestrict: false,
    createTime: 1_600_000_000_000,
    enableReading: true,
    enableWithdrawals: mayWithdraw,
    enableInternalTransfer: false,
    enableMargin: false,
    enableFutures: false,
    permitsUniversalTransfer: false,
    enableVanillaOptions: false,
    enableSpotAndMarginTrading: true,
  };
}

function describeAccount(
  exchange: Exchange,
  params: Params,
  { feeRate, mayWithdraw }: AccountFacts,
): unknown {
  const balances = exchange.balances.describe();
  const empty = ({ free, locked }: { free: string; locked: string }): boolean =>
    Number(free) === 0 && Number(locked) === 0;
  return {
    makerCommission: Math.round(Number(feeRate) * 10_000),
    takerCommission: Math.round(Number(feeRate) * 10_000),
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker: feeRate, taker: feeRate, buyer: '0.00000000', seller: '0.00000000' },
    canTrade: true,
    canWithdraw: mayWithdraw,
    canDeposit: false,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: exchange.ledger.orders.at(-1)?.updatedMs ?? 0,
    accountType: 'SPOT',
    balances:
      params.optional('omitZeroBalances') === 'true'
        ? balances.filter((balance) => !empty(balance))
        : balances,
    permissions: ['SPOT'],
    uid: 1,
  };
}
