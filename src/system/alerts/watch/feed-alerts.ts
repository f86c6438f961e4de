import { messageOf } from '../../../base/errors.ts';
import { topicName } from '../../../model/subscription.ts';
import type { StaleTopic } from '../../feed-watch.ts';
import type { WatchParts } from './watch-options.ts';

/** More topics than this that become stale at once are told of as one. */
const MOST_ALONE = 3;
const MOST_NAMED = 10;

/** Tells when market data is not up to date, and when it is again. */
export class FeedAlerts {
  readonly #parts: WatchParts;
  /** Topics that were told of, with what the alert was about: the topic itself, or the whole feed. */
  readonly #told = new Map<string, string>();
  #isStopped = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    parts.system.engine.ended.catch((thrown: unknown) => {
      if (!this.#isStopped) this.#onFailed(thrown);
    });
  }

  look(): void {
    const { system, limits, clock } = this.#parts;
    const since = clock.now() - limits.staleMs;
    const stale = system.staleTopics.map((one) => ({ ...one, name: nameOf(one) }));
    this.#resolveOver(new Set(stale.map(({ name }) => name)));
    const news = stale.filter(({ name, sinceMs }) => sinceMs <= since && !this.#told.has(name));
    if (news.length === 0) return;
    if (news.length > MOST_ALONE) return this.#tell(system.feedName, news);
    for (const one of news) this.#tell(one.name, [one]);
  }

  stop(): void {
    this.#isStopped = true;
  }

  #tell(subject: string, topics: readonly (StaleTopic & { readonly name: string })[]): void {
    const { system, alerts } = this.#parts;
    for (const { name } of topics) this.#told.set(name, subject);
    const names = topics.slice(0, MOST_NAMED).map(({ name }) => name);
    const more = topics.length > names.length ? ` and ${topics.length - names.length} more` : '';
    const sinceMs = Math.min(...topics.map((topic) => topic.sinceMs));
    const what = topics.length === 1 ? subject : `${topics.length} topics`;
    alerts.raise({
      kind: 'feed-stale',
      severity: 'critical',
      subject,
      title: `feed ${system.feedName}: ${what} stale`,
      text: `Nothing was heard of ${names.join(', ')}${more} since ${new Date(sinceMs).toISOString()}. New exposure in these symbols is denied.`,
      facts: { feed: system.feedName, topics: names, count: topics.length, sinceMs },
      isEachTold: true,
    });
  }

  #resolveOver(stale: ReadonlySet<string>): void {
    const over = [...this.#told].filter(([name]) => !stale.has(name));
    for (const [name] of over) this.#told.delete(name);
    const still = new Set(this.#told.values());
    for (const subject of new Set(over.map(([, about]) => about))) {
      if (still.has(subject)) continue;
      const { feedName } = this.#parts.system;
      this.#parts.alerts.resolve({
        kind: 'feed-stale',
        subject,
        title: `feed ${feedName}: ${subject === feedName ? 'all topics' : subject} live again`,
        text: `Market data of ${subject} comes again.`,
      });
    }
  }

  #onFailed(thrown: unknown): void {
    const { feedName } = this.#parts.system;
    this.#parts.alerts.raise({
      kind: 'feed-failed',
      severity: 'critical',
      subject: feedName,
      title: `feed ${feedName} has failed`,
      text: `There is no market data any more until the system is started again: ${messageOf(thrown)}`,
    });
  }
}

function nameOf({ topic }: StaleTopic): string {
  return topicName(topic.symbol, topic.dataType);
}
