import { onTestFinished } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import type { LogLevel, Logger } from '../../../src/base/logger.ts';
import type { CcxtExchange, CcxtExchangeOptions } from '../../../src/exchange/ccxt-exchange.ts';
import type { VenueListener, VenueOrder } from '../../../src/execution/venue.ts';
import { CcxtVenue, type CcxtVenueOptions } from '../../../src/execution/venues/ccxt/ccxt-venue.ts';
import type { Fill } from '../../../src/model/fill.ts';
import type { Order } from '../../../src/model/order.ts';
import { open } from '../exchange/opening.ts';
import { SimProcess } from '../sim-exchange/exchange.ts';

export const BTC = 'BTC/USDT';

/** Writes down all that a venue tells. */
export class Told implements VenueListener {
  readonly orders: VenueOrder[] = [];
  readonly fills: Fill[] = [];
  readonly states: ('up' | 'down')[] = [];

  onOrder(order: VenueOrder): void {
    this.orders.push(order);
  }

  onFill(fill: Fill): void {
    this.fills.push(fill);
  }

  onConnection(state: 'up' | 'down'): void {
    this.states.push(state);
  }

  of(clientOrderId: string): VenueOrder[] {
    return this.orders.filter((order) => order.clientOrderId === clientOrderId);
  }
}

export class Notes implements Logger {
  readonly lines: string[] = [];

  log(level: LogLevel, message: string): void {
    this.lines.push(`${level} ${message}`);
  }
}

let count = 0;

/** A name that no other order of this process has. */
export function newId(): string {
  count += 1;
  return `q7Zk${process.pid.toString(36)}x${count}`;
}

/** A limit order to buy 0.1 BTC at 50,000, far below the market, but for what is given. */
export function orderOf(changes: Partial<Order> = {}): Order {
  const quantity = changes.quantity ?? '0.1';
  return {
    clientOrderId: newId(),
    venueOrderId: null,
    workerId: 'w',
    symbol: BTC,
    side: 'buy',
    type: 'limit',
    quantity,
    price: '50000',
    stopPrice: null,
    timeInForce: 'gtc',
    reduceOnly: false,
    postOnly: false,
    tag: null,
    status: 'submitted',
    filledQuantity: '0',
    leavesQuantity: quantity,
    avgPrice: null,
    pending: null,
    reason: null,
    createdAt: Date.now(),
    updatedAt: Date.now(),
    ...changes,
  };
}

export interface Setup {
  readonly sim: SimProcess;
  readonly exchange: CcxtExchange;
  readonly venue: CcxtVenue;
  readonly told: Told;
  readonly notes: Notes;
}

export interface SetupOptions {
  readonly sim?: readonly string[];
  readonly exchange?: Partial<CcxtExchangeOptions>;
  readonly venue?: Partial<CcxtVenueOptions>;
  /** Before the venue is made. */
  readonly prepare?: (exchange: CcxtExchange) => void;
}

/** A venue that is connected to a local exchange in its own process; both end with the test. */
export async function connected(options: SetupOptions = {}): Promise<Setup> {
  const limits = ['--order-limit', '100000', '--weight-limit', '1000000'];
  const sim = await SimProcess.start(...limits, ...(options.sim ?? []));
  const exchange = await open(sim, options.exchange);
  options.prepare?.(exchange);
  const [told, notes] = [new Told(), new Notes()];
  const venue = new CcxtVenue({
    exchange,
    logger: notes,
    random: seededRandom(1),
    pollMs: 100,
    ...options.venue,
  });
  onTestFinished(() => venue.close());
  await venue.connect(told);
  return { sim, exchange, venue, told, notes };
}
