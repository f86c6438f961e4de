import type { Alert } from './alert.ts';

/** Why an alert did not go out through a channel. */
export type MissedFor = 'rate limit' | 'full queue' | 'failure';

/** Titles of critical alerts that are told of with the sum, the latest. */
const TITLES = 5;

/** Counts what did not go out through one channel, until that is told through it. */
export class MissedAlerts {
  readonly #byKind = new Map<string, number>();
  readonly #byReason = new Map<MissedFor, number>();
  #count = 0;
  #critical: string[] = [];

  get count(): number {
    return this.#count;
  }

  add(alert: Alert, why: MissedFor): void {
    this.#count += 1;
    this.#byKind.set(alert.kind, (this.#byKind.get(alert.kind) ?? 0) + 1);
    this.#byReason.set(why, (this.#byReason.get(why) ?? 0) + 1);
    if (alert.severity === 'critical')
      this.#critical = [...this.#critical, alert.title].slice(-TITLES);
  }

  /** Counts those of another one too: it was to tell of them, and could not. */
  addAll(other: MissedAlerts): void {
    this.#count += other.#count;
    for (const [kind, count] of other.#byKind)
      this.#byKind.set(kind, (this.#byKind.get(kind) ?? 0) + count);
    for (const [why, count] of other.#byReason)
      this.#byReason.set(why, (this.#byReason.get(why) ?? 0) + count);
    this.#critical = [...other.#critical, ...this.#critical].slice(-TITLES);
  }

  /** One alert that tells of all of them. */
  summary(channel: string, id: string, at: number): Alert {
    const kinds = [...this.#byKind].map(([kind, count]) => `${count} ${kind}`).join(', ');
    const reasons = [...this.#byReason].map(([why, count]) => `${count} by ${why}`).join(', ');
    const worst = this.#critical.map((title) => `\ncritical: ${title}`).join('');
    return {
      id,
      seq: 0,
      at,
      kind: 'alerts-missed',
      severity: this.#critical.length > 0 ? 'critical' : 'warning',
      subject: channel,
      title: `${this.#count} alerts were not sent`,
      text: `${this.#count} alerts did not go out through ${channel} (${reasons}): ${kinds}. The list of alerts has them.${worst}`,
      facts: { count: this.#count, kinds: Object.fromEntries(this.#byKind) },
      count: this.#count,
      isResolved: false,
    };
  }
}
