import type { ExecutionEngine } from '../../execution/execution-engine.ts';
import type { PaperVenue } from '../../execution/venues/paper/paper-venue.ts';
import { PaperVenue as Paper } from '../../execution/venues/paper/paper-venue.ts';
import type { OrderPort } from '../../host/order-port.ts';
import type { MarketEvent } from '../../model/market-event.ts';
import type { Trading } from './trading.ts';

/** How often time goes on at the paper venue while everything stops, milliseconds. */
const ADVANCE_MS = 10;

/** Orders of all workers in one engine, on one account, in the present. */
export class EngineTrading implements Trading {
  readonly engine: ExecutionEngine;
  readonly #paper: PaperVenue | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(engine: ExecutionEngine) {
    this.engine = engine;
    this.#paper = engine.venue instanceof Paper ? engine.venue : undefined;
  }

  get port(): OrderPort {
    return this.engine;
  }

  start(): Promise<void> {
    return this.engine.start();
  }

  onMarket(events: readonly MarketEvent[]): void {
    this.engine.onMarket(events);
    if (this.#paper === undefined) return;
    for (const event of events) this.#paper.onMarket(event);
    this.#planAdvance();
  }

  setStale(symbol: string, reason: string | null): void {
    this.engine.setStale(symbol, reason);
  }

  async stop(): Promise<void> {
    // What strategies leave behind may be closed now, and no event moves the market any more.
    const moving = setInterval(() => this.#paper?.advance(Date.now()), ADVANCE_MS);
    await this.engine.stop().finally(() => clearInterval(moving));
    clearTimeout(this.#timer);
  }

  /** Orders whose latency ends while the market is silent come in all the same. */
  #planAdvance(): void {
    const dueMs = this.#paper?.nextDueMs ?? null;
    if (dueMs === null || this.#timer !== undefined) return;
    const advance = (): void => {
      this.#timer = undefined;
      this.#paper?.advance(Date.now());
      this.#planAdvance();
    };
    this.#timer = setTimeout(advance, Math.max(1, dueMs - Date.now()));
  }
}
