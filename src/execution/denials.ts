import { Recent } from '../base/recent.ts';
import type { Order, OrderIntent } from '../model/order.ts';
import type { OrderOutcome } from '../model/order-outcome.ts';
import type { OrderRequest } from '../model/order-request.ts';

/** So many are remembered, of all strategies together. */
const REMEMBERED = 1_000;

/** A request that asks for something. */
type Asking = Exclude<OrderRequest, { action: 'sync' }>;

/** What a strategy asked for and was denied: nothing of it has left. What is not known of it is null. */
export interface DeniedRequest {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly workerId: string;
  readonly action: Asking['action'];
  readonly clientOrderId: string | null;
  readonly symbol: string | null;
  readonly side: Order['side'] | null;
  readonly type: Order['type'] | null;
  readonly quantity: Order['quantity'] | null;
  readonly price: Order['price'];
  readonly stopPrice: Order['stopPrice'];
  readonly tag: string | null;
  /** Which check it did not pass, such as `HALTED`. */
  readonly rule: string;
  readonly reason: string;
}

export interface DenialQuery {
  readonly workerId?: string;
  readonly symbol?: string;
  /** @default 100 */
  readonly limit?: number;
}

/** The last requests that were denied, in memory alone: they have changed nothing. */
export class Denials {
  readonly #recent = new Recent<DeniedRequest>(REMEMBERED);

  add(denied: DeniedRequest): void {
    this.#recent.add(denied);
  }

  /** Newest first. */
  list({ workerId, symbol, limit = 100 }: DenialQuery = {}): readonly DeniedRequest[] {
    return this.#recent
      .toArray()
      .toReversed()
      .filter((one) => (workerId ?? one.workerId) === one.workerId)
      .filter((one) => (symbol ?? one.symbol) === one.symbol)
      .slice(0, limit);
  }
}

type Denied = Extract<OrderOutcome, { outcome: 'denied' }>;

/** What is known of a request that was denied at that time, ms since the epoch. */
export function deniedRequest(
  workerId: string,
  request: Asking,
  { rule, reason, order }: Denied,
  at: number,
): DeniedRequest {
  const of: Partial<OrderIntent> =
    request.action === 'submit' ? request.intent : (order ?? ofRequest(request));
  const { symbol, side, type, quantity, price, stopPrice, tag } = of;
  const change = request.action === 'modify' ? request.change : undefined;
  return {
    at,
    workerId,
    action: request.action,
    clientOrderId:
      'clientOrderId' in request ? request.clientOrderId : (order?.clientOrderId ?? null),
    symbol: symbol ?? null,
    side: side ?? null,
    type: type ?? null,
    quantity: change?.quantity ?? quantity ?? null,
    price: change?.price ?? price ?? null,
    stopPrice: change?.stopPrice ?? stopPrice ?? null,
    tag: tag ?? null,
    rule,
    reason,
  };
}

function ofRequest(request: Asking): Partial<OrderIntent> {
  return request.action === 'close' ? { symbol: request.symbol, tag: request.tag } : {};
}
