import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { SharedMemoryAttachment } from '../../../../src/ipc/market-transport.ts';
import { Doorbell } from '../../../../src/ipc/ring/doorbell.ts';
import { ReaderPage } from '../../../../src/ipc/ring/reader-page.ts';
import { RingMarketReceiver } from '../../../../src/ipc/ring/ring-market-receiver.ts';
import { RingMarketTransport } from '../../../../src/ipc/ring/ring-market-transport.ts';
import {
  bar,
  mappingsOf,
  names,
  namesOf,
  openFilesIn,
  temporaryDirectory,
  until,
} from './support.ts';

function transportOf(ringBytes = 65_536): RingMarketTransport {
  const transport = new RingMarketTransport({ runDirectory: temporaryDirectory(), ringBytes });
  onTestFinished(() => transport.close());
  return transport;
}

const attachmentOf = (transport: RingMarketTransport, topicIds: number[]): SharedMemoryAttachment =>
  transport.open(topicIds).attachment;

/** A worker on the topics, asleep, and what it gets. */
async function sleepingWorker(transport: RingMarketTransport, topicIds: number[]) {
  const receiver = new RingMarketReceiver();
  const got: string[] = [];
  receiver.attach(attachmentOf(transport, topicIds));
  const ended = receiver.run((buffer, from) => void got.push(...namesOf(buffer, from)));
  onTestFinished(async () => {
    receiver.close();
    await ended;
  });
  const number = transport.stats().lines.length - 1;
  await until(() => transport.stats().lines[number]!.asleep);
  return { receiver, got, stats: () => transport.stats().lines[number]! };
}

function publish(
  transport: RingMarketTransport,
  topicId: number,
  fromSeq: number,
  toSeq = fromSeq,
): void {
  for (let seq = fromSeq; seq <= toSeq; seq += 1)
    transport.append(topicId, seq, 0, bar(seq), undefined);
  transport.flush();
}

it('keeps its files to itself and removes them', () => {
  const transport = transportOf();
  const { ringPath, pagePath, bellPath } = attachmentOf(transport, [1]);
  const directory = dirname(ringPath);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(ringPath).mode & 0o777).toBe(0o400);
  expect(readdirSync(directory)).toHaveLength(3);
  expect([pagePath, bellPath].map((path) => dirname(path))).toEqual([directory, directory]);
  transport.close();
  transport.close();
  expect(existsSync(directory)).toBe(false);
  expect(mappingsOf(directory)).toEqual([]);
  expect(openFilesIn(directory)).toEqual([]);
});

it('removes the files of a line that is closed', () => {
  const transport = transportOf();
  const line = transport.open([1]);
  const { ringPath } = line.attachment;
  line.close();
  line.close();
  expect(readdirSync(dirname(ringPath))).toEqual(['ring']);
  expect(mappingsOf(dirname(ringPath))).toHaveLength(1);
});

it.each([0, 1_000, 4_097, 3 * 2 ** 20, 2 ** 31, Number.NaN])(
  'refuses a ring of %d bytes',
  (ringBytes) => {
    expect(() => transportOf(ringBytes)).toThrow(
      expect.objectContaining({
        code: 'INVALID_RING_SIZE',
        message: expect.stringContaining('is not a power of two from 4096 to 1073741824'),
      }),
    );
  },
);

it.each([0, -1, 1.5, 1_048_576])('refuses a line for topic %d', (topicId) => {
  const transport = transportOf();
  expect(() => transport.open([1, topicId])).toThrow(
    expect.objectContaining({
      code: 'INVALID_TOPIC_ID',
      message: `topic id ${topicId} is not a whole number from 1 to 1048575`,
    }),
  );
  expect(transport.wanted(1)).toBe(false);
});

it('can be told to go on when it is closed, but not to open a line', async () => {
  const transport = transportOf();
  const { got } = await sleepingWorker(transport, [1]);
  transport.append(1, 1, 0, bar(1), undefined);
  transport.close();
  expect(transport.wanted(1)).toBe(false);
  publish(transport, 1, 2);
  expect(transport.stats().lines).toEqual([]);
  expect(() => transport.open([1])).toThrow(
    expect.objectContaining({ code: 'SHARED_MEMORY_CLOSED' }),
  );
  expect(got).toEqual([]);
});

