import type { Bar } from '../model/bar.ts';
import type { MarketEvent } from '../model/market-event.ts';
import { machineNowMs } from '../base/machine-clock.ts';
import { newestTicks } from './conflation.ts';
import {
  isBeacon,
  readRecord,
  recordLength,
  recordPublishedAtMs,
  recordSeq,
  recordTopicId,
  type RecordBuffer,
} from '../protocol/market-record.ts';
import type { GapEvent } from '../strategy/events.ts';
import type { Callbacks } from './callbacks.ts';
import type { ReplayPace } from './replay-pace.ts';
import type { SubscribedTopics, TopicState } from './subscribed-topics.ts';
import { nextTurn, TURN_BUDGET_MS, turnAfter } from './turn.ts';

/** Looking at the clock costs as much as a fast event: after the first few, one in so many is looked after. */
const EVENTS_BETWEEN_LOOKS = 256;

/** Asks the host for events that were missed; null if they can't be had. */
export type Refill = (
  topicId: number,
  fromSeq: number,
  toSeq: number,
) => Promise<{ readonly buffer: RecordBuffer; readonly from: number } | null>;

export interface RunnerOptions {
  readonly topics: SubscribedTopics;
  readonly callbacks: Callbacks;
  /** Set in a replay: time is what the events say. */
  readonly replay: ReplayPace | undefined;
  readonly refill: Refill;
  /** Ticks of a batch that is older than this are conflated, milliseconds; 0 is never. */
  readonly conflateAfterMs: number;
  /** A batch of events is done. */
  readonly onBatchDone: () => void;
}

/** The events of a topic that are shown before live data: from `deliverFromSeq` up to `lastSeq`. */
export interface CatchUpRange {
  readonly topicId: number;
  readonly deliverFromSeq: number;
  readonly lastSeq: number;
}

type Flow = 'held' | 'running' | 'paused' | 'ended';

/**
 * Feeds the strategy: one callback at a time, in order. Commands and timers take their turn between
 * two events. A batch is taken from the transport only when the one before is done, so that a slow
 * strategy's backlog waits in the transport and not here.
 */
export class StrategyRunner {
  readonly #options: RunnerOptions;
  readonly #tasks: (() => void | Promise<void>)[] = [];
  #flow: Flow = 'held';
  #pumping = false;
  #buffer: RecordBuffer | undefined;
  #offset = 0;
  #batchDone: (() => void) | undefined;
  /** What is left of the turn at hand; frames that come one by one share it. */
  #leftMs = TURN_BUDGET_MS;
  /** While behind: where the newest tick of each topic is in the batch at hand. */
  #newest: ReadonlyMap<number, number> | undefined;
  #lastOffset = -1;
  #lagMs = 0;
  received = 0;
  processed = 0;
  skipped = 0;
  conflated = 0;
  dropped = 0;
  refilled = 0;
  gaps = 0;
  lastPrice: number | null = null;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Market events that are done with, whatever became of them. */
  get done(): number {
    return this.processed + this.skipped + this.conflated + this.dropped;
  }

  /** Longest time from publishing to the callback since this was last asked, milliseconds; of each batch, its first and last event are looked at. */
  takeLagMs(): number {
    const lagMs = this.#lagMs;
    this.#lagMs = 0;
    return lagMs;
  }

  /** No event is at hand and no callback under way. */
  get idle(): boolean {
    return this.#buffer === undefined && !this.#pumping;
  }

  /** The strategy is shown nothing more. */
  get over(): boolean {
    return this.#isOver();
  }

  /** Commands and timers that wait for their turn. */
  get waiting(): number {
    return this.#tasks.length;
  }

  /** Whether events are held back, run, are taken without being shown, or are over. */
  set flow(flow: Flow) {
    this.#flow = flow;
    void this.#pump();
  }

  get flow(): Flow {
    return this.#flow;
  }

