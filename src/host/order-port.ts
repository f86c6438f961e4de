import type { AccountView } from '../model/account.ts';
import type { OrderReply, OrderRequest, RequestMoment } from '../model/order-request.ts';
import type { OrderUpdate, TradingSnapshot } from '../model/order-update.ts';
import type { WhenDown } from '../model/when-down.ts';

/** What the host knows of the worker that asks. */
export interface RequestStanding extends RequestMoment {
  /** It takes no new exposure: only what makes positions smaller, and cancels. */
  readonly paused: boolean;
}

/** Told of what happens to the orders of all workers. */
export interface OrderListener {
  /** Called in the order of `seq`, before the request that caused it is answered. */
  onUpdate(workerId: string, update: OrderUpdate): void;
  /** Balances or the trading state have changed. */
  onAccount(workerId: string, account: AccountView): void;
}

/** Where the orders of workers go. The host knows no more of the execution of orders than this. */
export interface OrderPort {
  /** To be called once, before anything else. */
  listen(listener: OrderListener): void;
  /**
   * A prefix for the client order ids of a new process of this worker, given once and never again; on the
   * disk before this resolves.
   */
  beginRun(workerId: string): Promise<string>;
  /** Never rejects. */
  request(workerId: string, request: OrderRequest, standing: RequestStanding): Promise<OrderReply>;
  /** What the strategy has, with the instruments of these symbols. */
  snapshot(workerId: string, symbols: readonly string[]): TradingSnapshot;
  /** The updates after `seq`, oldest first; those that are not kept any more are missing at the front. */
  updatesSince(workerId: string, seq: number): readonly OrderUpdate[];
  /**
   * The worker has no process any more; `stopped` if it will not come back by itself: it was stopped, has ended for
   * good, or is known from an earlier host and not brought back. May be told again. `whenDown` is what its strategy chose.
   */
  workerDown(workerId: string, stopped: boolean, whenDown: WhenDown): void;
  /** It has a process again. */
  workerUp(workerId: string): void;
}
