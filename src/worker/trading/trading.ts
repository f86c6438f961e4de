import { settlesWithin } from '../../base/deadline.ts';
import type { LogLevel } from '../../base/logger.ts';
import type { AccountView } from '../../model/account.ts';
import type { OrderOutcome } from '../../model/order-outcome.ts';
import type { OrderUpdate } from '../../model/order-update.ts';
import type { OrderResponse, TradingStart } from '../../protocol/orders.ts';
import type { Facts } from '../../strategy/context.ts';
import { nextTurn } from '../turn.ts';
import { OrderCalls, type Closed } from './order-calls.ts';
import { PendingRequests, type SendOrder, type Standing } from './pending-requests.ts';
import { TradingView } from './trading-view.ts';
import { UpdateQueue, type UpdateQueueParts } from './update-queue.ts';

/** How long requests that `onStop` has not awaited are waited for, milliseconds. */
const LAST_ANSWERS_MS = 1_000;

export interface TradingParts extends Omit<UpdateQueueParts, 'answered'> {
  /** Time is what the events say, and the same must happen each time. */
  readonly replays: boolean;
  readonly send: SendOrder;
  /** Where the strategy is while it asks; `catchingUp` is added here. */
  readonly standing: () => Standing;
  readonly log: (level: LogLevel, message: string, facts?: Facts) => void;
}

type Phase = 'before start' | 'no venue' | 'open' | 'handed over' | 'no host' | 'over';

const CLOSED: Readonly<Record<Exclude<Phase, 'open'>, Closed>> = {
  'before start': {
    rule: 'NOT_RUNNING',
    reason: 'the strategy is not started yet: orders can be placed from onStart on',
  },
  'no venue': {
    rule: 'NO_VENUE',
    reason: 'this host has no venue: orders need one, such as the paper venue',
  },
  'handed over': {
    rule: 'NOT_RUNNING',
    reason: 'another process goes on with the strategy',
  },
  'no host': { rule: 'NO_ANSWER', reason: 'the host is gone, and no other one came' },
  over: { rule: 'NOT_RUNNING', reason: 'the strategy has ended' },
};

/**
 * The orders of one strategy in its process: what it asks for goes out, what happens comes in, is seen in
 * `ctx` at once, and is told by callbacks between two events.
 */
export class Trading {
  readonly calls: OrderCalls;
  readonly #parts: TradingParts;
  readonly #view = new TradingView();
  readonly #requests: PendingRequests;
  readonly #queue: UpdateQueue;
  #phase: Phase = 'before start';
  #idPrefix = '';
  #minted = 0;
  #lastSeq = 0;
  /** Updates that the strategy's state does not have, and that came before `start`. */
  #early: OrderUpdate[] = [];
  /** The strategy is shown, or about to be shown, what happened while it was away. */
  catchingUp = false;
  /** Something of its orders is open, unanswered or untold. */
  busy = false;

