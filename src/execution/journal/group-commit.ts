import { messageOf } from '../../base/errors.ts';
import { ExecutionError } from '../errors.ts';
import type { JournalEntry, JournalListener } from './order-journal.ts';

/** How long until what must be written is tried again where there was no room, milliseconds. */
const RETRY_MS = 500;
/** Facts that wait for room; what is beyond is lost to the journal, and asked of the venue by the next process. */
const MAX_WAITING_FACTS = 100_000;

interface Waiting {
  readonly entry: JournalEntry;
  readonly kind: 'intent' | 'fact';
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Where only intents did not fit: something to find out with whether there is room again. */
const PROBE: Waiting = {
  entry: { fact: { name: 'room', value: 'again' } },
  kind: 'fact',
  resolve: () => undefined,
  reject: () => undefined,
};

export interface GroupCommitOptions {
  /** Writes all or nothing, onto the disk. */
  readonly write: (entries: readonly JournalEntry[]) => void;
  /** What there is to do beside that from time to time; an error of it ends the writing as well. */
  readonly tidy: () => void;
  /** True for an error that goes away by itself once there is room. */
  readonly isFull: (error: unknown) => boolean;
  readonly listener: JournalListener;
}

/**
 * Writes what comes in one turn of the event loop as one: a sync of the disk costs the same for one entry as
 * for a hundred.
 *
 * An error of the disk is final. After a failed sync the system may have dropped what was to be written, and
 * say yes to the next one (PostgreSQL's "fsyncgate", 2018): it is not tried again.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #waiting: Waiting[] = [];
  #planned = false;
  #failure: Error | undefined;
  #full = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  append(entry: JournalEntry, kind: 'intent' | 'fact'): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#full && kind === 'intent') return Promise.reject(noRoom());
    if (this.#waiting.length >= MAX_WAITING_FACTS) return Promise.reject(noRoom());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, kind, resolve, reject });
      if (this.#planned || this.#full) return;
      this.#planned = true;
      setImmediate(() => this.flush());
    });
  }

  /** Writes what waits, now. */
  flush(): void {
    this.#planned = false;
    if (this.#waiting.length === 0 || this.#failure !== undefined) return;
    const group = this.#waiting;
    this.#waiting = [];
    try {
      this.#options.write(group.map(({ entry }) => entry));
    } catch (thrown) {
      return this.#options.isFull(thrown)
        ? this.#onFull(group, thrown)
        : this.#onFailure(group, thrown);
    }
    if (this.#full) {
      this.#full = false;
      this.#options.listener.onRoom();
    }
    for (const { resolve } of group) resolve();
    this.#tidy();
  }

  #tidy(): void {
    try {
      this.#options.tidy();
    } catch (thrown) {
      // What is written stays so without it, and there may be room the next time.
      if (!this.#options.isFull(thrown)) this.#onFailure([], thrown);
    }
  }

  close(): void {
    this.flush();
    clearTimeout(this.#retry);
    this.#failure ??= new ExecutionError('JOURNAL_FAILED', 'the journal is closed');
    for (const { reject } of this.#waiting) reject(this.#failure);
    this.#waiting = [];
  }

  #onFull(group: readonly Waiting[], thrown: unknown): void {
    const error = noRoom(thrown);
    const facts = group.filter(({ kind }) => kind === 'fact');
    this.#waiting = [...facts, ...this.#waiting];
    for (const { kind, reject } of group) if (kind === 'intent') reject(error);
    if (!this.#full) {
      this.#full = true;
      this.#options.listener.onFull(error);
    }
    if (this.#waiting.length === 0) this.#waiting = [PROBE];
    // Not unref'd: what is known of orders is to be written before the process ends by itself.
    this.#retry = setTimeout(() => this.flush(), RETRY_MS);
  }

  #onFailure(group: readonly Waiting[], thrown: unknown): void {
    this.#failure = new ExecutionError(
      'JOURNAL_FAILED',
      `the journal of orders can't be written: ${messageOf(thrown)}; trading is halted until a new start`,
      {},
      thrown,
    );
    for (const { reject } of [...group, ...this.#waiting]) reject(this.#failure);
    this.#waiting = [];
    this.#options.listener.onFailure(this.#failure);
  }
}

function noRoom(cause?: unknown): ExecutionError {
  return new ExecutionError(
    'JOURNAL_FULL',
    'there is no room on the disk to write an order down: it did not leave; it can be sent again once there is',
    {},
    cause,
  );
}
