import { createHash } from 'node:crypto';
import { systemClock, type Clock } from '../../base/clock.ts';
import { quote } from '../../base/errors.ts';
import { isWrite, type SecurityContext, type SecurityMiddleware } from './environment.ts';
import { SecurityError } from './errors.ts';

const KEY = /^[\x21-\x7e]{1,128}$/;
const DAY_MS = 86_400_000;
/** They say that nothing was done: the same key may try again. */
const NOTHING_DONE: ReadonlySet<number> = new Set([401, 403, 429, 503]);
/** Headers of an answer that belong to it; the others are of each request. */
const KEPT_HEADERS = ['content-type', 'location', 'retry-after'];

export interface IdempotencyOptions {
  /** @default 24 h */
  readonly keepMs?: number;
  /** The oldest makes room. @default 10,000 */
  readonly maxAnswers?: number;
  /** Of all answers together. @default 32 MiB */
  readonly maxBytes?: number;
  /** @default the system's */
  readonly clock?: Clock;
}

/** What was answered. */
interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

interface Entry {
  readonly fingerprint: string;
  /** Undefined if nothing came of it, so that the next one may try. */
  readonly answer: Promise<Answer | undefined>;
  readonly sinceMs: number;
  /** 0 while it is in flight. */
  bytes: number;
}

/** The first answer for each Idempotency-Key, in memory: after a restart a key is new. */
export class IdempotencyStore {
  readonly #options: Required<IdempotencyOptions>;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(options: IdempotencyOptions = {}) {
    this.#options = {
      keepMs: DAY_MS,
      maxAnswers: 10_000,
      maxBytes: 32 * 1_048_576,
      clock: systemClock,
      ...options,
    };
  }

  get size(): number {
    return this.#entries.size;
  }

  /**
   * The first answer to `key`, from `work` if there is none yet; whoever comes while that is under way waits
   * for it.
   *
   * @throws {SecurityError} code `IDEMPOTENCY_MISMATCH` for another request with the same key
   */
  async once(
    key: string,
    fingerprint: string,
    work: () => Promise<Answer>,
  ): Promise<{ answer: Answer; isFirst: boolean }> {
    for (;;) {
      this.#forgetOld();
      const known = this.#entries.get(key);
      if (known === undefined)
        return { answer: await this.#first(key, fingerprint, work), isFirst: true };
      if (known.fingerprint !== fingerprint) throw mismatch();
      const answer = await known.answer;
      if (answer !== undefined) return { answer, isFirst: false };
    }
  }

  async #first(key: string, fingerprint: string, work: () => Promise<Answer>): Promise<Answer> {
    const { promise, resolve } = withResolvers<Answer | undefined>();
    const sinceMs = this.#options.clock.monotonic();
    const entry: Entry = { fingerprint, answer: promise, sinceMs, bytes: 0 };
    this.#entries.set(key, entry);
    try {
      const answer = await work();
      if (NOTHING_DONE.has(answer.status)) {
        this.#drop(key, entry);
        resolve(undefined);
      } else {
        entry.bytes = Buffer.byteLength(answer.body) + 1;
        this.#bytes += entry.bytes;
        resolve(answer);
      }
      return answer;
    } catch (thrown) {
      this.#drop(key, entry);
      resolve(undefined);
      throw thrown;
    }
  }

  /** What is in flight stays: there are no more of these than connections. */
  #forgetOld(): void {
    const { keepMs, maxAnswers, maxBytes, clock } = this.#options;
    const nowMs = clock.monotonic();
    for (const [key, entry] of this.#entries) {
      const isFull = this.#entries.size >= maxAnswers || this.#bytes > maxBytes;
      if (!isFull && nowMs - entry.sinceMs < keepMs) return;
      if (entry.bytes > 0) this.#drop(key, entry);
    }
  }

  #drop(key: string, entry: Entry): void {
    if (this.#entries.get(key) !== entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}

export interface IdempotencyRules {
  /** @default false */
  readonly isRequired?: boolean;
  /** What is done each time that it is asked for: a halt, which may have been lifted meanwhile. @default nothing */
  readonly isAlwaysDone?: (c: SecurityContext) => Promise<boolean>;
}

/**
 * Answers a write with an Idempotency-Key that was there before with the first answer (and the header
 * `Idempotency-Replayed: true`). Stands behind the guards and in front of all else of a route. `isRequired` refuses writes without a key.
 */
export function idempotency(
  store: IdempotencyStore,
  { isRequired = false, isAlwaysDone }: IdempotencyRules = {},
): SecurityMiddleware {
  return async (c, next) => {
    const sent = c.req.header('idempotency-key');
    if (!isWrite(c.req.method) || (sent === undefined && !isRequired)) return next();
    if (sent === undefined || !KEY.test(sent)) throw invalidKey(sent);
    if ((await isAlwaysDone?.(c)) === true) return next();
    const identity = c.get('identity');
    const url = new URL(c.req.url);
    const route = `${c.req.method} ${url.pathname}`;
    const body = Buffer.from(await c.req.arrayBuffer());
    const fingerprint = createHash('sha256').update(`${url.search}\n`).update(body).digest('hex');
    const { answer, isFirst } = await store.once(
      `${identity?.tokenId ?? ''} ${route} ${sent}`,
      fingerprint,
      async () => {
        await next();
        return answerOf(c.res);
      },
    );
    if (isFirst) return undefined;
    const headers = new Headers(
      answer.headers.map(([name, value]): [string, string] => [name, value]),
    );
    headers.set('Idempotency-Replayed', 'true');
    return new Response(answer.body === '' ? null : answer.body, {
      status: answer.status,
      headers,
    });
  };
}

async function answerOf(response: Response): Promise<Answer> {
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { status: response.status, headers, body: await response.clone().text() };
}

function invalidKey(sent: string | undefined): SecurityError {
  return new SecurityError(
    'INVALID_IDEMPOTENCY_KEY',
    `the header Idempotency-Key is ${quote(sent ?? null)}: expected 1 to 128 printable characters without spaces, a new one for each action, such as a UUID`,
  );
}

function mismatch(): SecurityError {
  return new SecurityError(
    'IDEMPOTENCY_MISMATCH',
    'this Idempotency-Key was used for another request: take a new one for each action',
  );
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
