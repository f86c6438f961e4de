import type { MarketAttachment, MarketLine, MarketTransport } from '../ipc/market-transport.ts';
import type { LeftTopic } from '../protocol/reload-result.ts';
import type { StartTopic, SubscribedTopic } from '../protocol/host-message.ts';
import { MAX_FRAME_BYTES } from '../protocol/limits.ts';
import type { Positions } from '../protocol/positions.ts';
import type { Topic } from './topic-book.ts';
import { encodeSpans, type TopicRecords, type TopicSpan } from './topic-records.ts';

/** What a worker subscribes to, and how it gets there. */
export interface DataSubscription {
  readonly workerId: string;
  readonly topics: readonly SubscribedTopic[];
  readonly attachment: MarketAttachment;
  /** Settles once what is published reaches the worker. */
  readonly ready: Promise<void>;
  /**
   * The worker has taken this subscription over from the one before, which ends now; `left` is how far it
   * got in the topics that it has no more.
   */
  settle(left?: readonly LeftTopic[]): void;
  /** The worker keeps the subscription before; this one never was. */
  abandon(): void;
}

/** What a worker must know to go on without a hole from what is published next. */
export interface StartSnapshot {
  readonly topics: readonly StartTopic[];
  readonly records: Uint8Array;
}

export interface SnapshotOptions {
  /** How far the process before was; topics that are not there begin with the newest events. @default none */
  readonly positions?: Positions | undefined;
  /** Room for records. @default what a frame may have */
  readonly maxBytes?: number;
}

interface Subscriber {
  workerId: string;
  topics: readonly Topic[];
  lines: MarketLine[];
  /** Sequence number of each topic that the worker began after, by topic. */
  beganAfter: Map<Topic, number>;
  /** Events of topics that it has left, as far as they were sent to it. */
  dueOfLeft: number;
  lossless: boolean;
  /** Events that the worker is done with. */
  done: number;
}

/** The workers that get market data. */
export class Subscribers {
  readonly #transport: MarketTransport;
  readonly #byId = new Map<string, Subscriber>();
  #lossless: Subscriber[] = [];
  /** No lossless worker is further behind than this, events. */
  #behindAtMost = 0;
  #waiters: { readonly atMost: number; readonly resolve: () => void }[] = [];

  constructor(transport: MarketTransport) {
    this.#transport = transport;
  }

  get size(): number {
    return this.#byId.size;
  }

  add(workerId: string, topics: readonly Topic[]): DataSubscription {
    const subscriber = this.#byId.get(workerId) ?? this.#create(workerId);
    return this.#subscribe(subscriber, [...new Set([...subscriber.topics, ...topics])]);
  }

  replace(workerId: string, topics: readonly Topic[]): DataSubscription {
    return this.#subscribe(this.#byId.get(workerId) ?? this.#create(workerId), topics);
  }

  remove(workerId: string, matches: (topic: Topic) => boolean): void {
    const subscriber = this.#byId.get(workerId);
    if (subscriber === undefined) return;
    const kept = subscriber.topics.filter((topic) => !matches(topic));
    if (kept.length === 0) this.drop(workerId);
    else this.#subscribe(subscriber, kept).settle();
  }

  rename(from: string, to: string): void {
    const subscriber = this.#byId.get(from);
    if (subscriber === undefined || from === to) return;
    this.drop(to);
    this.#byId.delete(from);
    this.#byId.set(to, subscriber);
    subscriber.workerId = to;
    for (const topic of subscriber.topics) {
      topic.subscribers.delete(from);
      topic.subscribers.add(to);
    }
  }

  drop(workerId: string): void {
    const subscriber = this.#byId.get(workerId);
    if (subscriber === undefined) return;
    this.#byId.delete(workerId);
    for (const topic of subscriber.topics) topic.subscribers.delete(workerId);
    for (const line of subscriber.lines) line.close();
    this.#lossless = this.#lossless.filter((other) => other !== subscriber);
    this.#wake();
  }

  snapshot(
    workerId: string,
    warmup: number,
    records: TopicRecords,
    { positions = new Map(), maxBytes = MAX_FRAME_BYTES }: SnapshotOptions = {},
  ): StartSnapshot {
    const subscriber = this.#byId.get(workerId);
    const topics: StartTopic[] = [];
    const spans: TopicSpan[] = [];
    for (const topic of subscriber?.topics ?? []) {
      // What it gets already goes on where it is: events of it may be on their way.
      if (subscriber?.beganAfter.has(topic) === true) continue;
      const { fromSeq, deliverFromSeq } = startOf(topic, warmup, positions.get(topic.id));
      topics.push({ topicId: topic.id, lastSeq: topic.seq, deliverFromSeq });
      subscriber?.beganAfter.set(topic, deliverFromSeq - 1);
      spans.push({ topic, fromSeq, deliverFromSeq });
    }
    return { topics, records: encodeSpans(spans, records, maxBytes) };
  }

  makeLossless(workerId: string): void {
    const subscriber = this.#byId.get(workerId);
    if (subscriber === undefined || subscriber.lossless) return;
    subscriber.lossless = true;
    this.#lossless.push(subscriber);
    this.#behindAtMost = this.#mostBehind();
  }

  progress(workerId: string, done: number): void {
    const subscriber = this.#byId.get(workerId);
    if (subscriber === undefined || done <= subscriber.done) return;
    subscriber.done = done;
    this.#wake();
  }

