import type { OrderOutcome } from '../../model/order-outcome.ts';
import type { OrderRequest, RequestMoment } from '../../model/order-request.ts';
import type { OrderResponse } from '../../protocol/orders.ts';
import type { WorkerPayload } from '../../protocol/worker-message.ts';

/** Requests that may wait for their answer at a time. */
const MAX_UNANSWERED = 1_000;

export type SendOrder = (request: WorkerPayload<'order_request'>) => Promise<void>;

/** Where the worker is while it asks. */
export interface Standing {
  readonly moment: RequestMoment;
  readonly state: string;
  readonly revision: number;
}

/** What the host said; or that it said nothing, and whether it may have heard. */
export type Answer =
  | { readonly outcomes: readonly OrderOutcome[] }
  | { readonly unanswered: string; readonly mayHaveLeft: boolean };

interface Pending {
  readonly request: OrderRequest;
  readonly resolve: (answer: Answer) => void;
  /** Whoever asked was told that nobody answers; the answer may still come, from another host. */
  given: boolean;
}

/** Why nobody answers while there is no host. */
const HOST_GONE = 'the host is gone';

/**
 * Requests that the host has not answered. They have no time limit: what became of an order is for the host
 * to know. Where it dies, whoever waits is told that it is not known, and the next host is asked again.
 */
export class PendingRequests {
  readonly #send: SendOrder;
  readonly #standing: () => Standing;
  readonly #onLate: (outcomes: readonly OrderOutcome[]) => void;
  readonly #pending = new Map<string, Pending>();
  #asked = 0;
  #away = false;
  #onNone: (() => void)[] = [];
  /** As the host said last: in a replay, until then nothing happens to orders that are left as they are. */
  quietUntilMs: number | null = null;

  /** `onLate` gets answers that nobody waits for any more. */
  constructor(
    send: SendOrder,
    standing: () => Standing,
    onLate: (outcomes: readonly OrderOutcome[]) => void,
  ) {
    this.#send = send;
    this.#standing = standing;
    this.#onLate = onLate;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Never rejects. */
  ask(request: OrderRequest): Promise<Answer> {
    if (this.#pending.size >= MAX_UNANSWERED) {
      const unanswered = `${MAX_UNANSWERED} requests wait for their answer already`;
      return Promise.resolve({ unanswered, mayHaveLeft: false });
    }
    if (this.#away && makesExposure(request)) {
      const unanswered = `${HOST_GONE}: nothing new is begun before there is another one`;
      return Promise.resolve({ unanswered, mayHaveLeft: false });
    }
    this.#asked += 1;
    const requestId = String(this.#asked);
    return new Promise((resolve) => {
      const pending = { request, resolve, given: false };
      this.#pending.set(requestId, pending);
      if (this.#away) giveUp(pending);
      else this.#sendOne(requestId, pending, this.#standing());
    });
  }

  settle({ replyTo, outcomes, quietUntilMs }: OrderResponse): void {
    const pending = this.#pending.get(replyTo);
    if (pending === undefined) return;
    this.quietUntilMs = quietUntilMs;
    if (pending.given) this.#onLate(outcomes);
    this.#finish(replyTo, { outcomes });
  }

  /** The host is gone, and with it the answers: a callback that waits for one must come to its end. */
  loseHost(): void {
    this.#away = true;
    for (const pending of this.#pending.values()) giveUp(pending);
  }

  /** There is another host: it is asked for all that is not answered. What it does not know of is no order for the market of now. */
  findHost(): void {
    this.#away = false;
    const standing = this.#standing();
    const moment = { ...standing.moment, catchingUp: true };
    for (const [requestId, pending] of this.#pending) {
      this.#sendOne(requestId, pending, { ...standing, moment });
    }
  }

  /** Resolves once every request is answered. */
  none(): Promise<void> {
    if (this.#pending.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onNone.push(resolve));
  }

  #sendOne(requestId: string, { request }: Pending, standing: Standing): void {
    const payload = { requestId, request, ...standing };
    this.#send(payload as WorkerPayload<'order_request'>).catch((thrown: unknown) => {
      // Any other failure is that of a host that is gone: it may have heard, and the next one is asked.
      if ((thrown as { code?: unknown } | null)?.code !== 'SEND_QUEUE_FULL') return;
      const unanswered = 'too many messages wait for the host already';
      this.#finish(requestId, { unanswered, mayHaveLeft: false });
    });
  }

  #finish(requestId: string, answer: Answer): void {
    const pending = this.#pending.get(requestId);
    if (pending === undefined) return;
    this.#pending.delete(requestId);
    pending.resolve(answer);
    if (this.#pending.size > 0) return;
    const waiting = this.#onNone;
    this.#onNone = [];
    for (const resolve of waiting) resolve();
  }
}

function giveUp(pending: Pending): void {
  pending.given = true;
  const unanswered = `${HOST_GONE}: the next one is asked what became of it`;
  pending.resolve({ unanswered, mayHaveLeft: true });
}

/** It may open a position or make one larger. */
function makesExposure(request: OrderRequest): boolean {
  return (request.action === 'submit' && !request.intent.reduceOnly) || request.action === 'modify';
}
