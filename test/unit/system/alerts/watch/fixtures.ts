import { EventEmitter } from 'node:events';
import { onTestFinished } from 'vitest';
import { ManualClock } from '../../../../../src/base/clock.ts';
import type { StaleTopic } from '../../../../../src/system/feed-watch.ts';
import type { QuantCell } from '../../../../../src/system/quantcell.ts';
import { Alerts } from '../../../../../src/system/alerts/alerts.ts';
import {
  DEFAULT_LIMITS,
  type WatchLimits,
} from '../../../../../src/system/alerts/watch/watch-options.ts';

/** What a watcher gets, with a system that says what it is told to. */
export function partsOf(limits: Partial<WatchLimits> = {}) {
  const clock = new ManualClock(Date.UTC(2022, 0, 1));
  const alerts = new Alerts({ clock });
  onTestFinished(() => alerts.stop());
  const staleTopics: StaleTopic[] = [];
  let fail: (thrown: Error) => void = () => undefined;
  const ended = new Promise<void>((_, reject) => (fail = reject));
  ended.catch(() => undefined);
  const manager = Object.assign(new EventEmitter(), { supervisor: new EventEmitter() });
  const system = {
    feedName: 'test-feed',
    staleTopics,
    engine: { ended },
    manager,
  } as unknown as QuantCell;
  /** What was told since the last look, oldest first. */
  let seen = 0;
  const told = (): string[] => {
    const news = alerts.recent(alerts.seq - seen).toReversed();
    seen = alerts.seq;
    return news.map((alert) => {
      const mark = alert.isResolved ? 'resolved' : alert.severity;
      return `${mark} ${alert.kind} ${alert.subject}`;
    });
  };
  const parts = { system, alerts, clock, limits: { ...DEFAULT_LIMITS, ...limits } };
  return { parts, clock, alerts, staleTopics, fail, told, manager };
}
