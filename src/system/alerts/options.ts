import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { AlertChannel } from './alert-channel.ts';
import { ALERT_SEVERITIES, type AlertSeverity } from './alert-kinds.ts';
import type { AlertLineOptions } from './alert-line.ts';
import { InvalidAlertOptionError } from './errors.ts';

export interface AlertsOptions {
  /** @default none: alerts are listed and told to listeners alone */
  readonly channels?: readonly AlertChannel[];
  /** Less severe ones are not sent through channels; what is over is sent if its alert was. @default warning */
  readonly minSeverity?: AlertSeverity;
  /** Alerts like one that was told are counted for so long, milliseconds. @default 300_000 */
  readonly repeatAfterMs?: number;
  /** Alerts that `recent` has. @default 500 */
  readonly keep?: number;
  /** Alerts that one channel sends within a minute, from 4; a quarter is left for critical ones. @default 20 */
  readonly perMinute?: number;
  /** Alerts that wait for one channel. @default 100 */
  readonly queueLimit?: number;
  /** For one attempt of a channel, milliseconds. @default 10_000 */
  readonly timeoutMs?: number;
  /** After the first attempt. @default 3 */
  readonly retries?: number;
  /** Before the first retry, milliseconds; each wait is twice the one before. @default 1_000 */
  readonly retryDelayMs?: number;
  /** Until a channel is told what was held back of it, milliseconds. @default 60_000 */
  readonly summaryAfterMs?: number;
  /** How long `stop` waits for what is on its way, milliseconds. @default 5_000 */
  readonly flushMs?: number;
  /** @default silent */
  readonly logger?: Logger;
  /** @default the system's */
  readonly clock?: Clock;
}

export interface ResolvedAlertsOptions extends AlertLineOptions {
  readonly minSeverity: AlertSeverity;
  readonly repeatAfterMs: number;
  readonly keep: number;
  readonly flushMs: number;
}

const DEFAULTS: ResolvedAlertsOptions = {
  minSeverity: 'warning',
  repeatAfterMs: 300_000,
  keep: 500,
  perMinute: 20,
  queueLimit: 100,
  timeoutMs: 10_000,
  retries: 3,
  retryDelayMs: 1_000,
  summaryAfterMs: 60_000,
  flushMs: 5_000,
};

/** Whole numbers, the smallest and the largest. */
const RANGES = {
  repeatAfterMs: [1, 86_400_000],
  keep: [1, 100_000],
  perMinute: [4, 100_000],
  queueLimit: [1, 100_000],
  timeoutMs: [1, 600_000],
  retries: [0, 100],
  retryDelayMs: [1, 60_000],
  summaryAfterMs: [1, 86_400_000],
  flushMs: [0, 600_000],
} as const satisfies Partial<Record<keyof ResolvedAlertsOptions, readonly [number, number]>>;

/** Completes options with the defaults. @throws {InvalidAlertOptionError} code `INVALID_ALERT_OPTION` */
export function resolveAlertsOptions(options: AlertsOptions): ResolvedAlertsOptions {
  const resolved = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof ResolvedAlertsOptions)[])
    Object.assign(resolved, { [name]: options[name] ?? DEFAULTS[name] });
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value: unknown = resolved[name as keyof typeof RANGES];
    const isRight = Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
    if (!isRight)
      throw new InvalidAlertOptionError(name, value, `a whole number from ${least} to ${most}`);
  }
  if (!ALERT_SEVERITIES.includes(resolved.minSeverity)) {
    const names = ALERT_SEVERITIES.join(', ');
    throw new InvalidAlertOptionError('minSeverity', resolved.minSeverity, `one of ${names}`);
  }
  const channelNames = (options.channels ?? []).map(({ name }) => name);
  const twice = channelNames.find((name, index) => channelNames.indexOf(name) !== index);
  if (twice !== undefined)
    throw new InvalidAlertOptionError('channels', twice, 'a name that no other channel has');
  return resolved;
}
