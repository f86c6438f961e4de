import type { ExecutionListener } from '../../execution/execution-engine.ts';
import type { OrderUpdate } from '../../model/order-update.ts';

type UpdateListener = (workerId: string, update: OrderUpdate) => void;

/** Passes on what an engine tells of orders, also to those who begin to listen later. */
export class OrderUpdates implements ExecutionListener {
  readonly #listeners = new Set<UpdateListener>();

  /** Returns the function that ends it. */
  listen(listener: UpdateListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onUpdate(workerId: string, update: OrderUpdate): void {
    for (const listener of this.#listeners) listener(workerId, update);
  }

  onAccount(): void {
    // Accounts are asked for when somebody looks.
  }
}
