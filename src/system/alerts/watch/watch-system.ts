import { hostname } from 'node:os';
import { systemClock } from '../../../base/clock.ts';
import { InvalidAlertOptionError } from '../errors.ts';
import { DiskAlerts } from './disk-alerts.ts';
import { FeedAlerts } from './feed-alerts.ts';
import { TradingAlerts } from './trading-alerts.ts';
import {
  DEFAULT_LIMITS,
  type WatchLimits,
  type WatchOptions,
  type WatchParts,
} from './watch-options.ts';
import { WorkerAlerts } from './worker-alerts.ts';

export interface SystemWatch {
  /** Looks once at what nobody tells of; a timer does so too. */
  look(): void;
  /** Says that the system stops, and listens no more. To be called before it does. */
  stop(): void;
}

/**
 * Raises alerts of what happens to a system. To be called before the system is started, so that nothing is
 * missed.
 *
 * @throws {InvalidAlertOptionError} code `INVALID_ALERT_OPTION`
 */
export function watchSystem(options: WatchOptions): SystemWatch {
  const { system, execution, alerts, home, clock = systemClock, lookEveryMs = 1_000 } = options;
  if (!(lookEveryMs >= 1 && lookEveryMs <= 60_000))
    throw new InvalidAlertOptionError('lookEveryMs', lookEveryMs, '1 to 60,000 milliseconds');
  const parts: WatchParts = { system, alerts, clock, limits: limitsOf(options) };
  const workers = new WorkerAlerts(parts);
  const feed = new FeedAlerts(parts);
  const trading = execution === null ? undefined : new TradingAlerts(parts, execution);
  const disk = home === undefined ? undefined : new DiskAlerts(parts, home);
  const look = (): void => {
    feed.look();
    trading?.look();
    disk?.look();
  };
  const timer = setInterval(look, lookEveryMs).unref();
  const where = { subject: hostname(), severity: 'info', isEachTold: true } as const;
  alerts.raise({
    ...where,
    kind: 'system-started',
    title: `QuantCell was started on ${hostname()}`,
    text: `Process ${process.pid} runs the system, with market data of ${system.feedName} and orders ${execution === null ? 'denied' : `at ${execution.venue.name}`}.`,
  });
  let isStopped = false;
  const stop = (): void => {
    if (isStopped) return;
    isStopped = true;
    clearInterval(timer);
    workers.stop();
    feed.stop();
    trading?.stop();
    alerts.raise({
      ...where,
      kind: 'system-stopped',
      title: `QuantCell is stopped on ${hostname()}`,
      text: `Process ${process.pid} was asked to stop the system.`,
    });
  };
  return { look, stop };
}

function limitsOf(options: WatchOptions): WatchLimits {
  const limits = { ...DEFAULT_LIMITS };
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof WatchLimits)[]) {
    const value: unknown = options[name] ?? DEFAULT_LIMITS[name];
    if (!Number.isFinite(value) || Number(value) < 0)
      throw new InvalidAlertOptionError(name, value, 'a number from 0');
    Object.assign(limits, { [name]: value });
  }
  return limits;
}
