import type { Logger } from '../../base/logger.ts';
import type { Channel } from '../contract/stream.ts';
import { ApiError } from '../errors.ts';
import type { Source } from './source.ts';
import { Topic } from './topic.ts';

/** A topic that nobody is shown is kept for whoever comes back, so long, milliseconds. */
const LINGER_MS = 30_000;
/** Topics in all; those that nobody is shown go first. */
const MAX_TOPICS = 1_000;
/** How often channels without a choice are looked at, milliseconds. */
const DEFAULT_EVERY_MS = 100;

export type SourceOf = (channel: Channel) => Source;

/** The topics that somebody is shown, or was shown until just now. */
export class TopicBook {
  readonly #sourceOf: SourceOf;
  readonly #logger: Logger;
  readonly #topics = new Map<string, Topic>();
  readonly #lingering = new Map<string, NodeJS.Timeout>();
  /** No topic that is gone had a change of this number: the next one begins there, and is not taken for it. */
  #unusedSeq = 0;

  constructor(sourceOf: SourceOf, logger: Logger) {
    this.#sourceOf = sourceOf;
    this.#logger = logger;
  }

  /**
   * The topic of a channel. To be given back with `release`.
   *
   * @throws {ApiError} code `TOO_MANY_STREAMS`; and what `SourceOf` throws
   */
  take(channel: Channel): Topic {
    const key = keyOf(channel);
    clearTimeout(this.#lingering.get(key));
    this.#lingering.delete(key);
    const known = this.#topics.get(key);
    if (known !== undefined) return known;
    if (this.#topics.size >= MAX_TOPICS) this.#dropOldest();
    if (this.#topics.size >= MAX_TOPICS) throw tooMany();
    const everyMs = 'everyMs' in channel ? channel.everyMs : DEFAULT_EVERY_MS;
    const topic = new Topic(this.#sourceOf(channel), everyMs, this.#logger, this.#unusedSeq);
    this.#topics.set(key, topic);
    return topic;
  }

  release(channel: Channel): void {
    const key = keyOf(channel);
    if (this.#topics.get(key)?.isEmpty !== true || this.#lingering.has(key)) return;
    this.#lingering.set(
      key,
      setTimeout(() => this.#drop(key), LINGER_MS),
    );
  }

  close(): void {
    for (const key of this.#topics.keys()) this.#drop(key);
  }

  #dropOldest(): void {
    const [key] = this.#lingering.keys();
    if (key !== undefined) this.#drop(key);
  }

  #drop(key: string): void {
    clearTimeout(this.#lingering.get(key));
    this.#lingering.delete(key);
    const topic = this.#topics.get(key);
    if (topic === undefined) return;
    this.#unusedSeq = Math.max(this.#unusedSeq, topic.seq + 1);
    topic.close();
    this.#topics.delete(key);
  }
}

function tooMany(): ApiError {
  return new ApiError(
    'TOO_MANY_STREAMS',
    `clients are shown ${MAX_TOPICS} different things, the most there may be: subscribe with the same options as others, or to less`,
  );
}

/** The same for two channels that show the same. */
function keyOf(channel: Channel): string {
  const shown = Object.entries(channel).filter(([name]) => name !== 'resume');
  const entries = shown.map(([name, value]) => [
    name,
    Array.isArray(value)
      ? (value as string[]).toSorted((one, other) => (one < other ? -1 : 1))
      : (value as unknown),
  ]);
  return JSON.stringify(
    entries.toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1)),
  );
}
