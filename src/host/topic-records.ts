import type { MarketEvent } from '../model/market-event.ts';
import { RecordBuffer, recordBytesBound, writeRecord } from '../protocol/market-record.ts';
import type { Topic } from './topic-book.ts';

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

/** Records of what a topic remembers between two sequence numbers, both included. */
export function encodeRecords(
  topic: Topic,
  fromSeq: number,
  toSeq: number,
  records: TopicRecords,
): Uint8Array {
  const events = topic.recent.toArray();
  const oldestSeq = topic.seq - events.length + 1;
  const first = Math.max(fromSeq, oldestSeq);
  const wanted = events.slice(first - oldestSeq, Math.max(0, toSeq - oldestSeq + 1));
  const payloads = wanted.map((event) => ({ event, json: records.jsonOf(event) }));
  const bound = payloads.reduce((sum, { event, json }) => sum + recordBytesBound(event, json), 0);
  const buffer = new RecordBuffer(Buffer.alloc(bound));
  let cursor = 0;
  payloads.forEach(({ event, json }, index) => {
    cursor += writeRecord(buffer, cursor, topic.id, first + index, event.timestamp, event, json);
  });
  return buffer.bytes.subarray(0, cursor);
}
