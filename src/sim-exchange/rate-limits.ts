import { Refusal } from './errors.ts';

export interface Limits {
  /** Weight of all requests in a minute. */
  readonly weightPerMinute: number;
  /** New orders in ten seconds. */
  readonly ordersPerTenSeconds: number;
}

const MINUTE_MS = 60_000;
const TEN_SECONDS_MS = 10_000;
const DAY_MS = 86_400_000;
const ORDERS_PER_DAY = 200_000;

/** Whoever goes on after so many refusals is banned. */
const REFUSALS_BEFORE_BAN = 10;
const BAN_MS = 120_000;

/** What was used of one limit since its last full span. */
class Counter {
  readonly #spanMs: number;
  #span = -1;
  #used = 0;

  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  add(amount: number, nowMs: number): number {
    const span = Math.floor(nowMs / this.#spanMs);
    if (span !== this.#span) this.#used = 0;
    this.#span = span;
    this.#used += amount;
    return this.#used;
  }

  /** Whole seconds until it begins anew. */
  waitSeconds(nowMs: number): number {
    return Math.ceil((this.#spanMs - (nowMs % this.#spanMs)) / 1_000);
  }
}

/** Counts what requests weigh and how many orders there are, for the one client address. */
export class RateLimits {
  readonly #limits: Limits;
  readonly #weight = new Counter(MINUTE_MS);
  readonly #orders = new Counter(TEN_SECONDS_MS);
  readonly #ordersOfDay = new Counter(DAY_MS);
  #refusals = 0;
  #bannedUntilMs = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** As `exchangeInfo` tells them. */
  describe(): Record<string, unknown>[] {
    const { weightPerMinute, ordersPerTenSeconds } = this.#limits;
    return [
      {
        rateLimitType: 'REQUEST_WEIGHT',
        interval: 'MINUTE',
        intervalNum: 1,
        limit: weightPerMinute,
      },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: ordersPerTenSeconds },
      { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: ORDERS_PER_DAY },
    ];
  }

  /**
   * Counts a request. Returns the headers that tell what is used.
   *
   * @throws {Refusal} -1003, with status 429, or 418 for whoever did not heed it
   */
  use(weight: number, nowMs: number): Record<string, string> {
    if (nowMs < this.#bannedUntilMs) throw this.#ban(nowMs);
    const used = this.#weight.add(weight, nowMs);
    const headers = {
      'x-mbx-used-weight': String(used),
      'x-mbx-used-weight-1m': String(used),
    };
    if (used <= this.#limits.weightPerMinute) {
      this.#refusals = 0;
      return headers;
    }
    this.#refusals += 1;
    if (this.#refusals > REFUSALS_BEFORE_BAN) {
      this.#bannedUntilMs = nowMs + BAN_MS;
      throw this.#ban(nowMs);
    }
    throw new Refusal(
      -1003,
      `Too much request weight used; current limit is ${this.#limits.weightPerMinute} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`,
      {
        status: 429,
        headers: { ...headers, 'retry-after': String(this.#weight.waitSeconds(nowMs)) },
      },
    );
  }

  /**
   * Counts a new order. Returns the headers that tell how many there were.
   *
   * @throws {Refusal} -1015
   */
  useOrder(nowMs: number): Record<string, string> {
    const used = this.#orders.add(1, nowMs);
    const ofDay = this.#ordersOfDay.add(1, nowMs);
    const headers = {
      'x-mbx-order-count-10s': String(used),
      'x-mbx-order-count-1d': String(ofDay),
    };
    const limit = this.#limits.ordersPerTenSeconds;
    if (used <= limit) return headers;
    throw new Refusal(
      -1015,
      `Too many new orders; current limit is ${limit} orders per 10 SECOND.`,
      {
        status: 429,
        headers: { ...headers, 'retry-after': String(this.#orders.waitSeconds(nowMs)) },
      },
    );
  }

  #ban(nowMs: number): Refusal {
    const seconds = Math.ceil((this.#bannedUntilMs - nowMs) / 1_000);
    return new Refusal(
      -1003,
      `Way too much request weight used; IP banned until ${this.#bannedUntilMs}. Please use WebSocket Streams for live updates to avoid bans.`,
      { status: 418, headers: { 'retry-after': String(seconds) } },
    );
  }
}
