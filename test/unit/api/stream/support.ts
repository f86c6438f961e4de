import { onTestFinished } from 'vitest';
import type { Source } from '../../../../src/api/stream/source.ts';
import { Subscription, type SubscriptionLine } from '../../../../src/api/stream/subscription.ts';
import { Topic } from '../../../../src/api/stream/topic.ts';
import type { Channel } from '../../../../src/api/contract/stream.ts';
import type { Logger } from '../../../../src/base/logger.ts';

/** A source that tells what it is given. */
export class Given implements Source {
  state: unknown = 'now';
  next: unknown[] = [];
  isClosed = false;
  readonly #counts: number | undefined;

  /** With `counts`, each of its changes counts for so much. */
  constructor(counts?: number) {
    this.#counts = counts;
    if (counts === undefined) Object.assign(this, { countOf: undefined });
  }

  snapshot(): unknown {
    if (this.state instanceof Error) throw this.state;
    return this.state;
  }

  changes(): unknown {
    const next = this.next.shift() ?? null;
    if (next instanceof Error) throw next;
    return next;
  }

  countOf(): number {
    return this.#counts ?? 0;
  }

  close(): void {
    this.isClosed = true;
  }
}

export interface Said {
  readonly type: string;
  readonly seq?: number;
  readonly count?: number;
  readonly data?: unknown;
}

/** Keeps what is sent, without when. */
export class Line implements SubscriptionLine {
  isSlow = false;
  readonly said: Said[] = [];

  send(text: string): void {
    const { at, id, ...rest } = JSON.parse(text) as Said & { at: number; id: number };
    if (typeof at !== 'number' || typeof id !== 'number') throw new Error(`not whole: ${text}`);
    this.said.push(rest);
  }

  /** What was sent since this was asked last. */
  take(): readonly Said[] {
    return this.said.splice(0);
  }
}

export class Kept implements Logger {
  readonly lines: string[] = [];

  log(level: string, message: string): void {
    this.lines.push(`${level} ${message}`);
  }
}

/** Tells only when it is asked to. */
export function topicOf(source: Source, logger: Logger = new Kept()): Topic {
  const topic = new Topic(source, 60_000, logger);
  onTestFinished(() => topic.close());
  return topic;
}

export const EPOCH = 'this one';

export function subscribed(
  topic: Topic,
  line: SubscriptionLine,
  resume?: { epoch: string; seq: number },
): Subscription {
  const channel: Channel = { channel: 'alerts', ...(resume && { resume }) };
  const subscription = new Subscription(7, channel, topic, line);
  subscription.begin(EPOCH);
  return subscription;
}
