import type { Order } from '../../../../src/model/order.ts';
import type { OrderUpdate } from '../../../../src/model/order-update.ts';
import type { TradingStart, WireOrderRequest } from '../../../../src/protocol/orders.ts';
import { Trading, type TradingParts } from '../../../../src/worker/trading/trading.ts';

const INSTRUMENT = {
  symbol: 'BTC/USDT',
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  contractSize: '1',
  tickSize: '0.5',
  lotSize: '0.001',
  minQuantity: '0.001',
  maxQuantity: null,
  minNotional: null,
  makerFee: '0',
  takerFee: '0.001',
} as const;

export const ACCOUNT = {
  venue: 'paper',
  tradingState: 'active',
  tradingReason: null,
  pnl: {},
  balances: {},
} as const;

export function order(clientOrderId: string, fields: Partial<Order> = {}): Order {
  return {
    symbol: 'BTC/USDT',
    side: 'buy',
    type: 'limit',
    quantity: '1',
    price: '100',
    stopPrice: null,
    timeInForce: 'gtc',
    reduceOnly: false,
    postOnly: false,
    tag: null,
    clientOrderId,
    venueOrderId: null,
    workerId: 'w-1',
    status: 'accepted',
    filledQuantity: '0',
    leavesQuantity: '1',
    avgPrice: null,
    pending: null,
    reason: null,
    createdAt: 1,
    updatedAt: 1,
    ...fields,
  };
}

/** An update of order `o-SEQ`. */
export function update(seq: number, fields: Partial<OrderUpdate> = {}): OrderUpdate {
  return {
    seq,
    order: order(`o-${seq}`),
    fill: null,
    position: null,
    timestamp: seq,
    ...fields,
  };
}

/** An update with a fill and a position. */
export function filled(seq: number, quantity = '1'): OrderUpdate {
  return update(seq, {
    order: order(`o-${seq}`, {
      status: 'filled',
      quantity,
      filledQuantity: quantity,
      leavesQuantity: '0',
    }),
    fill: {
      tradeId: `t-${seq}`,
      clientOrderId: `o-${seq}`,
      venueOrderId: 'v',
      symbol: 'BTC/USDT',
      side: 'buy',
      quantity,
      price: '100',
      fee: '0',
      feeCurrency: 'USDT',
      liquiditySide: 'taker',
      timestamp: seq,
    },
    position: {
      symbol: 'BTC/USDT',
      quantity: String(seq),
      avgPrice: '100',
      realizedPnl: '0',
      unrealizedPnl: null,
      fees: {},
      lastPrice: '100',
      updatedAt: seq,
    },
  });
}

export function startOf(fields: Partial<TradingStart> = {}, lastSeq = 0): TradingStart {
  return {
    idPrefix: 'kN',
    snapshot: {
      lastSeq,
      orders: [],
      positions: [],
      account: ACCOUNT,
      instruments: [INSTRUMENT],
    },
    doneSeq: lastSeq,
    missed: [],
    ...fields,
  };
}

export interface TradingRig {
  readonly trading: Trading;
  readonly sent: WireOrderRequest[];
  /** Callbacks as they were called: name and what it is about. */
  readonly called: string[];
  readonly lines: string[];
  /** Tasks that wait for their turn between two events. */
  readonly tasks: (() => void | Promise<void>)[];
  /** Runs the tasks, and those that come meanwhile. */
  readonly turn: () => Promise<void>;
}

/** The trading of a strategy whose callbacks are written down; not begun. */
export function tradingOf(parts: Partial<TradingParts> = {}): TradingRig {
  const sent: WireOrderRequest[] = [];
  const called: string[] = [];
  const lines: string[] = [];
  const tasks: (() => void | Promise<void>)[] = [];
  const trading = new Trading({
    replays: false,
    send: (request) => {
      sent.push(request as WireOrderRequest);
      return Promise.resolve();
    },
    standing: () => ({
      moment: { catchingUp: false, replay: null },
      state: 'running',
      revision: 3,
    }),
    log: (level, message) => void lines.push(`${level}: ${message}`),
    call: (name, event) => {
      const of =
        'tradeId' in event
          ? event.tradeId
          : 'clientOrderId' in event
            ? event.clientOrderId
            : event.quantity;
      called.push(`${name} ${of}`);
      return undefined;
    },
    between: (task) => {
      tasks.push(task);
      return Promise.resolve();
    },
    onDone: () => undefined,
    ...parts,
  });
  const turn = async (): Promise<void> => {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) await task();
  };
  return { trading, sent, called, lines, tasks, turn };
}
