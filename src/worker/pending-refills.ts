import { randomUUID } from 'node:crypto';
import { RecordBuffer } from '../protocol/market-record.ts';
import { checkRecords } from '../protocol/market-record.ts';

/** How long the host has to answer before the events count as lost, milliseconds. */
const REFILL_TIMEOUT_MS = 2_000;

export interface RefillRequest {
  readonly topicId: number;
  readonly fromSeq: number;
  readonly toSeq: number;
}

type Answer = { readonly buffer: RecordBuffer; readonly from: number } | null;

/** Requests for missed events that the host has not answered yet. */
export class PendingRefills {
  readonly #send: (request: RefillRequest & { readonly requestId: string }) => Promise<void>;
  readonly #waiting = new Map<string, (answer: Answer) => void>();

  constructor(send: (request: RefillRequest & { readonly requestId: string }) => Promise<void>) {
    this.#send = send;
  }

  /** Null if the host does not answer in time, or answers with nothing that can be read. */
  request(topicId: number, fromSeq: number, toSeq: number): Promise<Answer> {
    return new Promise((resolve) => {
      const requestId = randomUUID();
      const settle = (answer: Answer): void => {
        clearTimeout(timer);
        this.#waiting.delete(requestId);
        resolve(answer);
      };
      const timer = setTimeout(() => settle(null), REFILL_TIMEOUT_MS);
      this.#waiting.set(requestId, settle);
      this.#send({ requestId, topicId, fromSeq, toSeq }).catch(() => settle(null));
    });
  }

  settle(response: { readonly replyTo: string }, attachment: Uint8Array | undefined): void {
    const settle = this.#waiting.get(response.replyTo);
    if (settle === undefined) return;
    if (attachment === undefined) return settle(null);
    const buffer = new RecordBuffer(attachment);
    try {
      checkRecords(buffer.view, 0);
    } catch {
      return settle(null);
    }
    settle({ buffer, from: 0 });
  }
}
