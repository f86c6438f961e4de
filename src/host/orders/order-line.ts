import { messageOf, quote } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { WorkerState } from '../../lifecycle/worker-state.ts';
import type { AccountView } from '../../model/account.ts';
import type { OrderReply, OrderRequest } from '../../model/order-request.ts';
import type { OrderUpdate } from '../../model/order-update.ts';
import type { HostPayload } from '../../protocol/host-message.ts';
import {
  MAX_UPDATES_IN_MESSAGE,
  type OrderResponse,
  type WireOrderRequest,
} from '../../protocol/orders.ts';
import type { OrderPort, RequestStanding } from '../order-port.ts';
import { OrderOutbox, type Tell } from './order-outbox.ts';

/** In which a strategy's callbacks run, `onInit` left out. */
const MAY_ASK: ReadonlySet<WorkerState> = new Set([
  WorkerState.STARTING,
  WorkerState.RUNNING,
  WorkerState.PAUSED,
  WorkerState.RELOADING,
  WorkerState.RECOVERING,
  WorkerState.STOPPING,
]);

export interface OrderLineParts {
  readonly port: OrderPort | undefined;
  readonly logger: Logger;
  readonly workerId: string;
  /** Says something to the process. @throws {IpcError} if it can't be reached now */
  readonly tell: Tell;
  /** Where the process is in its life, and how many of its moves are known that brought it there. */
  readonly standing: () => { readonly state: WorkerState; readonly revision: number };
  /** It goes on as PAUSED. */
  readonly paused: boolean;
  /** What the strategy subscribes to. */
  readonly symbols: () => readonly string[];
}

type TradingStart = NonNullable<HostPayload<'start'>['trading']>;

/**
 * The orders of one process of a worker: its requests go to the port, what happens comes back, in order and
 * without holes, from the moment on at which it begins.
 */
export class OrderLine {
  readonly #parts: OrderLineParts;
  readonly #onClose: () => void;
  #idPrefix: Promise<string> | undefined;
  /** Undefined until the process has begun. */
  #outbox: OrderOutbox | undefined;
  #paused: boolean;
  #open = true;

  constructor(parts: OrderLineParts, onClose: () => void) {
    this.#parts = parts;
    this.#onClose = onClose;
    this.#paused = parts.paused;
  }

  /** Gets ready for a start. @throws whatever keeps the port from it */
  async prepare(): Promise<void> {
    const { port, workerId } = this.#parts;
    this.#idPrefix ??= port?.beginRun(workerId);
    await this.#idPrefix;
  }

  /**
   * What the process begins with, to be sent at once: whatever happens from now on is told after it.
   * `doneSeq` is the last update that its state has; undefined if it has none. Null without a venue.
   */
  async begin(doneSeq: number | undefined): Promise<() => TradingStart | null> {
    await this.prepare();
    const idPrefix = await this.#idPrefix;
    return () => (idPrefix === undefined ? null : this.#begin(idPrefix, doneSeq));
  }

  #begin(idPrefix: string, savedSeq: number | undefined): TradingStart | null {
    const { port, workerId, tell, logger, symbols } = this.#parts;
    if (port === undefined) return null;
    port.workerUp(workerId);
    const snapshot = port.snapshot(workerId, symbols());
    const { lastSeq } = snapshot;
    if (savedSeq !== undefined && savedSeq > lastSeq) {
      const text = `the state of worker ${quote(workerId)} has order update ${savedSeq}, the last one known is ${lastSeq}: it goes on from there`;
      logger.log('warn', text, { workerId, savedSeq, lastSeq });
    }
    const doneSeq = Math.min(savedSeq ?? lastSeq, lastSeq);
    const missed = doneSeq < lastSeq ? port.updatesSince(workerId, doneSeq) : [];
    const cut = Math.max(0, missed.length - MAX_UPDATES_IN_MESSAGE);
    // They are many: the first ones go ahead of the start.
    for (let from = 0; from < cut; from += MAX_UPDATES_IN_MESSAGE) {
      const updates = missed.slice(from, Math.min(cut, from + MAX_UPDATES_IN_MESSAGE));
      // If the process does not take them it does not take the start either, and ends.
      tell('order_update', { updates } as HostPayload<'order_update'>).catch(() => undefined);
    }
    this.#outbox = this.#newOutbox(lastSeq);
    const start = { idPrefix, snapshot, doneSeq, missed: missed.slice(cut) };
    return start as unknown as TradingStart;
  }

  /** The process had another host before, and has the updates up to `orderSeq`: it gets those after it. */
  resume(orderSeq: number): void {
    const { port, workerId } = this.#parts;
    if (port === undefined) return;
    port.workerUp(workerId);
    this.#outbox = this.#newOutbox(orderSeq);
    for (const update of port.updatesSince(workerId, orderSeq)) this.#outbox.addUpdate(update);
    this.#outbox.addAccount(port.snapshot(workerId, []).account);
  }

  /** The process has moved to this state. */
  follow(state: WorkerState): void {
    if (state === WorkerState.PAUSED) this.#paused = true;
    else if (state === WorkerState.RUNNING) this.#paused = false;
  }

  onUpdate(update: OrderUpdate): void {
    this.#outbox?.addUpdate(update);
  }

  onAccount(account: AccountView): void {
    this.#outbox?.addAccount(account);
  }

  /** Does what the strategy asks for, and answers. */
  async take(message: WireOrderRequest): Promise<void> {
    const reply = await this.#reply(message);
    if (!this.#open) return;
    const response = { replyTo: message.requestId, ...reply } as OrderResponse;
    // A process that did not begin here is told nothing else.
    this.#outbox ??= this.#newOutbox(0);
    this.#outbox.addResponse(response);
  }

  /** The process is gone. What it asked for goes on. */
  close(): void {
    this.#open = false;
    this.#outbox?.close();
    this.#onClose();
  }

  async #reply({ request, moment, state, revision }: WireOrderRequest): Promise<OrderReply> {
    const { port, workerId, standing, logger } = this.#parts;
    if (port === undefined) {
      return denied('NO_VENUE', 'this host has no venue: orders need one, such as the paper venue');
    }
    const known = standing();
    // What it says of itself may come on another socket, and later: it is further than is known here.
    const ahead = state !== undefined && revision !== undefined && revision > known.revision;
    const now = ahead ? (state as WorkerState) : known.state;
    if (!MAY_ASK.has(now)) {
      return denied(
        'NOT_RUNNING',
        `the worker is ${now}: orders can be placed from onStart on until onStop is done`,
      );
    }
    const asks: RequestStanding = {
      catchingUp: moment.catchingUp || now === WorkerState.RECOVERING,
      replay: moment.replay,
      paused: now === WorkerState.PAUSED || (this.#paused && now !== WorkerState.RUNNING),
    };
    try {
      return await port.request(workerId, request satisfies OrderRequest, asks);
    } catch (thrown) {
      // A port never rejects; if it does all the same, nothing is known of the order.
      const text = `the order port failed: ${messageOf(thrown)}`;
      logger.log('error', text, { workerId, action: request.action });
      return { outcomes: [], quietUntilMs: null };
    }
  }

  #newOutbox(toldSeq: number): OrderOutbox {
    const { port, workerId, tell, logger } = this.#parts;
    return new OrderOutbox(
      {
        tell,
        updatesSince: (seq) => port?.updatesSince(workerId, seq) ?? [],
        onFault: (message) => logger.log('error', message, { workerId }),
      },
      toldSeq,
    );
  }
}

function denied(rule: string, reason: string): OrderReply {
  return { outcomes: [{ outcome: 'denied', rule, reason, order: null }], quietUntilMs: null };
}
