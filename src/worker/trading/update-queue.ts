import type { Fill } from '../../model/fill.ts';
import type { Order } from '../../model/order.ts';
import type { OrderUpdate } from '../../model/order-update.ts';
import type { Position } from '../../model/position.ts';

type TradingCall = readonly [
  name: 'onFill' | 'onPosition' | 'onOrder',
  event: Fill | Position | Order,
  order?: Order,
];

export interface UpdateQueueParts {
  /** Calls one callback, if the strategy has it. Never rejects. */
  readonly call: (...call: TradingCall) => Promise<void> | undefined;
  /** Runs a task between two events. */
  readonly between: (task: () => void | Promise<void>) => Promise<void>;
  /** In a replay: resolves once all that was asked is answered, which comes before what is told. */
  readonly answered?: (() => Promise<void>) | undefined;
  /** The callbacks of an update are done. */
  readonly onDone: () => void;
}

/** The callbacks of one update, in the order in which they run. */
function callsOf({ order, fill, position }: OrderUpdate): TradingCall[] {
  const calls: TradingCall[] = [];
  if (fill !== null) calls.push(['onFill', fill, order]);
  if (position !== null) calls.push(['onPosition', position]);
  calls.push(['onOrder', order]);
  return calls;
}

/**
 * Updates whose callbacks have not run yet. Those of one update run as one, so that a saved state has all of
 * it or nothing; between two updates commands, saves and events have their turn.
 */
export class UpdateQueue {
  readonly #parts: UpdateQueueParts;
  readonly #updates: OrderUpdate[] = [];
  #doneSeq = 0;
  #planned = false;
  #held = false;
  #over = false;

  constructor(parts: UpdateQueueParts) {
    this.#parts = parts;
  }

  get length(): number {
    return this.#updates.length;
  }

  /** Number of the last update whose callbacks are done. */
  get doneSeq(): number {
    return this.#doneSeq;
  }

  set doneSeq(seq: number) {
    this.#doneSeq = seq;
  }

  add(update: OrderUpdate): void {
    this.#updates.push(update);
  }

  /** Has the callbacks run when it is their turn. */
  plan(): void {
    if (this.#planned || this.#idle) return;
    this.#planned = true;
    void this.#parts.between(async () => {
      this.#planned = false;
      await this.#next();
      this.plan();
    });
  }

  /** Runs all that wait. To be called while nothing else of the strategy runs. */
  async drain(): Promise<void> {
    while (!this.#idle) await this.#next();
  }

  /** While another process is to go on, no callback runs in this one. */
  set held(held: boolean) {
    this.#held = held;
    this.plan();
  }

  /** The strategy has ended: no callback runs any more. */
  end(): void {
    this.#over = true;
  }

  get #idle(): boolean {
    return this.#held || this.#over || this.#updates.length === 0;
  }

  async #next(): Promise<void> {
    const { answered } = this.#parts;
    if (answered !== undefined) await answered();
    if (this.#idle) return;
    const update = this.#updates.shift();
    if (update === undefined) return;
    for (const call of callsOf(update)) {
      if (this.#over) return;
      await this.#parts.call(...call);
    }
    // One that failed meanwhile is not done with it.
    if (this.#over) return;
    this.#doneSeq = update.seq;
    this.#parts.onDone();
  }
}