it('wakes a worker once a flush, and only for what it subscribed to', async () => {
  const transport = transportOf();
  const one = await sleepingWorker(transport, [1, 2]);
  const other = await sleepingWorker(transport, [3]);
  for (const topicId of [1, 2, 1, 2]) transport.append(topicId, 1, 0, bar(1), undefined);
  publish(transport, 1, 2, 5);
  await until(() => one.got.length === 8 && one.stats().asleep);
  expect([one.stats().bellsRung, other.stats().bellsRung]).toEqual([1, 0]);
  publish(transport, 3, 1);
  await until(() => other.got.length === 1);
  expect([one.stats().bellsRung, other.stats().bellsRung]).toEqual([1, 1]);
});

it('loses nothing for a worker asleep, however much of other topics goes by', async () => {
  const transport = transportOf();
  const busy = await sleepingWorker(transport, [1]);
  const quiet = await sleepingWorker(transport, [2]);
  publish(transport, 2, 1);
  await until(() => quiet.got.length === 1 && quiet.stats().asleep);
  // Several times the ring.
  for (let seq = 1; seq <= 5_000; seq += 1) publish(transport, 1, seq);
  publish(transport, 2, 2, 3);
  await until(() => quiet.got.length === 3);
  expect(quiet.got).toEqual(names(2, 1, 3));
  expect(quiet.receiver.overruns).toBe(0);
  await until(() => busy.got.at(-1) === '1:5000' || busy.receiver.overruns > 0);
});

it('reports to the worker and shows on the host that it is behind', async () => {
  const transport = transportOf();
  const attachment = attachmentOf(transport, [1]);
  publish(transport, 1, 1, 10);
  expect(transport.stats()).toEqual({
    ringBytes: 65_536,
    publishedBytes: 800,
    flushes: 1,
    lines: [{ pid: 0, asleep: false, behindBytes: 800, bellsRung: 0 }],
  });
  const receiver = new RingMarketReceiver();
  receiver.attach(attachment);
  publish(transport, 1, 11, 1_000);
  const got: string[] = [];
  void receiver.run((buffer, from) => void got.push(...namesOf(buffer, from)));
  await until(() => transport.stats().lines[0]!.asleep);
  expect(got).toEqual([]);
  expect([receiver.overruns, receiver.overrunBytes]).toEqual([1, transport.stats().publishedBytes]);
  expect(receiver.lastOverrun).toEqual({
    fromPosition: 0,
    toPosition: transport.stats().publishedBytes,
  });
  expect(transport.stats().lines).toMatchObject([{ pid: process.pid, behindBytes: 0 }]);
  receiver.close();
  expect([receiver.overruns, receiver.malformedFrames]).toEqual([1, 0]);
});

it('rings once for a worker that died in its sleep', () => {
  const transport = transportOf();
  const page = ReaderPage.open(attachmentOf(transport, [1]).pagePath);
  page.asleep = true;
  page.close();
  for (let seq = 1; seq <= 1_000; seq += 1) publish(transport, 1, seq);
  expect(transport.stats().lines[0]!.bellsRung).toBe(1);
});

it('is not stopped by a doorbell that nobody hears', () => {
  const path = `${temporaryDirectory()}/bell`;
  const bell = new Doorbell(path);
  for (let ring = 0; ring < 70_000; ring += 1) bell.ring();
  expect(bell.rung).toBe(65_536);
  expect(bell.unheard).toBe(70_000 - 65_536);
  bell.close();
});

it('leaves the ring as it was when a record is too large for it', async () => {
  const transport = transportOf(4_096);
  const { got } = await sleepingWorker(transport, [1]);
  publish(transport, 1, 1);
  expect(() => transport.append(1, 2, 0, bar(2), Buffer.alloc(2_000))).toThrow(
    expect.objectContaining({
      code: 'RECORD_TOO_LARGE',
      facts: expect.objectContaining({ maxBytes: 1_024 }),
    }),
  );
  publish(transport, 1, 3);
  await until(() => got.length === 2);
  expect(got).toEqual(['1:1', '1:3']);
});
