import { isClosed, type OrderStatus } from '../../model/order.ts';
import type { OrderUpdate } from '../../model/order-update.ts';
import type { ExecutionEngine } from '../../system/parts.ts';

/** Counts what becomes of orders, from the moment on at which it is made. */
export class OrderTotals {
  /** How often an order has come to a status. */
  readonly byStatus = new Map<OrderStatus, number>();
  /** What strategies asked for and was denied. */
  readonly byRule = new Map<string, number>();
  /** The status that was last told of each order that is not over. */
  readonly #last = new Map<string, OrderStatus>();
  readonly #unlisten: () => void;
  #fills = 0;

  constructor(engine: Pick<ExecutionEngine, 'listen'>) {
    this.#unlisten = engine.listen({
      onUpdate: (_workerId, update) => this.#onUpdate(update),
      onAccount: () => undefined,
      onDenied: ({ rule }) => void this.byRule.set(rule, (this.byRule.get(rule) ?? 0) + 1),
    });
  }

  get fills(): number {
    return this.#fills;
  }

  stop(): void {
    this.#unlisten();
  }

  #onUpdate({ order, fill }: OrderUpdate): void {
    if (fill !== null) this.#fills += 1;
    const { clientOrderId: id, status } = order;
    if (this.#last.get(id) === status) return;
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1);
    if (isClosed(order)) this.#last.delete(id);
    else this.#last.set(id, status);
  }
}
