import type { MarketLine, MarketTransport } from '../../../src/ipc/market-transport.ts';
import type { MarketEvent } from '../../../src/model/market-event.ts';
import {
  RecordBuffer,
  readRecord,
  recordLength,
  recordSeq,
  recordTopicId,
} from '../../../src/protocol/market-record.ts';

export interface Sent {
  readonly topicId: number;
  readonly seq: number;
  readonly event: MarketEvent;
  readonly json: string | undefined;
}

/** Keeps what is handed to it, batch by batch. */
export class RecordingTransport implements MarketTransport {
  readonly name = 'zeromq';
  readonly losslessWindow = 4_096;
  readonly batches: Sent[][] = [];
  /** Topic and sequence number of each beacon. */
  readonly beacons: (readonly [topicId: number, seq: number])[] = [];
  readonly lines: { readonly topicIds: readonly number[]; open: boolean }[] = [];
  #batch: Sent[] = [];

  open(topicIds: readonly number[]): MarketLine {
    const line = { topicIds, open: true };
    this.lines.push(line);
    const attachment = { transport: 'zeromq', channelId: this.lines.length, fence: '' } as const;
    return {
      attachment,
      ready: Promise.resolve(),
      close: () => {
        line.open = false;
      },
    };
  }

  /** The topics of the lines that are open, line by line. */
  get openLines(): (readonly number[])[] {
    return this.lines.filter((line) => line.open).map((line) => line.topicIds);
  }

  crowded(): boolean {
    return false;
  }

  wanted(topicId: number): boolean {
    return this.lines.some((line) => line.open && line.topicIds.includes(topicId));
  }

  append(
    topicId: number,
    seq: number,
    _atMs: number,
    event: MarketEvent | null,
    json?: Uint8Array,
  ): void {
    if (event === null) this.beacons.push([topicId, seq]);
    else
      this.#batch.push({ topicId, seq, event, json: json && Buffer.from(json).toString('utf8') });
  }

  flush(): void {
    if (this.#batch.length > 0) this.batches.push(this.#batch);
    this.#batch = [];
  }
}

/** Sequence numbers and events of encoded records, all of one topic. */
export function decode(
  records: Uint8Array,
  symbol: string,
  timeframe: string,
): { readonly topicId: number; readonly seq: number; readonly event: MarketEvent }[] {
  const buffer = new RecordBuffer(records);
  const decoded = [];
  for (let at = 0; at < records.length; at += recordLength(buffer.view, at)) {
    decoded.push({
      topicId: recordTopicId(buffer.view, at),
      seq: recordSeq(buffer.view, at),
      event: readRecord(buffer, at, { symbol, dataType: `kline@${timeframe}`, timeframe }),
    });
  }
  return decoded;
}