  constructor(parts: TradingParts) {
    this.#parts = parts;
    this.#requests = new PendingRequests(
      parts.send,
      () => {
        const { moment, ...rest } = parts.standing();
        return { ...rest, moment: { ...moment, catchingUp: this.catchingUp } };
      },
      (outcomes) => this.#onLate(outcomes),
    );
    this.#queue = new UpdateQueue({
      ...parts,
      answered: parts.replays ? () => this.#answered() : undefined,
      onDone: () => {
        this.#look();
        parts.onDone();
      },
    });
    this.calls = new OrderCalls({
      view: this.#view,
      closed: () => (this.#phase === 'open' ? undefined : CLOSED[this.#phase]),
      mintId: () => {
        this.#minted += 1;
        return `${this.#idPrefix}${this.#minted.toString(36)}`;
      },
      ask: (request) => {
        const answer = this.#requests.ask(request);
        this.#look();
        return answer;
      },
      log: parts.log,
    });
  }

  /** Number of the last update whose callbacks are done; null without a venue. */
  get doneSeq(): number | null {
    return this.#hasBegun ? this.#queue.doneSeq : null;
  }

  /** Number of the last update that is here; null without a venue. */
  get lastSeq(): number | null {
    return this.#hasBegun ? this.#lastSeq : null;
  }

  /** The first `start` of this process, as soon as it arrives; null if there is no venue. */
  begin(start: TradingStart | null): void {
    if (this.#phase !== 'before start') return;
    this.#phase = start === null ? 'no venue' : 'open';
    if (start === null) return;
    const { idPrefix, snapshot, doneSeq, missed } = start;
    this.#idPrefix = idPrefix;
    this.#lastSeq = snapshot.lastSeq;
    this.#view.begin(snapshot);
    this.#queue.doneSeq = doneSeq;
    for (const update of [...this.#early, ...missed]) {
      if (update.seq > doneSeq && update.seq <= snapshot.lastSeq) this.#queue.add(update);
    }
    const first = (this.#early[0] ?? missed[0])?.seq ?? snapshot.lastSeq + 1;
    if (first > doneSeq + 1) this.#tellGap(doneSeq + 1, first - 1);
    this.#early = [];
    this.#look();
  }

  /** What happened to the strategy's orders. What is known already is passed over. */
  takeUpdates(updates: readonly OrderUpdate[]): void {
    if (this.#phase === 'before start') {
      this.#early.push(...updates);
      return;
    }
    if (!this.#hasBegun) return;
    for (const update of updates) {
      if (update.seq <= this.#lastSeq) continue;
      if (update.seq > this.#lastSeq + 1) this.#tellGap(this.#lastSeq + 1, update.seq - 1);
      this.#lastSeq = update.seq;
      this.#view.take(update);
      this.#queue.add(update);
    }
    this.#look();
    this.#queue.plan();
  }

  takeAccount(account: AccountView): void {
    if (this.#hasBegun) this.#view.account = account;
  }

  takeResponse(response: OrderResponse): void {
    this.#requests.settle(response);
    this.#look();
  }

  /** Runs the callbacks that wait. To be called while nothing else of the strategy runs. */
  tell(): Promise<void> {
    return this.#queue.drain();
  }

  /** In a replay: the strategy's next event, known at `untilMs`, must wait for its orders. */
  isDue(untilMs: number): boolean {
    const { quietUntilMs } = this.#requests;
    return this.isUnsettled || (this.#view.hasOpen && untilMs >= (quietUntilMs ?? -Infinity));
  }

  /** Something was asked that is not answered, or happened that is not told. */
  get isUnsettled(): boolean {
    return this.#requests.size > 0 || this.#queue.length > 0;
  }

  /** In a replay: waits for every answer, and tells what is to be told. To be called while nothing else of the strategy runs. */
  async settle(): Promise<void> {
    while (this.isUnsettled && this.#phase === 'open') {
      await this.#answered();
      await this.#queue.drain();
    }
  }

  /** In a replay: asks what has happened up to where the strategy is, and tells it. */
  async sync(): Promise<void> {
    if (this.#phase !== 'open') return;
    await this.#requests.ask({ action: 'sync' });
    await this.settle();
  }

  /** Another process is to go on: it is told what this one was not. */
  handOver(): void {
    if (this.#phase === 'open') this.#phase = 'handed over';
    this.#queue.held = true;
  }

  /** It is not replaced after all. */
  takeBack(): void {
    if (this.#phase === 'handed over') this.#phase = 'open';
    this.#queue.held = false;
  }

  /** The host is gone, and maybe another one comes. */
  loseHost(): void {
    this.catchingUp = true;
    this.#requests.loseHost();
  }

  /** There is another host. */
  findHost(): void {
    this.#requests.findHost();
  }

  /** No other host came. */
  giveUpHost(): void {
    if (this.#phase === 'open') this.#phase = 'no host';
  }

  /** Runs `onStop` with all told that happened before, and tells what came of it. */
  async finish(onStop: () => Promise<void> | undefined): Promise<void> {
    await (this.#parts.replays ? this.settle() : this.#queue.drain());
    await onStop();
    // Without a host there is nothing to wait for.
    if (this.#phase === 'open') await settlesWithin(this.#answered(), LAST_ANSWERS_MS);
    await this.#queue.drain();
    this.end();
  }

  /** The strategy has ended: nothing is told any more, and nothing can be asked. */
  end(): void {
    this.#phase = 'over';
    this.#queue.end();
    this.busy = false;
  }

  get #hasBegun(): boolean {
    return this.#idPrefix !== '';
  }

  #tellGap(fromSeq: number, toSeq: number): void {
    const facts = { fromSeq, toSeq };
    const text = `order updates ${fromSeq} to ${toSeq} are not known any more: their callbacks do not run`;
    this.#parts.log('warn', text, facts);
  }

  /** Resolves once all that was asked is answered, also what was asked because of an answer. */
  async #answered(): Promise<void> {
    do {
      await this.#requests.none();
      // What the strategy does with an answer that it did not wait for comes before anything else.
      await nextTurn();
    } while (this.#requests.size > 0);
  }

  /** Whoever asked was told that it is not known; now it is. */
  #onLate(outcomes: readonly OrderOutcome[]): void {
    for (const { outcome, order, ...facts } of outcomes) {
      const text = `an order that was not answered by the host before is ${outcome}`;
      this.#parts.log('info', text, { ...facts, clientOrderId: order?.clientOrderId });
    }
  }

  #look(): void {
    this.busy = this.isUnsettled || this.#view.hasOpen;
  }
}
