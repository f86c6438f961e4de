import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { systemClock, type Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { silentLogger, type Logger } from '../../base/logger.ts';
import { Recent } from '../../base/recent.ts';
import { plainAlert, type Alert, type AlertInput } from './alert.ts';
import type { AlertChannel } from './alert-channel.ts';
import { ALERT_SEVERITIES, type AlertKind, type AlertSeverity } from './alert-kinds.ts';
import { AlertLine, type AlertLineStats } from './alert-line.ts';
import { resolveAlertsOptions, type AlertsOptions, type ResolvedAlertsOptions } from './options.ts';
import { AlertRepeats, type Repeats } from './alert-repeats.ts';

interface AlertsEvents {
  /** Told to whoever looks, whatever its severity. */
  alert: [alert: Alert];
}

export interface ChannelTest {
  readonly name: string;
  readonly isSent: boolean;
  /** Why not. */
  readonly reason: string | null;
}

/**
 * Tells people what happens, through channels, from the main process: a strategy that is dead can't silence
 * its own alert. What is like something that was just told is counted and told as one; what is too much for a
 * channel is counted and told as a sum. Nothing here throws at whoever raises an alert.
 */
export class Alerts extends EventEmitter<AlertsEvents> {
  readonly #given: AlertsOptions;
  readonly #logger: Logger;
  readonly #clock: Clock;
  #options: ResolvedAlertsOptions;
  #channels: readonly AlertChannel[];
  #lines: readonly AlertLine[];
  #repeats: AlertRepeats;
  /** Lines of channels that were taken away, which send what they have. */
  readonly #ending = new Set<Promise<void>>();
  readonly #recent: Recent<Alert>;
  /** What was told and is not resolved, by kind and subject; with whether it went to the channels. */
  readonly #active = new Map<string, boolean>();
  readonly #counts = new Map<AlertKind, number>();
  /** Of this life of the system. */
  readonly #run = randomUUID().slice(0, 8);
  #ids = 0;
  #seq = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | undefined;

  /** @throws {InvalidAlertOptionError} code `INVALID_ALERT_OPTION` */
  constructor(options: AlertsOptions = {}) {
    super();
    this.#given = options;
    this.#options = resolveAlertsOptions(options);
    this.#logger = options.logger ?? silentLogger;
    this.#clock = options.clock ?? systemClock;
    this.#channels = options.channels ?? [];
    this.#recent = new Recent(this.#options.keep);
    this.#repeats = new AlertRepeats(this.#options.repeatAfterMs);
    this.#lines = this.#linesOf(this.#channels);
  }

  /**
   * Goes on with other channels and limits. What waits for a channel before is sent still, for `flushMs` at most.
   *
   * @throws {InvalidAlertOptionError} code `INVALID_ALERT_OPTION`; nothing has changed then
   */
  configure(changes: Pick<AlertsOptions, 'channels' | 'minSeverity' | 'repeatAfterMs'>): void {
    if (this.#stopping !== undefined) return;
    const options = { ...this.#given, ...changes };
    const resolved = resolveAlertsOptions(options);
    for (const repeats of this.#repeats.due(this.#clock.monotonic(), true))
      this.#tellRepeats(repeats);
    const before = this.#lines;
    this.#options = resolved;
    this.#channels = options.channels ?? [];
    this.#repeats = new AlertRepeats(resolved.repeatAfterMs);
    this.#lines = this.#linesOf(this.#channels);
    for (const line of before) {
      const ended = line.stop(resolved.flushMs).finally(() => this.#ending.delete(ended));
      this.#ending.add(ended);
    }
  }

  /** Tells of something, or counts it if the like was told within `repeatAfterMs`. */
  raise(given: AlertInput): void {
    if (this.#stopping !== undefined) return;
    const input = plainAlert(given);
    this.#tellDue();
    this.#counts.set(input.kind, (this.#counts.get(input.kind) ?? 0) + 1);
    if (input.isEachTold === true || this.#repeats.isFirst(input, this.#clock.monotonic())) {
      this.#activate(input);
      this.#tell(input, 1, false);
    }
    this.#plan();
  }

  /** What an alert of this kind and subject was about is over; nothing if there was none. */
  resolve(given: Omit<AlertInput, 'severity' | 'isEachTold'>): void {
    if (this.#stopping !== undefined) return;
    const input = plainAlert({ ...given, severity: 'info' });
    const key = keyOf(input);
    const wasSent = this.#active.get(key);
    if (wasSent === undefined) return;
    this.#active.delete(key);
    this.#tell(input, 1, true, wasSent);
  }

  /** The last alerts, newest first. */
  recent(limit = 100): readonly Alert[] {
    return this.#recent.toArray(limit).toReversed();
  }

  /** Number of the newest alert. */
  get seq(): number {
    return this.#seq;
  }

  /** What was raised by kind, also what was only counted. */
  get counts(): ReadonlyMap<AlertKind, number> {
    return this.#counts;
  }

  get channelStats(): readonly AlertLineStats[] {
    return this.#lines.map(({ stats }) => stats);
  }

  /** Sends an alert through each channel, once and past all limits, and says whether it arrived. */
  test(): Promise<readonly ChannelTest[]> {
    const alert: Alert = {
      id: this.#newId(),
      seq: 0,
      at: this.#clock.now(),
      kind: 'test',
      severity: 'info',
      subject: 'test',
      title: 'QuantCell: a test of this channel',
      text: 'Somebody asked for this test. Nothing has happened.',
      facts: {},
      count: 1,
      isResolved: false,
    };
    return Promise.all(
      this.#channels.map(async (channel) => {
        const { name } = channel;
        try {
          await channel.send(alert, AbortSignal.timeout(this.#options.timeoutMs));
          return { name, isSent: true, reason: null };
        } catch (thrown) {
          return { name, isSent: false, reason: messageOf(thrown) };
        }
      }),
    );
  }

  /** Tells what was counted, and sends what waits, for `flushMs` at most. Nothing is told after it. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#timer);
    for (const repeats of this.#repeats.due(this.#clock.monotonic(), true))
      this.#tellRepeats(repeats);
    const lines = this.#lines.map((line) => line.stop(this.#options.flushMs));
    await Promise.all([...lines, ...this.#ending]);
  }

  #activate(input: AlertInput): void {
    const key = keyOf(input);
    this.#active.delete(key);
    this.#active.set(key, this.#isSent(input.severity));
    if (this.#active.size <= this.#options.keep) return;
    const [oldest] = this.#active.keys();
    if (oldest !== undefined) this.#active.delete(oldest);
  }

  #isSent(severity: AlertSeverity): boolean {
    const rank = (of: AlertSeverity): number => ALERT_SEVERITIES.indexOf(of);
    return rank(severity) >= rank(this.#options.minSeverity);
  }

  #tell(
    input: AlertInput,
    count: number,
    isResolved: boolean,
    isSent = this.#isSent(input.severity),
  ): void {
    this.#seq += 1;
    const { kind, severity, subject, title, text, facts = {}, at = this.#clock.now() } = input;
    const alert: Alert = Object.freeze({
      id: this.#newId(),
      seq: this.#seq,
      at,
      kind,
      severity,
      subject,
      title,
      text,
      facts,
      count,
      isResolved,
    });
    this.#recent.add(alert);
    this.#logger.log(severity === 'info' ? 'info' : 'warn', `alert: ${title}`, { kind, subject });
    if (isSent) for (const line of this.#lines) line.add(alert);
    for (const listener of this.listeners('alert')) this.#call(listener, alert);
  }

  #call(listener: (alert: Alert) => void, alert: Alert): void {
    try {
      listener(alert);
    } catch (thrown) {
      this.#logger.log('error', `a listener of alerts threw: ${messageOf(thrown)}`);
    }
  }

  #tellDue(): void {
    for (const repeats of this.#repeats.due(this.#clock.monotonic())) this.#tellRepeats(repeats);
  }

  #tellRepeats({ last, count }: Repeats): void {
    const text = `${count} more since the last one was told. The latest: ${last.text}`;
    this.#activate(last);
    this.#tell(plainAlert({ ...last, title: `${last.title} (${count} more)`, text }), count, false);
  }

  #plan(): void {
    if (this.#timer !== undefined || this.#stopping !== undefined) return;
    const { nextMs } = this.#repeats;
    if (nextMs === undefined) return;
    const waitMs = Math.max(1, nextMs - this.#clock.monotonic());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#tellDue();
      this.#plan();
    }, waitMs).unref();
  }

  #linesOf(channels: readonly AlertChannel[]): readonly AlertLine[] {
    return channels.map(
      (channel) =>
        new AlertLine({
          channel,
          options: this.#options,
          clock: this.#clock,
          logger: this.#logger,
          newId: () => this.#newId(),
        }),
    );
  }

  #newId(): string {
    this.#ids += 1;
    return `${this.#run}-${this.#ids}`;
  }
}

function keyOf({ kind, subject }: Pick<AlertInput, 'kind' | 'subject'>): string {
  return `${kind} ${subject}`;
}
