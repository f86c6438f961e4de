import { eventsDone, type WorkerFault } from '../lifecycle/worker-status.ts';
import type { Transition } from '../lifecycle/state-machine.ts';
import type { HostMessageType, HostPayload } from '../protocol/host-message.ts';
import type { WorkerMessage } from '../protocol/worker-message.ts';
import type { HostServices } from './host-services.ts';
import type { PartialReport, WorkerView } from './worker-view.ts';

export interface WorkerLogLine {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly level: string;
  readonly message: string;
  readonly facts?: Readonly<Record<string, unknown>> | undefined;
}

export interface LinkHandlers {
  /** Moves of the worker's state that are news, in their order. */
  onMoves(moves: readonly Transition[]): void;
  /** Counters, vitals or figures have news. */
  onReport(): void;
  onLog(line: WorkerLogLine): void;
  onFault(fault: WorkerFault): void;
}

/** The conversation with one worker process: commands out, reports and requests in. */
export class WorkerLink {
  readonly #services: HostServices;
  readonly #workerId: string;
  readonly #processId: string;
  readonly #view: WorkerView;
  readonly #handlers: LinkHandlers;
  #lastHeardAt: number | null = null;

  constructor(
    services: HostServices,
    workerId: string,
    processId: string,
    view: WorkerView,
    handlers: LinkHandlers,
  ) {
    this.#services = services;
    this.#workerId = workerId;
    this.#processId = processId;
    this.#view = view;
    this.#handlers = handlers;
    services.channel.listen(processId, (message) => this.#onMessage(message));
  }

  /** When anything was last heard of the process, milliseconds since the Unix epoch. */
  get lastHeardAt(): number | null {
    return this.#lastHeardAt;
  }

  /** Resolves once the worker has applied the command. @throws {WorkerError | IpcError} */
  async command<Type extends HostMessageType>(
    type: Type,
    payload: HostPayload<Type>,
    timeoutMs: number = this.#services.options.deadlines.commandMs,
    attachment?: Uint8Array,
  ): Promise<void> {
    await this.#services.channel.request(this.#processId, type, payload, timeoutMs, attachment);
  }

  #onMessage(message: WorkerMessage): void {
    this.#lastHeardAt = Date.now();
    switch (message.type) {
      case 'heartbeat':
      case 'status_update':
        return this.#take(message.payload);
      case 'reply':
        if (message.payload.status !== undefined) this.#take(message.payload.status);
        return;
      case 'progress':
        return this.#services.broker.progress(this.#workerId, message.payload.processed);
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
      case 'refill_request':
        void this.#refill(message.payload);
        return;
      case 'hello':
        return;
    }
  }

  async #refill(request: {
    requestId: string;
    topicId: number;
    fromSeq: number;
    toSeq: number;
  }): Promise<void> {
    const { requestId: replyTo, topicId, fromSeq, toSeq } = request;
    const { broker, channel } = this.#services;
    const records = broker.refill(topicId, fromSeq, toSeq);
    // A worker that is gone needs no answer; its end is told elsewhere.
    await channel
      .tell(this.#processId, 'refill_response', { replyTo, topicId, fromSeq }, records)
      .catch(() => undefined);
  }

  #take(report: PartialReport): void {
    const moves = this.#view.take(report);
    if (moves.length > 0) this.#handlers.onMoves(moves);
    this.#services.broker.progress(this.#workerId, eventsDone(this.#view.counters));
    this.#handlers.onReport();
  }
}