  behind(workerId: string): number {
    const subscriber = this.#byId.get(workerId);
    return subscriber === undefined ? 0 : Math.max(0, this.#behind(subscriber));
  }

  /** Workers that have not said to be done with everything. */
  idsBehind(): Set<string> {
    const ids = [...this.#byId].filter(([, subscriber]) => this.#behind(subscriber) > 0);
    return new Set(ids.map(([workerId]) => workerId));
  }

  /** To be asked after each burst, with the number of its events. */
  whenRoom(published: number): Promise<void> | undefined {
    if (this.#lossless.length === 0) return undefined;
    const { losslessWindow } = this.#transport;
    // Adding up who is how far behind takes a look at each topic: done only once it may matter.
    this.#behindAtMost += published;
    if (this.#behindAtMost <= losslessWindow && !this.#transport.crowded()) return undefined;
    const behind = this.#mostBehind();
    this.#behindAtMost = behind;
    if (behind === 0) return undefined;
    if (behind <= losslessWindow && !this.#transport.crowded()) return undefined;
    return this.#whenBehind(Math.min(losslessWindow, behind) / 2);
  }

  async drained(): Promise<void> {
    if (this.#mostBehind() > 0) await this.#whenBehind(0);
  }

  #create(workerId: string): Subscriber {
    const subscriber: Subscriber = {
      workerId,
      topics: [],
      lines: [],
      beganAfter: new Map(),
      dueOfLeft: 0,
      lossless: false,
      done: 0,
    };
    this.#byId.set(workerId, subscriber);
    return subscriber;
  }

  #subscribe(subscriber: Subscriber, topics: readonly Topic[]): DataSubscription {
    const { workerId } = subscriber;
    const { topics: topicsBefore, dueOfLeft } = subscriber;
    const beganAfter = new Map(subscriber.beganAfter);
    const leaving = new Map(topicsBefore.map((topic) => [topic.id, { topic, seq: topic.seq }]));
    for (const { id } of topics) leaving.delete(id);
    this.#setTopics(subscriber, topics);
    const before = subscriber.lines;
    const line = this.#transport.open(topics.map((topic) => topic.id));
    subscriber.lines = [...before, line];
    return {
      workerId,
      topics: topics.map(({ id, symbol, dataType }) => ({ topicId: id, symbol, dataType })),
      attachment: line.attachment,
      ready: line.ready,
      settle: (left = []) => {
        for (const old of before) old.close();
        subscriber.lines = subscriber.lines.filter((open) => !before.includes(open));
        for (const { topicId, lastSeq } of left) {
          const leave = leaving.get(topicId);
          const began = leave && beganAfter.get(leave.topic);
          if (leave === undefined || began === undefined) continue;
          // It was taken to get what was published until it left: what it got before it heard of that counts.
          const got = Math.min(Math.max(lastSeq, began), leave.topic.seq);
          subscriber.dueOfLeft += got - leave.seq;
        }
        this.#wake();
      },
      abandon: () => {
        line.close();
        subscriber.lines = subscriber.lines.filter((open) => open !== line);
        if (this.#byId.get(workerId) !== subscriber) return;
        this.#setTopics(subscriber, topicsBefore);
        Object.assign(subscriber, { beganAfter, dueOfLeft });
        if (topicsBefore.length === 0) this.drop(workerId);
      },
    };
  }

  #setTopics(subscriber: Subscriber, topics: readonly Topic[]): void {
    const { workerId } = subscriber;
    for (const topic of subscriber.topics) {
      if (topics.includes(topic)) continue;
      topic.subscribers.delete(workerId);
      subscriber.dueOfLeft += topic.seq - (subscriber.beganAfter.get(topic) ?? topic.seq);
      subscriber.beganAfter.delete(topic);
    }
    for (const topic of topics) topic.subscribers.add(workerId);
    subscriber.topics = topics;
  }

  #behind(subscriber: Subscriber): number {
    let due = subscriber.dueOfLeft;
    for (const [topic, beganAfter] of subscriber.beganAfter) due += topic.seq - beganAfter;
    return due - subscriber.done;
  }

  #mostBehind(): number {
    let most = 0;
    for (const subscriber of this.#lossless) most = Math.max(most, this.#behind(subscriber));
    return most;
  }

  #whenBehind(atMost: number): Promise<void> {
    return new Promise((resolve) => this.#waiters.push({ atMost, resolve }));
  }

  #wake(): void {
    if (this.#waiters.length === 0) return;
    const behind = this.#mostBehind();
    const still = this.#waiters.filter((waiter) => waiter.atMost < behind);
    const released = this.#waiters.filter((waiter) => waiter.atMost >= behind);
    this.#waiters = still;
    for (const { resolve } of released) resolve();
  }
}

/**
 * From where a new subscriber gets a topic's events, and which of them it is shown: what came after
 * `position`, if it has been here before, else the last value.
 */
function startOf(
  topic: Topic,
  warmup: number,
  position: number | undefined,
): { fromSeq: number; deliverFromSeq: number } {
  const { seq, recent, dataType } = topic;
  if (position !== undefined) {
    const after = Math.min(position, seq);
    const history = dataType.startsWith('kline@') ? warmup : 0;
    return { fromSeq: after + 1 - history, deliverFromSeq: after + 1 };
  }
  if (dataType.startsWith('kline@') && warmup > 0) {
    return { fromSeq: seq - warmup + 1, deliverFromSeq: seq + 1 };
  }
  if (recent.size === 0) return { fromSeq: seq + 1, deliverFromSeq: seq + 1 };
  if (dataType !== 'depth') return { fromSeq: seq, deliverFromSeq: seq };
  // A book is its last snapshot and what changed since; without a snapshot there is nothing to begin from.
  const events = recent.toArray();
  const back = events
    .toReversed()
    .findIndex((event) => event.type === 'orderbook' && event.kind === 'snapshot');
  const fromSeq = back < 0 ? seq + 1 : seq - back;
  return { fromSeq, deliverFromSeq: fromSeq };
}
