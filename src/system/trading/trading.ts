import type { OrderPort } from '../../host/order-port.ts';
import type { MarketEvent } from '../../model/market-event.ts';

/** How the orders of a system are executed: what the system needs to know of it. */
export interface Trading {
  /** For the workers. */
  readonly port: OrderPort;
  /** To be called before the workers are started. */
  start(): Promise<void>;
  /** What the market says. Called before it is published. */
  onMarket(events: readonly MarketEvent[]): void;
  /** The market data of a symbol is stale, with the reason; null if it is not any more. */
  setStale(symbol: string, reason: string | null): void;
  /** To be called after the workers have stopped. */
  stop(): Promise<void>;
}
