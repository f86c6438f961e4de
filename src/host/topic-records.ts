import type { MarketEvent } from '../model/market-event.ts';
import { RecordBuffer, recordBytesBound, writeRecord } from '../protocol/market-record.ts';
import type { Topic } from './topic-book.ts';

/** Knows which events go as JSON because they have members that the fixed layout has no room for. */
export class TopicRecords {
  readonly #withExtras = new WeakSet<MarketEvent>();
  #any = false;

  markExtras(event: MarketEvent): void {
    this.#any = true;
    this.#withExtras.add(event);
  }

  /** The JSON payload of an event with members of its own, undefined for the others. */
  jsonOf(event: MarketEvent): Uint8Array | undefined {
    if (!this.#any || !this.#withExtras.has(event)) return undefined;
    return Buffer.from(JSON.stringify(event));
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
