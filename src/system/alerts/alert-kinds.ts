/** What alerts are about. The names are stable: people filter by them. */
export const ALERT_KINDS = [
  'worker-ended',
  'worker-quarantined',
  'worker-errors',
  'worker-silent',
  'feed-stale',
  'feed-failed',
  'trading-closed',
  'kill-switch',
  'daily-loss',
  'journal-failed',
  'order-unknown',
  'reconciliation-differences',
  'disk-nearly-full',
  'system-started',
  'system-stopped',
  'alerts-missed',
  'test',
] as const;

export type AlertKind = (typeof ALERT_KINDS)[number];

export const ALERT_SEVERITIES = ['info', 'warning', 'critical'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];
