import { systemClock, type Clock } from '../../base/clock.ts';
import { BoundedMap } from './bounded-map.ts';
import { addressOf, type SecurityContext, type SecurityMiddleware } from './environment.ts';
import { SecurityError } from './errors.ts';
import { TokenBucket, type Rate } from './token-bucket.ts';

const MAX_KEYS = 10_000;

export interface RateLimitsOptions {
  /** Of each token, and of each address that comes without one. @default 100 a second, 200 at once */
  readonly perKey?: Rate;
  /** Of all with a token, and once more of all without. @default 500 a second, 1,000 at once */
  readonly overall?: Rate;
  /** @default the system's */
  readonly clock?: Clock;
}

/**
 * How many requests are taken. Who has a token and who has none don't use up each other's: a flood of
 * strangers keeps nobody from a halt.
 */
export class RateLimits {
  readonly #perKey: Rate;
  readonly #clock: Clock;
  readonly #overall: Readonly<Record<'known' | 'unknown', TokenBucket>>;
  readonly #buckets = {
    known: new BoundedMap<string, TokenBucket>(MAX_KEYS),
    unknown: new BoundedMap<string, TokenBucket>(MAX_KEYS),
  };

  constructor({
    perKey = { perSecond: 100, burst: 200 },
    overall = { perSecond: 500, burst: 1_000 },
    clock = systemClock,
  }: RateLimitsOptions = {}) {
    this.#perKey = perKey;
    this.#clock = clock;
    const nowMs = clock.monotonic();
    this.#overall = {
      known: new TokenBucket(overall, nowMs),
      unknown: new TokenBucket(overall, nowMs),
    };
  }

  /** @throws {SecurityError} code `TOO_MANY_REQUESTS` */
  take(group: 'known' | 'unknown', key: string): void {
    const nowMs = this.#clock.monotonic();
    const buckets = this.#buckets[group];
    let bucket = buckets.get(key);
    if (bucket === undefined) {
      bucket = new TokenBucket(this.#perKey, nowMs);
      buckets.set(key, bucket);
    }
    const overall = this.#overall[group];
    const waitMs = Math.max(bucket.waitMs(nowMs), overall.waitMs(nowMs));
    if (waitMs > 0) throw tooMany(waitMs);
    bucket.take();
    overall.take();
  }

  /** Keys that are kept in memory. */
  get size(): number {
    return this.#buckets.known.size + this.#buckets.unknown.size;
  }
}

/**
 * Refuses what is over the limits with `TOO_MANY_REQUESTS`. Stands behind the authentication. What must
 * never be refused, such as a halt, is left out by `isExempt`.
 */
export function rateLimit(
  limits: RateLimits,
  isExempt: (c: SecurityContext) => boolean = () => false,
): SecurityMiddleware {
  return async (c, next) => {
    if (!isExempt(c)) {
      const identity = c.get('identity');
      if (identity === undefined) limits.take('unknown', addressOf(c.env.incoming));
      else limits.take('known', identity.tokenId);
    }
    await next();
  };
}

function tooMany(waitMs: number): SecurityError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new SecurityError(
    'TOO_MANY_REQUESTS',
    `there are too many requests: try again in ${retryAfterSeconds} s`,
    { retryAfterSeconds },
  );
}