  /** Runs `task` between two events. Rejects as the task does. */
  between<T>(task: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#tasks.push(async () => {
        try {
          resolve(await task());
        } catch (thrown) {
          reject(thrown);
        }
      });
      void this.#pump();
    });
  }

  /** A batch from the transport. The promise settles when the buffer is no longer needed. */
  take(buffer: RecordBuffer, from: number): void | Promise<void> {
    const { topics, conflateAfterMs } = this.#options;
    this.#newest = newestTicks(buffer, from, topics, conflateAfterMs);
    this.#buffer = buffer;
    this.#offset = from;
    void this.#pump();
    if (this.#buffer === undefined) return undefined;
    return new Promise((resolve) => {
      this.#batchDone = resolve;
    });
  }

  /** Takes records from before a start as history of their topics, up to where they are to be shown. */
  remember(buffer: RecordBuffer, deliverFromSeq: ReadonlyMap<number, number>): void {
    forEachRecord(buffer, (offset, topicId, seq) => {
      const topic = this.#options.topics.get(topicId);
      if (topic?.bars === undefined || seq >= (deliverFromSeq.get(topicId) ?? 0)) return;
      topic.bars.add(readRecord(buffer, offset, topic) as Bar);
    });
  }

  /** From where the strategy is shown the events of these topics. */
  beginAt(ranges: readonly CatchUpRange[]): void {
    for (const { topicId, deliverFromSeq } of ranges) {
      const topic = this.#options.topics.get(topicId);
      if (topic === undefined) continue;
      topic.lastSeq = deliverFromSeq - 1;
      topic.begun = true;
    }
  }

  /**
   * Shows the strategy records from before a start, from where they are to be shown to where live data
   * begins. What is missing among them the host does not have any more: it is a gap.
   */
  async catchUp(buffer: RecordBuffer | undefined, ranges: readonly CatchUpRange[]): Promise<void> {
    const { topics } = this.#options;
    const offsets: number[] = [];
    if (buffer !== undefined) forEachRecord(buffer, (offset) => offsets.push(offset));
    let turnEndsMs = performance.now() + TURN_BUDGET_MS;
    for (const offset of offsets) {
      if (buffer === undefined || this.#isOver()) break;
      const topic = topics.get(recordTopicId(buffer.view, offset));
      const seq = recordSeq(buffer.view, offset);
      if (topic === undefined || seq <= topic.lastSeq) continue;
      if (seq > topic.lastSeq + 1) await this.#reportGap(topic, seq - 1);
      topic.lastSeq = seq;
      await this.#deliver(buffer, offset, topic);
      turnEndsMs = await turnAfter(turnEndsMs);
      // There may be much to catch up: states are saved and a stop is obeyed between two events of it.
      for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift())
        await task();
    }
    for (const { topicId, lastSeq } of ranges) {
      const topic = topics.get(topicId);
      if (topic !== undefined && topic.lastSeq < lastSeq && !this.#isOver())
        await this.#reportGap(topic, lastSeq);
    }
  }

  // Runs synchronously up to the first promise, so that a batch without any costs no microtask.
  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    for (;;) {
      const task = this.#tasks.shift();
      if (task !== undefined) {
        await task();
        continue;
      }
      if (this.#buffer === undefined || this.#flow === 'held') break;
      if (this.#flow === 'ended') {
        this.#finishBatch();
        break;
      }
      const turnEndsMs = performance.now() + this.#leftMs;
      const pending = this.#dispatch(this.#buffer, turnEndsMs);
      if (pending !== undefined) await pending;
      else if (this.#offset >= this.#buffer.bytes.length) this.#finishBatch();
      this.#leftMs = turnEndsMs - performance.now();
      if (this.#leftMs > 0) continue;
      await nextTurn();
      this.#leftMs = TURN_BUDGET_MS;
    }
    this.#pumping = false;
  }

  #finishBatch(): void {
    if (this.#buffer !== undefined && this.#lastOffset >= 0) {
      this.#measureLag(this.#buffer, this.#lastOffset);
    }
    this.#lastOffset = -1;
    this.#buffer = undefined;
    this.#options.onBatchDone();
    const done = this.#batchDone;
    this.#batchDone = undefined;
    done?.();
  }

  #measureLag({ view }: RecordBuffer, offset: number): void {
    this.#lagMs = Math.max(this.#lagMs, machineNowMs() - recordPublishedAtMs(view, offset));
  }

  /** Handles records until there are none, a callback gives a promise, or others want a turn. */
  #dispatch(buffer: RecordBuffer, turnEndsMs: number): Promise<void> | undefined {
    const { view } = buffer;
    const { topics } = this.#options;
    const end = view.byteLength;
    let handled = 0;
    let nextLook = 1;
    while (this.#offset < end) {
      const offset = this.#offset;
      const topic = topics.get(recordTopicId(view, offset));
      const seq = recordSeq(view, offset);
      // What belongs to nobody here, or was seen on another line already, is passed over.
      if (topic === undefined || seq <= topic.lastSeq) {
        this.#offset += recordLength(view, offset);
        continue;
      }
      if (isBeacon(view, offset)) return this.#fillGap(topic, seq);
      if (seq > topic.lastSeq + 1) return this.#fillGap(topic, seq - 1);
      topic.lastSeq = seq;
      this.#offset += recordLength(view, offset);
      // The first one of a batch has waited longest, the last one for those before it.
      if (this.#lastOffset < 0) this.#measureLag(buffer, offset);
      this.#lastOffset = offset;
      if (
        this.#newest !== undefined &&
        topic.isTick &&
        this.#newest.get(topic.topicId) !== offset
      ) {
        this.received += 1;
        this.conflated += 1;
        continue;
      }
      const pending = this.#deliver(buffer, offset, topic);
      if (pending !== undefined) return pending;
      if (this.#tasks.length > 0 || this.#flow === 'ended') return undefined;
      handled += 1;
      if (handled === nextLook) {
        if (performance.now() > turnEndsMs) return undefined;
        nextLook += Math.min(handled, EVENTS_BETWEEN_LOOKS);
      }
    }
    return undefined;
  }

  #deliver(buffer: RecordBuffer, offset: number, topic: TopicState): Promise<void> | undefined {
    // A strategy that failed is shown nothing more, also of what was on its way to it.
    if (this.#isOver()) return undefined;
    this.received += 1;
    const { callback, bars } = topic;
    const { replay } = this.#options;
    if (this.#flow === 'paused') {
      this.skipped += 1;
      if (bars === undefined && replay?.ordersRest !== false) return undefined;
      const event = readRecord(buffer, offset, topic);
      bars?.add(event as Bar);
      return replay?.beforeSkipped(topic, topic.lastSeq, event.timestamp + topic.knownAfterMs);
    }
    if (callback === undefined && bars === undefined && replay === undefined) {
      this.processed += 1;
      return undefined;
    }
    const event = readRecord(buffer, offset, topic);
    const before = replay?.before(topic, topic.lastSeq, event.timestamp + topic.knownAfterMs);
    return before === undefined ? this.#show(event, topic) : this.#showAfter(before, event, topic);
  }

  async #showAfter(before: Promise<void>, event: MarketEvent, topic: TopicState): Promise<void> {
    await before;
    // A strategy that failed meanwhile is shown nothing more.
    if (!this.#isOver()) await this.#show(event, topic);
  }

  #show(event: MarketEvent, topic: TopicState): Promise<void> | undefined {
    if (event.type === 'bar') {
      topic.bars?.add(event);
      this.lastPrice = event.close;
    } else if (event.type === 'trade') {
      this.lastPrice = event.price;
    } else if (event.type === 'quote') {
      this.lastPrice = (event.bid + event.ask) / 2;
    }
    this.processed += 1;
    const { callbacks } = this.#options;
    return topic.callback === undefined ? undefined : callbacks.call(topic.callback, event);
  }

  /** Gets what is missing of `topic` up to `toSeq` from the host, and reports what can't be had. */
  async #fillGap(topic: TopicState, toSeq: number): Promise<void> {
    const fromSeq = topic.lastSeq + 1;
    const refill =
      topic.bars === undefined ? null : await this.#options.refill(topic.topicId, fromSeq, toSeq);
    if (refill !== null) {
      const { buffer } = refill;
      let offset = refill.from;
      let turnEndsMs = performance.now() + TURN_BUDGET_MS;
      while (offset < buffer.bytes.length && topic.lastSeq < toSeq && !this.#isOver()) {
        const seq = recordSeq(buffer.view, offset);
        if (seq > topic.lastSeq) {
          if (seq > topic.lastSeq + 1) await this.#reportGap(topic, seq - 1);
          topic.lastSeq = seq;
          this.refilled += 1;
          await this.#deliver(buffer, offset, topic);
          turnEndsMs = await turnAfter(turnEndsMs);
        }
        offset += recordLength(buffer.view, offset);
      }
    }
    if (topic.lastSeq < toSeq && !this.#isOver()) await this.#reportGap(topic, toSeq);
  }

  #isOver(): boolean {
    return this.#flow === 'ended';
  }

  async #reportGap(topic: TopicState, toSeq: number): Promise<void> {
    const fromSeq = topic.lastSeq + 1;
    const count = toSeq - topic.lastSeq;
    topic.lastSeq = toSeq;
    this.gaps += 1;
    this.dropped += count;
    const { symbol, dataType } = topic;
    const gap: GapEvent = { type: 'gap', symbol, dataType, fromSeq, toSeq, count };
    if (this.#flow === 'running') await this.#options.callbacks.call('onGap', gap);
  }
}

function forEachRecord(
  { view }: RecordBuffer,
  visit: (offset: number, topicId: number, seq: number) => void,
): void {
  for (let offset = 0; offset < view.byteLength; offset += recordLength(view, offset)) {
    visit(offset, recordTopicId(view, offset), recordSeq(view, offset));
  }
}
