import { BoundedQueue } from '../base/bounded-queue.ts';
import { IpcError } from './errors.ts';

export type Frames = readonly (string | Uint8Array)[];

interface Waiting {
  readonly frames: Frames;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Sends one message after the other. A zeromq socket takes one send at a time and throws at the second,
 * so whoever shares a socket goes through one of these.
 */
export class SerialSender {
  readonly #send: (frames: Frames) => Promise<void>;
  readonly #waiting: BoundedQueue<Waiting>;
  #sending = false;

  constructor(send: (frames: Frames) => Promise<void>, limit: number) {
    this.#send = send;
    this.#waiting = new BoundedQueue(limit);
  }

  /**
   * Resolves once the socket has taken the message, which does not say that anybody received it.
   *
   * @throws {IpcError} code `SEND_QUEUE_FULL`, or what the socket says
   */
  send(frames: Frames): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#waiting.push({ frames, resolve, reject })) {
        reject(
          new IpcError(
            'SEND_QUEUE_FULL',
            `${this.#waiting.capacity} messages wait to be sent already`,
          ),
        );
        return;
      }
      if (!this.#sending) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#sending = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        await this.#send(next.frames);
        next.resolve();
      } catch (thrown) {
        next.reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
      }
    }
    this.#sending = false;
  }
}
