/*
 * A worker that reads a ring and says what it got, for the tests with real processes. It is told what to
 * do by messages and answers each with one.
 */
import type { SharedMemoryAttachment } from '../../../src/ipc/market-transport.ts';
import { MappedFile } from '../../../src/ipc/ring/mapped-file.ts';
import { RING_HEADER_BYTES } from '../../../src/ipc/ring/ring-layout.ts';
import { RingMarketReceiver } from '../../../src/ipc/ring/ring-market-receiver.ts';
import { RingMarketTransport } from '../../../src/ipc/ring/ring-market-transport.ts';
import {
  readRecord,
  recordLength,
  recordSeq,
  recordTopicId,
} from '../../../src/protocol/market-record.ts';

export type Order =
  | { readonly do: 'attach'; readonly attachment: SharedMemoryAttachment }
  | { readonly do: 'report' }
  | { readonly do: 'write-to-ring'; readonly attachment: SharedMemoryAttachment }
  | { readonly do: 'be-a-host'; readonly runDirectory: string };

export interface Report {
  readonly records: number;
  /** By topic id. */
  readonly lastSeqs: Readonly<Record<number, number>>;
  /** Sequence numbers that were missing, of all topics. */
  readonly missed: number;
  readonly outOfOrder: number;
  /** Records whose members do not go together. */
  readonly torn: number;
  readonly overruns: number;
  readonly ringPath: string | undefined;
}

const receiver = new RingMarketReceiver();
const lastSeqs: Record<number, number> = {};
let records = 0;
let missed = 0;
let outOfOrder = 0;
let torn = 0;
let ringPath: string | undefined;

void receiver.run((buffer, from) => {
  const { view } = buffer;
  for (let at = from; at < view.byteLength; at += recordLength(view, at)) {
    const topicId = recordTopicId(view, at);
    const seq = recordSeq(view, at);
    const last = lastSeqs[topicId] ?? 0;
    if (seq <= last) outOfOrder += 1;
    else missed += seq - last - 1;
    lastSeqs[topicId] = seq;
    records += 1;
    const event = readRecord(buffer, at, { symbol: 'A', dataType: 'kline@1m', timeframe: '1m' });
    // As the tests write it: every member follows from the sequence number.
    if (
      event.type !== 'bar' ||
      event.close !== seq ||
      event.volume !== seq * 2 ||
      event.open !== topicId
    )
      torn += 1;
  }
});

process.on('message', (order: Order) => {
  switch (order.do) {
    case 'attach':
      receiver.attach(order.attachment);
      break;
    case 'write-to-ring': {
      const { ringPath: path, ringBytes } = order.attachment;
      const file = MappedFile.open(path, RING_HEADER_BYTES + ringBytes, 'read');
      new Uint8Array(file.memory)[RING_HEADER_BYTES] = 1;
      break;
    }
    case 'be-a-host': {
      const transport = new RingMarketTransport({
        runDirectory: order.runDirectory,
        ringBytes: 4_096,
      });
      ringPath = transport.open([1]).attachment.ringPath;
      break;
    }
    case 'report':
      break;
  }
  const report: Report = {
    records,
    lastSeqs,
    missed,
    outOfOrder,
    torn,
    overruns: receiver.overruns,
    ringPath,
  };
  process.send?.(report);
});
