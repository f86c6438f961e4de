import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { systemClock, type Clock } from '../../base/clock.ts';
import type { Identity } from '../../system/access/access-tokens.ts';
import { BoundedMap } from './bounded-map.ts';

const ID_BYTES = 32;
const ID = /^[A-Za-z0-9_-]{43}$/;
const HOUR_MS = 3_600_000;
/** Whoever logs in again and again ends sessions of that token, and not those of others. */
const MAX_PER_TOKEN = 100;

export interface SessionsOptions {
  /** Whether there is a token of that id still: a session ends with it. */
  readonly isTokenLive: (tokenId: string) => boolean;
  /** A session ends after that time without a request. @default 12 h */
  readonly idleMs?: number;
  /** And after that time in any case. @default 7 d */
  readonly lifeMs?: number;
  /** The one that was not used for longest makes room. @default 1,000 */
  readonly maxSessions?: number;
  /** @default the system's */
  readonly clock?: Clock;
}

export interface Session {
  readonly identity: Identity;
  /** What writes must have in X-QuantCell-CSRF: another page can send the cookie, but does not know this. */
  readonly csrf: string;
  /** Wall time in ms since 1970, when it ends if there are no more requests. */
  readonly expiresAt: number;
  /** The same as a span. */
  readonly leftMs: number;
}

export interface BrowserSession extends Session {
  /** For the cookie, and nowhere else. */
  readonly id: string;
}

interface Kept {
  readonly identity: Identity;
  readonly csrf: string;
  readonly endsMs: number;
  idleEndsMs: number;
}

/** Who has logged in with a browser: in memory, so that a restart is the end of all. Ids are kept as hashes. */
export class Sessions {
  readonly idleMs: number;
  readonly #isTokenLive: (tokenId: string) => boolean;
  readonly #lifeMs: number;
  readonly #clock: Clock;
  readonly #sessions: BoundedMap<string, Kept>;

  constructor(options: SessionsOptions) {
    const { idleMs = 12 * HOUR_MS, lifeMs = 7 * 24 * HOUR_MS, maxSessions = 1_000 } = options;
    this.idleMs = idleMs;
    this.#isTokenLive = options.isTokenLive;
    this.#lifeMs = lifeMs;
    this.#clock = options.clock ?? systemClock;
    this.#sessions = new BoundedMap(maxSessions);
  }

  login(identity: Identity): BrowserSession {
    const nowMs = this.#clock.monotonic();
    const id = randomBytes(ID_BYTES).toString('base64url');
    const csrf = randomBytes(ID_BYTES).toString('base64url');
    this.#makeRoom(identity.tokenId);
    const kept = { identity, csrf, endsMs: nowMs + this.#lifeMs, idleEndsMs: nowMs + this.idleMs };
    this.#sessions.set(keyOf(id), kept);
    return { id, ...this.#shown(kept, nowMs) };
  }

  /** A live session, which is that much longer alive; undefined if there is none of that id. */
  get(id: string): Session | undefined {
    if (!ID.test(id)) return undefined;
    const key = keyOf(id);
    const kept = this.#sessions.get(key);
    if (kept === undefined) return undefined;
    const nowMs = this.#clock.monotonic();
    if (this.#isOver(kept, nowMs)) {
      this.#sessions.delete(key);
      return undefined;
    }
    kept.idleEndsMs = nowMs + this.idleMs;
    return this.#shown(kept, nowMs);
  }

  /** Whether there is a live one of that id; it is no longer alive for being asked for. */
  has(id: string): boolean {
    const kept = this.#sessions.get(keyOf(id));
    return kept !== undefined && !this.#isOver(kept, this.#clock.monotonic());
  }

  logout(id: string): void {
    this.#sessions.delete(keyOf(id));
  }

  get size(): number {
    return this.#sessions.size;
  }

  #makeRoom(tokenId: string): void {
    const own = [...this.#sessions.entries()].filter(
      ([, { identity }]) => identity.tokenId === tokenId,
    );
    const [oldest] = own;
    if (oldest !== undefined && own.length >= MAX_PER_TOKEN) this.#sessions.delete(oldest[0]);
  }

  #isOver({ endsMs, idleEndsMs, identity }: Kept, nowMs: number): boolean {
    return nowMs >= Math.min(endsMs, idleEndsMs) || !this.#isTokenLive(identity.tokenId);
  }

  #shown({ identity, csrf, endsMs, idleEndsMs }: Kept, nowMs: number): Session {
    const leftMs = Math.min(endsMs, idleEndsMs) - nowMs;
    return { identity, csrf, expiresAt: this.#clock.now() + leftMs, leftMs };
  }
}

/** Whether a request shows that it comes from the page that logged in. */
export function isCsrf(session: Session, sent: string | undefined): boolean {
  const [known, given] = [session.csrf, sent ?? ''].map((text) =>
    createHash('sha256').update(text).digest(),
  );
  return known !== undefined && given !== undefined && timingSafeEqual(known, given);
}

function keyOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
