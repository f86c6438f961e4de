import { join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemClock, type Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { silentLogger, type Logger } from '../../base/logger.ts';
import { makeDirectories } from '../../base/make-directories.ts';
import { RateGate } from '../../base/rate-gate.ts';
import {
  bodyOf,
  entryOfBody,
  hashOfBody,
  NO_HASH,
  type AuditEntry,
  type AuditIntent,
  type AuditOutcome,
} from './audit-entry.ts';
import { AuditStore, type AuditQuery, type StoredEntry } from './audit-store.ts';
import { AuditError } from './errors.ts';
import { DenialQuota } from './denial-quota.ts';
import { redactedJson } from './redact-detail.ts';

/** In the home. */
const DATABASE_FILE = 'audit.db';
/** Entries that wait in memory for a disk that takes them. */
const MAX_WAITING = 1_000;
const PAGE = 500;
const COMPLAINT_INTERVAL_MS = 10_000;
/** After a write that failed the disk is left alone for that long. */
const RETRY_MS = 250;
const MAX_WORD_CHARS = 200;

export interface AuditOptions {
  /** Without a home it ends with this process. */
  readonly home: string | undefined;
  /** @default none */
  readonly logger?: Logger;
  /** @default the system's */
  readonly clock?: Clock;
}

/** Something that is being done: it was written down before, and `end` writes down what came of it. */
export interface AuditAttempt {
  /** Never throws. The first call counts. */
  end(outcome: AuditOutcome): void;
}

export interface AuditVerdict {
  readonly isWhole: boolean;
  /** Entries that were looked at. */
  readonly count: number;
  /** The number of the first that is missing or was changed; null if none. */
  readonly firstBad: number | null;
  /** Hash of the last entry. Kept elsewhere, it also shows when the end was cut off. */
  readonly head: string;
}

interface Waiting {
  readonly at: number;
  readonly intent: AuditIntent;
  readonly outcome: AuditOutcome;
  readonly attempt: number | null;
}

/**
 * Who did what and what came of it. Each entry carries the hash of the one before, so that none can be changed,
 * taken out or put in between without all that follow showing it.
 *
 * What can't be written is not begun: `begin` throws. What must be possible all the same, a halt, says so
 * (`mustPass`); its entry waits in memory, the log says so, and it is the first to be written when there is room.
 */
export class AuditLog implements Disposable {
  readonly #store: AuditStore;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #complaints: RateGate;
  readonly #denials: DenialQuota;
  #waiting: Waiting[] = [];
  #lost = 0;
  #failed: { readonly thrown: unknown; readonly untilMs: number } | undefined;
  #head: { seq: number; hash: string };

  private constructor(store: AuditStore, logger: Logger, clock: Clock) {
    this.#store = store;
    this.#logger = logger;
    this.#clock = clock;
    this.#complaints = new RateGate(COMPLAINT_INTERVAL_MS, clock);
    this.#denials = new DenialQuota(clock);
    this.#head = store.head();
    for (const { id, intent } of store.openAttempts()) {
      this.#add(intent, { result: 'timed-out', reason: 'PROCESS_ENDED' }, id);
    }
  }

  /**
   * What a process before this one began and did not live to end is written down as `timed-out`.
   *
   * @throws {StoreError} codes `DATABASE_DAMAGED`, `DATABASE_UNUSABLE`, `DATABASE_TOO_NEW`, `DATABASE_IN_USE`
   */
  static open({ home, logger = silentLogger, clock = systemClock }: AuditOptions): AuditLog {
    if (home !== undefined) makeDirectories(resolve(home));
    const path = home === undefined ? ':memory:' : join(resolve(home), DATABASE_FILE);
    const store = new AuditStore(path);
    try {
      return new AuditLog(store, logger, clock);
    } catch (thrown) {
      store.close();
      throw thrown;
    }
  }

  /** Entries that are in memory alone because the disk does not take them. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Writes down that somebody is about to do something.
   *
   * @throws {AuditError} code `AUDIT_UNAVAILABLE` if that can't be; never with `mustPass`
   */
  begin(intent: AuditIntent, { mustPass = false } = {}): AuditAttempt {
    const kept = bounded(intent);
    let id: number | null = null;
    try {
      id = this.#tried(() => {
        this.#flush();
        return this.#store.addAttempt(this.#clock.now(), JSON.stringify(kept));
      });
    } catch (thrown) {
      this.#complain(thrown, `${kept.action} can't be written down beforehand`);
      if (!mustPass) throw unavailable(thrown);
    }
    let isOver = false;
    return {
      end: (outcome) => {
        if (isOver) return;
        isOver = true;
        this.#add(kept, outcome, id);
      },
    };
  }

  /**
   * Writes down what is over at once, such as a login or a denial; never throws. Of denials at most some
   * a minute have an entry, the next one of which says how many had none.
   */
  append(intent: AuditIntent, outcome: AuditOutcome): void {
    if (outcome.result !== 'denied') {
      this.#add(bounded(intent), outcome, null);
      return;
    }
    const passed = this.#denials.pass();
    if (passed === undefined) return;
    const more = passed === 0 ? outcome : { ...outcome, detail: { alsoDenied: passed } };
    this.#add(bounded(intent), more, null);
  }

  /** The newest first. @throws {StoreError} */
  list(query: AuditQuery = {}): readonly AuditEntry[] {
    return this.#store.list(query);
  }

  /** Looks at every entry, a page in each turn of the event loop. @throws {StoreError} */
  async verify(): Promise<AuditVerdict> {
    let last = { seq: 0, hash: NO_HASH };
    // What is written meanwhile is for the next time.
    const end = this.#head.seq;
    while (last.seq < end) {
      const page = this.#store.page(last.seq, Math.min(PAGE, end - last.seq));
      for (const stored of page) {
        if (!follows(stored, last)) return verdictOf(last, last.seq + 1);
        last = { seq: stored.seq, hash: stored.hash };
      }
      if (page.length === 0) return verdictOf(last, last.seq + 1);
      await nextTurn();
    }
    return verdictOf(last, null);
  }

  close(): void {
    try {
      this.#flush();
    } catch (thrown) {
      const facts = { entries: this.#waiting.length };
      this.#logger.log('error', `audit entries are lost: ${messageOf(thrown)}`, facts);
    }
    this.#store.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #add(intent: AuditIntent, outcome: AuditOutcome, attempt: number | null): void {
    if (this.#waiting.length >= MAX_WAITING) this.#lost += 1;
    else this.#waiting.push({ at: this.#clock.now(), intent, outcome, attempt });
    try {
      this.#tried(() => this.#flush());
    } catch (thrown) {
      this.#complain(thrown, `${intent.action} (${outcome.result}) is not written down yet`);
    }
  }

  #tried<T>(work: () => T): T {
    if (this.#failed !== undefined && this.#clock.monotonic() < this.#failed.untilMs) {
      throw this.#failed.thrown;
    }
    try {
      const result = work();
      this.#failed = undefined;
      return result;
    } catch (thrown) {
      this.#failed = { thrown, untilMs: this.#clock.monotonic() + RETRY_MS };
      throw thrown;
    }
  }

  /** Writes all that waits, as one. @throws {StoreError} */
  #flush(): void {
    if (this.#waiting.length === 0) return;
    let head = this.#head;
    const entries = [...this.#waiting, ...this.#wordOfLost()].map((waiting) => {
      const stored = storedOf(waiting, head);
      head = { seq: stored.seq, hash: stored.hash };
      return stored;
    });
    const attempts = this.#waiting.flatMap(({ attempt }) => (attempt === null ? [] : [attempt]));
    // A denial has changed nothing: it need not outlive the machine, and a flood of them costs no syncs.
    const isLight = this.#waiting.every(({ outcome }) => outcome.result === 'denied');
    this.#store.append(entries, attempts, isLight ? 'process' : 'machine');
    this.#head = head;
    this.#waiting = [];
    this.#lost = 0;
  }

  #wordOfLost(): Waiting[] {
    if (this.#lost === 0) return [];
    const what = { source: 'audit', action: 'audit.lost', target: null };
    const intent = { tokenId: null, name: null, role: null, ...what };
    const outcome = {
      result: 'failed' as const,
      reason: 'AUDIT_UNAVAILABLE',
      detail: { entries: this.#lost },
    };
    return [{ at: this.#clock.now(), intent, outcome, attempt: null }];
  }

  #complain(thrown: unknown, what: string): void {
    const held = this.#complaints.pass();
    if (held === undefined) return;
    const facts = { waiting: this.#waiting.length, lost: this.#lost, held };
    this.#logger.log('error', `audit: ${what}: ${messageOf(thrown)}`, facts);
  }
}

function storedOf(
  waiting: Waiting,
  { seq, hash: prevHash }: { seq: number; hash: string },
): StoredEntry {
  const { at, intent, outcome } = waiting;
  const { tokenId, name, role, source, action, target } = intent;
  const who = { seq: seq + 1, at, tokenId, name, role, source, action, target };
  const detail = detailOf(intent.detail, outcome.detail);
  const reason = outcome.reason === null ? null : word(outcome.reason);
  const body = bodyOf({ ...who, detail, result: outcome.result, reason, prevHash });
  return { seq: seq + 1, action, target, body, hash: hashOfBody(body) };
}

function detailOf(asked: unknown, came: unknown): unknown {
  const result: unknown = came === undefined ? undefined : JSON.parse(redactedJson(came));
  if (result === undefined) return asked ?? null;
  return asked === undefined ? result : { asked, came: result };
}

/** What others choose, cut to what an entry can bear, and its detail without secrets. */
function bounded(intent: AuditIntent): AuditIntent {
  const { tokenId, name, role, source, action, target, detail } = intent;
  const who = { tokenId, name: name === null ? null : word(name), role };
  const what = {
    source: word(source),
    action: word(action),
    target: target === null ? null : word(target),
  };
  if (detail === undefined) return { ...who, ...what };
  return { ...who, ...what, detail: JSON.parse(redactedJson(detail)) as unknown };
}

function word(text: string): string {
  return text.length <= MAX_WORD_CHARS ? text : `${text.slice(0, MAX_WORD_CHARS)}…`;
}

function follows(stored: StoredEntry, last: { seq: number; hash: string }): boolean {
  if (stored.hash !== hashOfBody(stored.body)) return false;
  const entry = entryOfBody(stored.body, stored.hash);
  return (
    entry !== undefined &&
    stored.seq === last.seq + 1 &&
    entry.seq === stored.seq &&
    entry.prevHash === last.hash &&
    entry.action === stored.action &&
    entry.target === stored.target
  );
}

function verdictOf(
  { seq, hash }: { seq: number; hash: string },
  firstBad: number | null,
): AuditVerdict {
  return { isWhole: firstBad === null, count: seq, firstBad, head: hash };
}

function unavailable(thrown: unknown): AuditError {
  return new AuditError(
    'AUDIT_UNAVAILABLE',
    `nothing is changed while it can't be written down who did it: ${messageOf(thrown)}`,
    {},
    thrown,
  );
}
