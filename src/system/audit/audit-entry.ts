import { createHash } from 'node:crypto';

/** How an action ended. `timed-out`: nobody knows yet; `denied`: who asked may not do that. */
export type AuditResult = 'applied' | 'rejected' | 'timed-out' | 'denied' | 'failed';

/** Who wants what. */
export interface AuditIntent {
  /** Null for somebody without a token. */
  readonly tokenId: string | null;
  readonly name: string | null;
  readonly role: string | null;
  /** The address from which it came, or another word for where. */
  readonly source: string;
  /** Such as `workers.start`. */
  readonly action: string;
  /** Such as the id of a worker; null where there is none. */
  readonly target: string | null;
  /** Anything; secrets in it are hidden and its size is bounded before it is kept. */
  readonly detail?: unknown;
}

/** What came of it. */
export interface AuditOutcome {
  readonly result: AuditResult;
  /** A code of an error, or another word; null where all is said by the result. */
  readonly reason: string | null;
  /** What else is to be said, beside the detail of the intent. */
  readonly detail?: unknown;
}

export interface AuditEntry {
  /** From 1, without holes. */
  readonly seq: number;
  /** Wall time in ms since 1970. */
  readonly at: number;
  readonly tokenId: string | null;
  readonly name: string | null;
  readonly role: string | null;
  readonly source: string;
  readonly action: string;
  readonly target: string | null;
  readonly detail: unknown;
  readonly result: AuditResult;
  readonly reason: string | null;
  /** Of the entry before; 64 zeros for the first. */
  readonly prevHash: string;
  /** SHA-256 of the body, in which all other fields stand in a fixed order. */
  readonly hash: string;
}

/** What comes before the first entry. */
export const NO_HASH = '0'.repeat(64);

/** The one text of an entry that is hashed and kept: an array, so that the order of fields is no question. */
export function bodyOf(entry: Omit<AuditEntry, 'hash'>): string {
  const { seq, at, tokenId, name, role, source, action, target, detail, result, reason } = entry;
  const fields = [tokenId, name, role, source, action, target, detail, result, reason];
  return JSON.stringify([seq, at, ...fields, entry.prevHash]);
}

export function hashOfBody(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}

/** The entry of a body; undefined if that is none. */
export function entryOfBody(body: string, hash: string): AuditEntry | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!Array.isArray(fields) || fields.length !== 12) return undefined;
  const [seq, at, tokenId, name, role, source, action, target, detail, result, reason, prevHash] =
    fields as unknown as [
      number,
      number,
      string | null,
      string | null,
      string | null,
      string,
      string,
      string | null,
      unknown,
      AuditResult,
      string | null,
      string,
    ];
  const what = { tokenId, name, role, source, action, target, detail };
  return { seq, at, ...what, result, reason, prevHash, hash };
}
