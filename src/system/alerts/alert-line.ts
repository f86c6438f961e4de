import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from '../../base/backoff.ts';
import { BoundedQueue } from '../../base/bounded-queue.ts';
import type { Clock } from '../../base/clock.ts';
import { settlesWithin } from '../../base/deadline.ts';
import { messageOf } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { Alert } from './alert.ts';
import type { AlertChannel } from './alert-channel.ts';
import { AlertError } from './errors.ts';
import { MissedAlerts, type MissedFor } from './missed-alerts.ts';
import { SendAllowance } from './send-allowance.ts';

export interface AlertLineOptions {
  /** Alerts that one channel sends within a minute. */
  readonly perMinute: number;
  /** Alerts that wait for one channel. */
  readonly queueLimit: number;
  /** For one attempt, milliseconds. */
  readonly timeoutMs: number;
  /** After the first one. */
  readonly retries: number;
  /** Before the first retry, milliseconds; the next ones wait longer. */
  readonly retryDelayMs: number;
  /** Until it is told what was held back, milliseconds. */
  readonly summaryAfterMs: number;
}

export interface AlertLineParts {
  readonly channel: AlertChannel;
  readonly options: AlertLineOptions;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
}

/** What one channel has done. */
export interface AlertLineStats {
  readonly name: string;
  readonly sent: number;
  /** Given up after all retries. */
  readonly failed: number;
  /** Not sent at all: over the limit a minute, or too many that wait. */
  readonly dropped: number;
  readonly waiting: number;
}

const MAX_RETRY_DELAY_MS = 60_000;
/** A channel that fails is tried again with its summary after at most so many times `summaryAfterMs`. */
const MAX_SUMMARY_FACTOR = 10;

/** The alerts on their way through one channel. Whatever happens to it, the others do not wait for it. */
export class AlertLine {
  readonly #parts: AlertLineParts;
  readonly #waiting: BoundedQueue<Alert>;
  readonly #allowance: SendAllowance;
  #missed = new MissedAlerts();
  /** What the summary under way tells of. */
  #beingTold = new MissedAlerts();
  readonly #stopping = new AbortController();
  #working: Promise<void> | undefined;
  #summaryTimer: NodeJS.Timeout | undefined;
  /** Summaries that failed, one after the other. */
  #summaryFailures = 0;
  #isClosed = false;
  #sent = 0;
  #failed = 0;
  #dropped = 0;

  constructor(parts: AlertLineParts) {
    this.#parts = parts;
    this.#waiting = new BoundedQueue(parts.options.queueLimit);
    this.#allowance = new SendAllowance(parts.options.perMinute, parts.clock);
  }

  get stats(): AlertLineStats {
    return {
      name: this.#parts.channel.name,
      sent: this.#sent,
      failed: this.#failed,
      dropped: this.#dropped,
      waiting: this.#waiting.size,
    };
  }

  /** Sends it when it is its turn; what can't be sent is counted, and told later. */
  add(alert: Alert): void {
    if (this.#isClosed) return;
    const isCritical = alert.severity === 'critical';
    // As long as something is held back, what is not critical is told with it.
    if (!isCritical && this.#summaryTimer !== undefined) return this.#drop(alert, 'rate limit');
    if (!this.#allowance.take(isCritical)) return this.#drop(alert, 'rate limit');
    if (!this.#waiting.push(alert)) return this.#drop(alert, 'full queue');
    this.#work();
  }

  /** Sends what waits, and what is held back as one, for `flushMs` at most. */
  async stop(flushMs: number): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#summaryTimer);
    this.#summaryTimer = undefined;
    if (this.#missed.count > 0) this.#tellMissed();
    await settlesWithin(this.#working ?? Promise.resolve(), flushMs);
    const unsent = this.#waiting.size + this.#missed.count;
    if (unsent > 0) {
      const text = `${unsent} alerts were not sent through ${this.#parts.channel.name} before the end`;
      this.#parts.logger.log('warn', text);
    }
    this.#stopping.abort();
    await this.#working;
  }

  #work(): void {
    this.#working ??= this.#sendAll().finally(() => {
      this.#working = undefined;
      // One that came in the very turn in which the last one was done.
      if (this.#waiting.size > 0 && !this.#stopping.signal.aborted) this.#work();
    });
  }

  async #sendAll(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const alert = this.#waiting.shift();
      if (alert === undefined) return;
      await this.#sendOne(alert);
    }
  }

  async #sendOne(alert: Alert): Promise<void> {
    const { channel, logger } = this.#parts;
    const isSummary = alert.kind === 'alerts-missed';
    try {
      await this.#sendWithRetries(alert);
      this.#sent += 1;
      if (isSummary) this.#summaryFailures = 0;
    } catch (thrown) {
      this.#failed += 1;
      const text = `alert ${alert.id} (${alert.kind}) was not sent through ${channel.name}: ${messageOf(thrown)}`;
      logger.log('error', text);
      if (isSummary) {
        this.#summaryFailures += 1;
        this.#missed.addAll(this.#beingTold);
        this.#planSummary();
      } else this.#miss(alert, 'failure');
    }
  }

  async #sendWithRetries(alert: Alert): Promise<void> {
    const { channel, options } = this.#parts;
    const { signal } = this.#stopping;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const timeout = AbortSignal.timeout(options.timeoutMs);
        return await channel.send(alert, AbortSignal.any([signal, timeout]));
      } catch (thrown) {
        const { isFinal, retryAfterMs } =
          thrown instanceof AlertError ? thrown : { isFinal: false, retryAfterMs: null };
        if (isFinal || attempt >= options.retries || signal.aborted) throw thrown;
        const wait = { initialMs: options.retryDelayMs, factor: 2, maxMs: MAX_RETRY_DELAY_MS };
        const waitMs = backoffMs(attempt, { ...wait, jitter: 0.2 }, Math.random);
        const asked = Math.min(retryAfterMs ?? 0, MAX_RETRY_DELAY_MS);
        await delay(Math.max(waitMs, asked), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  #drop(alert: Alert, why: MissedFor): void {
    this.#dropped += 1;
    this.#miss(alert, why);
  }

  #miss(alert: Alert, why: MissedFor): void {
    this.#missed.add(alert, why);
    this.#planSummary();
  }

  #planSummary(): void {
    if (this.#isClosed || this.#summaryTimer !== undefined) return;
    const { summaryAfterMs } = this.#parts.options;
    const factor = Math.min(2 ** this.#summaryFailures, MAX_SUMMARY_FACTOR);
    this.#summaryTimer = setTimeout(() => {
      this.#summaryTimer = undefined;
      this.#tellMissed();
    }, summaryAfterMs * factor).unref();
  }

  /** Without regard to the limit: there is one of these in so long a time. */
  #tellMissed(): void {
    const { channel, newId, clock } = this.#parts;
    if (!this.#waiting.push(this.#missed.summary(channel.name, newId(), clock.now())))
      return this.#planSummary();
    this.#beingTold = this.#missed;
    this.#missed = new MissedAlerts();
    this.#work();
  }
}
