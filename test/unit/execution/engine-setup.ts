import { ManualClock } from '../../../src/base/clock.ts';
import type { ExecutionEngineOptions } from '../../../src/execution/engine-options.ts';
import { ExecutionEngine } from '../../../src/execution/execution-engine.ts';
import { PaperVenue } from '../../../src/execution/venues/paper/paper-venue.ts';
import type {
  HeldBack,
  VenueListener,
  VenueOrder,
  VenueOutcome,
  VenuePast,
} from '../../../src/execution/venue.ts';
import type { PaperVenueOptions } from '../../../src/execution/venues/paper/paper-options.ts';
import type { Fill } from '../../../src/model/fill.ts';
import type { OrderChange } from '../../../src/model/order-request.ts';
import type { Order, OrderIntent } from '../../../src/model/order.ts';
import type { OrderOutcome } from '../../../src/model/order-outcome.ts';
import type { OrderUpdate } from '../../../src/model/order-update.ts';
import type { TradeTick } from '../../../src/model/trade-tick.ts';
import { anIntent } from './fixtures.ts';

export const SYMBOL = 'BTC/USDT';
export const WORKER = 'worker-1';
const OPEN = { paused: false, catchingUp: false };

/** What goes wrong between us and a venue that does what it is told. */
type Fault = 'lose the answer' | 'lose the request' | 'lose both ways' | null;

/** A paper venue at the other end of a line that can fail. */
export class UnreliableVenue extends PaperVenue {
  fault: Fault = null;
  /** Nothing is told by itself. */
  silent = false;
  /** It can't be asked. */
  down = false;
  /** It ends with our process, and is told by the next one what was; else it is far away and lives on. */
  isLocal = false;
  readonly submitted: string[] = [];
  #listener: VenueListener | undefined;

  override restore(past: VenuePast): void {
    if (this.isLocal) super.restore(past);
  }

  override connect(listener: VenueListener): Promise<void> {
    this.#listener = listener;
    return super.connect({
      onOrder: (order) => this.silent || listener.onOrder(order),
      onFill: (fill) => this.silent || listener.onFill(fill),
      onConnection: (state, reason) => listener.onConnection(state, reason),
    });
  }

  /** The venue says something of an order by itself. */
  tellOrder(order: VenueOrder): void {
    this.#listener?.onOrder(order);
  }

  tellFill(fill: Fill): void {
    this.#listener?.onFill(fill);
  }

  /** It goes on when an engine ends, as an exchange does. */
  override close(): Promise<void> {
    return Promise.resolve();
  }

  cut(state: 'up' | 'down'): void {
    this.#listener?.onConnection(state, 'a test cuts it');
  }

  override async submit(order: Order, _heldBack?: HeldBack): Promise<VenueOutcome> {
    this.submitted.push(order.clientOrderId);
    return this.#over(() => super.submit(order));
  }

  override async modify(order: Order, change: OrderChange): Promise<VenueOutcome> {
    return this.#over(() => super.modify(order, change));
  }

  override async cancel(order: Order): Promise<VenueOutcome> {
    return this.#over(() => super.cancel(order));
  }

  async #over(act: () => Promise<VenueOutcome>): Promise<VenueOutcome> {
    const unknown: VenueOutcome = { outcome: 'unknown', reason: 'the line was cut' };
    if (this.fault === 'lose the request' || this.fault === 'lose both ways') return unknown;
    const outcome = await act();
    return this.fault === null ? outcome : unknown;
  }

  override findOrder(
    ...args: Parameters<PaperVenue['findOrder']>
  ): ReturnType<PaperVenue['findOrder']> {
    return this.down ? Promise.reject(new Error('no answer')) : super.findOrder(...args);
  }

  override openOrders(): ReturnType<PaperVenue['openOrders']> {
    return this.down ? Promise.reject(new Error('no answer')) : super.openOrders();
  }
}

export interface Setup {
  readonly clock: ManualClock;
  readonly venue: UnreliableVenue;
  readonly engine: ExecutionEngine;
  readonly updates: OrderUpdate[];
  /** The next client order id. */
  readonly id: () => string;
  readonly submit: (
    fields?: Partial<OrderIntent>,
    id?: string,
    standing?: Partial<typeof OPEN>,
  ) => Promise<OrderOutcome>;
  readonly cancel: (id: string) => Promise<OrderOutcome>;
  readonly price: (price: number, symbol?: string) => void;
  /** Another engine on the same venue and journal, as after the end of the process. */
  readonly again: (options?: Partial<ExecutionEngineOptions>) => Promise<Setup>;
  /** The same with a new venue, which lived in the process that has ended. */
  readonly anew: (paper?: PaperVenueOptions) => Promise<Setup>;
}

/** An engine over a paper venue whose market stands at 100. */
export async function setUp(
  options: Partial<ExecutionEngineOptions> = {},
  shared?: { clock: ManualClock; venue: UnreliableVenue },
  paper: PaperVenueOptions = { balances: { USDT: '100000', BTC: '10' } },
): Promise<Setup> {
  const clock = shared?.clock ?? new ManualClock(1_700_000_000_000);
  const venue = shared?.venue ?? new UnreliableVenue(paper, clock);
  const engine = new ExecutionEngine({ venue, clock, timers: false, ...options });
  const updates: OrderUpdate[] = [];
  engine.listen({ onUpdate: (_, update) => updates.push(update), onAccount: () => undefined });
  await engine.start();
  const prefix = await engine.beginRun(WORKER);
  let count = 0;
  const one = async (
    request: Parameters<ExecutionEngine['request']>[1],
    standing = {},
  ): Promise<OrderOutcome> => {
    const { outcomes } = await engine.request(WORKER, request, { ...OPEN, ...standing });
    return outcomes[0] as OrderOutcome;
  };
  const setup: Setup = {
    clock,
    venue,
    engine,
    updates,
    id: () => `${prefix}${(count += 1)}`,
    submit: (fields, id = setup.id(), standing = {}) =>
      one({ action: 'submit', clientOrderId: id, intent: anIntent(fields) }, standing),
    cancel: (id) => one({ action: 'cancel', clientOrderId: id }),
    price: (price, symbol = SYMBOL) => {
      clock.advance(1);
      const event: TradeTick = {
        type: 'trade',
        symbol,
        timestamp: clock.now(),
        price,
        size: 1_000,
        aggressorSide: 'buy',
        tradeId: '',
      };
      engine.onMarket([event]);
      venue.onMarket(event);
    },
    again: async (more = {}) => {
      await engine.stop();
      return setUp({ ...options, ...more }, { clock, venue });
    },
    anew: async (changed = paper) => {
      await engine.stop();
      const next = new UnreliableVenue(changed, clock);
      next.isLocal = true;
      return setUp(options, { clock, venue: next }, changed);
    },
  };
  if (shared === undefined) setup.price(100);
  return setup;
}
