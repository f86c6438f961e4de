import { timeframeOf } from '../model/data-type.ts';
import type { MarketEvent } from '../model/market-event.ts';
import { timeframeMs } from '../model/timeframe.ts';
import { RecordBuffer, recordBytesBound, writeRecord } from '../protocol/market-record.ts';
import type { Topic } from './topic-book.ts';
import { pastBefore } from './topic-past.ts';

/** Knows the events that go as JSON because they have members that the fixed layout has no room for. */
export class TopicRecords {
  readonly #jsons = new WeakMap<MarketEvent, Uint8Array>();
  #any = false;

  /** @throws {TypeError} if the event is not plain data */
  markExtras(event: MarketEvent): void {
    this.#any = true;
    this.#jsons.set(event, Buffer.from(JSON.stringify(event)));
  }

  /** What was made of an event with members of its own has some too. */
  carryOver(from: MarketEvent, to: MarketEvent): void {
    if (this.#any && this.#jsons.has(from) && !this.#jsons.has(to)) this.markExtras(to);
  }

  /** The JSON payload of an event with members of its own, undefined for the others. */
  jsonOf(event: MarketEvent): Uint8Array | undefined {
    return this.#any ? this.#jsons.get(event) : undefined;
  }
}

/** An event that an earlier host published. */
export interface PastEvent {
  readonly event: MarketEvent;
  /** It has members beyond those of its type. */
  readonly hasExtras: boolean;
}

/** Events of a topic for a worker that begins: those before `deliverFromSeq` are history. */
export interface TopicSpan {
  readonly topic: Topic;
  readonly fromSeq: number;
  readonly deliverFromSeq: number;
}

/**
 * Records of what topics remember: history first, then what is to be shown in the order of its time. What
 * `maxBytes` has no room for is left out, the oldest first, and history before anything that is to be shown.
 */
export function encodeSpans(
  spans: readonly TopicSpan[],
  records: TopicRecords,
  maxBytes: number,
): Uint8Array {
  const history: NumberedEvent[] = [];
  const shown: NumberedEvent[] = [];
  for (const { topic, fromSeq, deliverFromSeq } of spans) {
    const remembered = eventsOf(topic, fromSeq, topic.seq);
    const firstSeq = remembered[0]?.seq ?? topic.seq + 1;
    // Bars from before the events have no numbers; 0 is before all of them.
    for (const event of pastBefore(topic, firstSeq, Math.min(firstSeq, deliverFromSeq) - fromSeq)) {
      history.push({ topicId: topic.id, seq: 0, event, knownAtMs: event.timestamp });
    }
    for (const numbered of remembered) {
      (numbered.seq < deliverFromSeq ? history : shown).push(numbered);
    }
  }
  // Within a topic the order is that of the numbers in any case: sorting is stable, and by the time up
  // to which the topic has come.
  shown.sort((one, other) => one.knownAtMs - other.knownAtMs);
  return encode(newestWithin([...history, ...shown], records, maxBytes), records);
}

/** Records of what a topic remembers between two sequence numbers, both included. */
export function encodeRecords(
  topic: Topic,
  fromSeq: number,
  toSeq: number,
  records: TopicRecords,
): Uint8Array {
  return encode(eventsOf(topic, fromSeq, toSeq), records);
}

interface NumberedEvent {
  readonly topicId: number;
  readonly seq: number;
  readonly event: MarketEvent;
  /** When the newest of the topic's events up to this one was known, ms since the epoch. */
  readonly knownAtMs: number;
}

function eventsOf(topic: Topic, fromSeq: number, toSeq: number): NumberedEvent[] {
  const events = topic.recent.toArray();
  const oldestSeq = topic.seq - events.length + 1;
  const first = Math.max(fromSeq, oldestSeq);
  const wanted = events.slice(first - oldestSeq, Math.max(0, toSeq - oldestSeq + 1));
  const timeframe = timeframeOf(topic.dataType);
  const lengthMs = timeframe === undefined ? 0 : timeframeMs(timeframe);
  let knownAtMs = Number.NEGATIVE_INFINITY;
  return wanted.map((event, index) => {
    knownAtMs = Math.max(knownAtMs, event.timestamp + lengthMs);
    return { topicId: topic.id, seq: first + index, event, knownAtMs };
  });
}

/** The last of these events that have room in `maxBytes`. */
function newestWithin(
  events: readonly NumberedEvent[],
  records: TopicRecords,
  maxBytes: number,
): readonly NumberedEvent[] {
  let bytes = 0;
  let from = events.length;
  for (const { event } of events.toReversed()) {
    bytes += recordBytesBound(event, records.jsonOf(event));
    if (bytes > maxBytes) break;
    from -= 1;
  }
  return from === 0 ? events : events.slice(from);
}

function encode(events: readonly NumberedEvent[], records: TopicRecords): Uint8Array {
  const payloads = events.map((numbered) => ({
    ...numbered,
    json: records.jsonOf(numbered.event),
  }));
  const bound = payloads.reduce((sum, { event, json }) => sum + recordBytesBound(event, json), 0);
  const buffer = new RecordBuffer(Buffer.alloc(bound));
  let cursor = 0;
  for (const { topicId, seq, event, json } of payloads) {
    cursor += writeRecord(buffer, cursor, topicId, seq, event.timestamp, event, json);
  }
  return buffer.bytes.subarray(0, cursor);
}
