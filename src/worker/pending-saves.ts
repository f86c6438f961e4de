import type { WorkerPayload } from '../protocol/worker-message.ts';
import { StrategyUsageError } from './errors.ts';
import type { StateUpdate } from './state-keeper.ts';

/** How long the host may take to save, milliseconds: a disk under load, or a host that is held up. */
const SAVE_TIMEOUT_MS = 10_000;

type Send = (save: WorkerPayload<'state'>, attachment: Uint8Array) => Promise<void>;

interface Pending {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Saves that the host has not confirmed yet. While there is no host they go elsewhere. */
export class PendingSaves {
  readonly #send: Send;
  readonly #pending = new Map<number, Pending>();
  #elsewhere: ((update: StateUpdate) => void) | undefined;

  constructor(send: Send) {
    this.#send = send;
  }

  /** Resolves once it is saved. @throws {StrategyUsageError} code `STATE_NOT_SAVED` */
  async send(update: StateUpdate): Promise<void> {
    if (this.#elsewhere !== undefined) return this.#elsewhere(update);
    const { version, stateVersion, positions, bytes, sync } = update;
    const saved = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => this.settle({ version, error: `no answer within ${SAVE_TIMEOUT_MS} ms` }),
        SAVE_TIMEOUT_MS,
      );
      this.#pending.set(version, { resolve, reject, timer });
    });
    saved.catch(() => undefined);
    const positionsBytes = positions.length;
    await this.#send(
      { version, stateVersion, positionsBytes, changed: bytes !== null, sync },
      Buffer.concat([positions, bytes ?? new Uint8Array()]),
    );
    await saved;
  }

  settle({ version, error }: { readonly version: number; readonly error: string | null }): void {
    const pending = this.#pending.get(version);
    if (pending === undefined) return;
    this.#pending.delete(version);
    clearTimeout(pending.timer);
    if (error === null) pending.resolve();
    else pending.reject(new StrategyUsageError('STATE_NOT_SAVED', error, { version }));
  }

  /** There is no host: what it has not confirmed is not saved, and saves go elsewhere. */
  divert(elsewhere: (update: StateUpdate) => void): void {
    this.#elsewhere = elsewhere;
    for (const version of this.#pending.keys()) this.settle({ version, error: 'the host is gone' });
  }

  /** There is a host again. */
  undivert(): void {
    this.#elsewhere = undefined;
  }
}
