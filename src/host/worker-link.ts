import { messageOf } from '../base/errors.ts';
import { eventsDone, type WorkerFault } from '../lifecycle/worker-status.ts';
import type { WorkerState } from '../lifecycle/worker-state.ts';
import type { Transition } from '../lifecycle/state-machine.ts';
import type { HostMessageType, HostPayload, SubscribedTopic } from '../protocol/host-message.ts';
import { decodePositions } from '../protocol/positions.ts';
import type { SaveRequest, WorkerMessage, WorkerReply } from '../protocol/worker-message.ts';
import type { ControlChannel } from './control-channel.ts';
import type { DataBroker } from './data-broker.ts';
import type { FeedLine } from './feed-statuses.ts';
import type { HomeStore } from './store/home-store.ts';
import type { HostServices } from './host-services.ts';
import type { OrderLine } from './orders/order-line.ts';
import type { WorkerLogLine } from './log/worker-log-line.ts';
import type { PartialReport, WorkerView } from './worker-view.ts';

export type { WorkerLogLine } from './log/worker-log-line.ts';

/** The time for an answer begins anew as long as the worker gets on with events. */
export type Patience = 'while it gets on';

/** What is said to a worker. */
export type Command<Type extends HostMessageType> = [
  type: Type,
  payload: HostPayload<Type>,
  timeoutMs?: number,
  attachment?: Uint8Array,
  patience?: Patience,
];

export interface LinkHandlers {
  /** The process's name at the broker. */
  subscriberId(): string;
  topics(): readonly SubscribedTopic[];
  /** Moves of the worker's state that are news, in their order. */
  onMoves(moves: readonly Transition[]): void;
  /** Counters, vitals or figures have news. */
  onReport(): void;
  onLog(line: WorkerLogLine): void;
  onFault(fault: WorkerFault): void;
  /** Where the worker is in its life, as far as it is known. */
  state(): WorkerState;
  /** It goes on as PAUSED. */
  readonly paused: boolean;
}

/** The conversation with one worker process: commands out, reports and requests in. */
export class WorkerLink {
  // Taken once: what still comes while the host stops must not find them gone.
  readonly #channel: ControlChannel;
  readonly #store: HomeStore;
  readonly #broker: DataBroker;
  readonly #commandMs: number;
  readonly #workerId: string;
  readonly #processId: string;
  readonly #view: WorkerView;
  readonly #handlers: LinkHandlers;
  readonly orders: OrderLine;
  readonly feed: FeedLine;
  #lastHeardAt: number | null = null;
  #open = true;

  constructor(
    services: HostServices,
    workerId: string,
    processId: string,
    view: WorkerView,
    handlers: LinkHandlers,
  ) {
    this.#channel = services.channel;
    this.#store = services.store;
    this.#broker = services.broker;
    this.#commandMs = services.options.deadlines.commandMs;
    this.#workerId = workerId;
    this.#processId = processId;
    this.#view = view;
    this.#handlers = handlers;
    this.orders = services.orders.open({
      workerId,
      tell: (type, payload) => this.#channel.tell(processId, type, payload),
      standing: () => ({ state: handlers.state(), revision: view.revision }),
      paused: handlers.paused,
      symbols: () => [...new Set(handlers.topics().map(({ symbol }) => symbol))],
    });
    this.feed = services.feeds.open({
      topics: () => handlers.topics(),
      say: (status) => this.#channel.tell(processId, 'feed_status', status),
    });
    services.channel.listen(processId, (message, attachment) =>
      this.#onMessage(message, attachment),
    );
  }

  /** When anything was last heard of the process, milliseconds since the Unix epoch. */
  get lastHeardAt(): number | null {
    return this.#lastHeardAt;
  }

  /** Resolves with the worker's answer once it has applied the command. @throws {WorkerError | IpcError} */
  async command<Type extends HostMessageType>(
    ...[type, payload, timeoutMs = this.#commandMs, attachment, patience]: Command<Type>
  ): Promise<WorkerReply> {
    const done = (): number => eventsDone(this.#view.counters);
    return this.#channel.request(this.#processId, type, payload, timeoutMs, {
      attachment,
      ...(patience !== undefined && { progress: done }),
    });
  }

  /** From now on it is ignored what the process may still have said. */
  close(): void {
    this.#open = false;
    this.orders.close();
    this.feed.close();
  }

  #onMessage(message: WorkerMessage, attachment: Buffer = Buffer.alloc(0)): void {
    if (!this.#open) return;
    this.#lastHeardAt = Date.now();
    switch (message.type) {
      case 'heartbeat':
      case 'status_update':
        return this.#take(message.payload);
      case 'reply':
        if (message.payload.status !== undefined) this.#take(message.payload.status);
        return;
      case 'progress':
        return this.#progress(message.payload.processed);
      case 'log':
        for (const line of message.payload.lines) this.#handlers.onLog(line);
        return;
      case 'error':
        return this.#handlers.onFault(message.payload);
      case 'warning':
        return this.#handlers.onLog({
          at: Date.now(),
          level: 'warn',
          message: message.payload.message,
        });
      case 'state':
        void this.#saveState(message.payload, attachment);
        return;
      case 'order_request':
        void this.orders.take(message.payload);
        return;
      case 'refill_request':
        void this.#refill(message.payload);
        return;
      case 'hello':
        return;
    }
  }

  async #saveState(save: SaveRequest, attachment: Buffer): Promise<void> {
    const { version, stateVersion, positionsBytes, changed, sync } = save;
    // Copies: what comes over a socket is part of a larger buffer, which would stay in memory.
    const positions = Uint8Array.from(attachment.subarray(0, positionsBytes));
    const bytes = changed ? Uint8Array.from(attachment.subarray(positionsBytes)) : null;
    let error: string | null = null;
    try {
      decodePositions(positions);
      const state = { version, stateVersion, positions, bytes, sync, savedAt: Date.now() };
      await this.#store.saver.save(this.#workerId, state);
    } catch (thrown) {
      error = messageOf(thrown);
    }
    await this.#channel
      .tell(this.#processId, 'state_saved', { version, error })
      .catch(() => undefined);
  }

  async #refill(request: {
    requestId: string;
    topicId: number;
    fromSeq: number;
    toSeq: number;
  }): Promise<void> {
    const { requestId: replyTo, topicId, fromSeq, toSeq } = request;
    const records = this.#broker.refill(topicId, fromSeq, toSeq);
    // A worker that is gone needs no answer; its end is told elsewhere.
    await this.#channel
      .tell(this.#processId, 'refill_response', { replyTo, topicId, fromSeq }, records)
      .catch(() => undefined);
  }

  #take(report: PartialReport): void {
    const moves = this.#view.take(report);
    for (const { to } of moves) this.orders.follow(to);
    if (moves.length > 0) this.#handlers.onMoves(moves);
    this.#progress(eventsDone(this.#view.counters));
    this.#handlers.onReport();
  }

  /** `done` counts from the beginning of the process, which may have had another host before. */
  #progress(done: number): void {
    const sinceThen = done - this.#view.doneBefore;
    this.#broker.progress(this.#handlers.subscriberId(), sinceThen);
  }
}
