import type { ManualClock } from '../base/clock.ts';
import type { RequestMoment } from '../model/order-request.ts';
import type { Callbacks } from './callbacks.ts';
import type { Scheduler } from './scheduler.ts';
import type { TopicState } from './subscribed-topics.ts';
import { TURN_BUDGET_MS, turnAfter } from './turn.ts';

/** Events after which the venue of a replay is told where the strategy is, also if it has no orders: the venue keeps the market from there on. */
const TELL_EVERY = 10_000;

/** What of a strategy's orders a replay must wait for. */
export interface ReplayOrders {
  /** Something of them is open, unanswered or untold; if not, nothing else has to be looked at. */
  readonly busy: boolean;
  /** Something is unanswered or untold. */
  readonly isUnsettled: boolean;
  /** What is known at `untilMs` must not be shown before they are asked after. */
  isDue(untilMs: number): boolean;
  settle(): Promise<void>;
  sync(): Promise<void>;
}

export interface ReplayPaceParts {
  readonly clock: ManualClock;
  readonly scheduler: Scheduler;
  readonly callbacks: Callbacks;
  readonly orders: ReplayOrders;
}

/**
 * The time of a replay, which is what the events say: what is due before an event (timers, and what happens
 * to the strategy's orders) comes before it, so that a replay does the same each time.
 */
export class ReplayPace {
  readonly #parts: ReplayPaceParts;
  #topic: TopicState | undefined;
  #seq = 0;
  #untold = 0;

  constructor(parts: ReplayPaceParts) {
    this.#parts = parts;
  }

  /** Where the strategy is: its clock, and the last event that it was shown, or is about to be. */
  get moment(): NonNullable<RequestMoment['replay']> {
    const nowMs = this.#parts.clock.now();
    if (this.#topic === undefined) return { nowMs, event: null };
    const { symbol, dataType } = this.#topic;
    return { nowMs, event: { symbol, dataType, seq: this.#seq } };
  }

  /** Undefined if event `seq` of `topic`, known at `knownAtMs`, can be shown at once. */
  before(topic: TopicState, seq: number, knownAtMs: number): Promise<void> | undefined {
    const { scheduler, orders } = this.#parts;
    this.#untold += 1;
    if (
      scheduler.nextDueMs <= knownAtMs ||
      this.#untold >= TELL_EVERY ||
      (orders.busy && orders.isDue(knownAtMs))
    ) {
      return this.#allBefore(topic, seq, knownAtMs);
    }
    this.#reach(topic, seq, knownAtMs);
    return undefined;
  }

  /** The same for an event that is not shown, as the strategy is paused: its orders go on. */
  beforeSkipped(topic: TopicState, seq: number, knownAtMs: number): Promise<void> | undefined {
    const { orders } = this.#parts;
    if (!orders.busy || !orders.isDue(knownAtMs)) return undefined;
    return this.#ordersBefore(knownAtMs, () => this.#reach(topic, seq, knownAtMs));
  }

  /** True if there is nothing to look at for an event that is not shown. */
  get ordersRest(): boolean {
    return !this.#parts.orders.busy;
  }

  async #allBefore(topic: TopicState, seq: number, knownAtMs: number): Promise<void> {
    const { scheduler, callbacks } = this.#parts;
    let turnEndsMs = performance.now() + TURN_BUDGET_MS;
    while (scheduler.nextDueMs <= knownAtMs) {
      const dueMs = scheduler.nextDueMs;
      await this.#ordersBefore(dueMs, () => this.#advance(dueMs));
      // An order's callback may have canceled it, or set an earlier one.
      const timer = scheduler.take(dueMs);
      // A short timer over a long silence of the market fires often: heartbeats must still go out.
      turnEndsMs = await turnAfter(turnEndsMs);
      if (timer === undefined) continue;
      this.#advance(timer.timestamp);
      await callbacks.call('onTimer', timer);
    }
    await this.#ordersBefore(knownAtMs, () => this.#reach(topic, seq, knownAtMs));
    this.#reach(topic, seq, knownAtMs);
    if (this.#untold < TELL_EVERY) return;
    this.#untold = 0;
    await this.#parts.orders.sync();
  }

  async #ordersBefore(untilMs: number, reach: () => void): Promise<void> {
    const { orders } = this.#parts;
    // What was asked before belongs to where the strategy was then.
    if (orders.isUnsettled) await orders.settle();
    if (!orders.busy || !orders.isDue(untilMs)) return;
    reach();
    await orders.sync();
  }

  #reach(topic: TopicState, seq: number, knownAtMs: number): void {
    this.#topic = topic;
    this.#seq = seq;
    this.#advance(knownAtMs);
  }

  #advance(nowMs: number): void {
    if (nowMs > this.#parts.clock.now()) this.#parts.clock.set(nowMs);
  }
}
