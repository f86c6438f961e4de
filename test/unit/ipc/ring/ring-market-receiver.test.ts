import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { SharedMemoryAttachment } from '../../../../src/ipc/market-transport.ts';
import { RING_HEADER_BYTES } from '../../../../src/ipc/ring/ring-layout.ts';
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

function transportOf(): RingMarketTransport {
  const transport = new RingMarketTransport({
    runDirectory: temporaryDirectory(),
    ringBytes: 1_048_576,
  });
  onTestFinished(() => transport.close());
  return transport;
}

const attachmentOf = (transport: RingMarketTransport, topicIds: number[]): SharedMemoryAttachment =>
  transport.open(topicIds).attachment;

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

it('leaves no mapping and no open file when closed', async () => {
  const transport = transportOf();
  const attachment = attachmentOf(transport, [1]);
  const other = attachmentOf(transport, [2]);
  const directory = dirname(attachment.ringPath);
  const before = [mappingsOf(directory).length, openFilesIn(directory).length];
  const receiver = new RingMarketReceiver();
  const ended = receiver.run(() => undefined);
  receiver.attach(attachment);
  receiver.attach(other);
  expect(mappingsOf(directory).length).toBe(before[0]! + 3);
  expect(openFilesIn(directory).length).toBe(before[1]! + 2);
  receiver.detach(other);
  expect(mappingsOf(directory).length).toBe(before[0]! + 2);
  receiver.close();
  receiver.close();
  await ended;
  await until(() => openFilesIn(directory).length === before[1]);
  expect(mappingsOf(directory).length).toBe(before[0]);
});

it('keeps a ring mapped when the last line to it is detached, and can come back', async () => {
  const transport = transportOf();
  const attachment = attachmentOf(transport, [1]);
  const directory = dirname(attachment.ringPath);
  const before = mappingsOf(directory).length;
  const receiver = new RingMarketReceiver();
  const got: string[] = [];
  const ended = receiver.run((buffer, from) => void got.push(...namesOf(buffer, from)));
  receiver.attach(attachment);
  publish(transport, 1, 1);
  await until(() => got.length === 1);
  receiver.detach(attachment);
  receiver.detach(attachment);
  // The line's own page is gone, the ring is not.
  expect(mappingsOf(directory).length).toBe(before + 1);
  receiver.attach(attachmentOf(transport, [1]));
  publish(transport, 1, 2);
  await until(() => got.length === 2);
  expect(got).toEqual(names(1, 1, 2));
  receiver.close();
  await ended;
  expect(mappingsOf(directory).length).toBe(before + 1);
});

it('lets go of an unused ring when a line leads to another one', async () => {
  const first = transportOf();
  const second = transportOf();
  const attachment = attachmentOf(first, [1]);
  const directory = dirname(attachment.ringPath);
  const before = mappingsOf(directory).length;
  const receiver = new RingMarketReceiver();
  receiver.attach(attachment);
  receiver.detach(attachment);
  expect(mappingsOf(directory).length).toBe(before + 1);
  receiver.attach(attachmentOf(second, [1]));
  expect(mappingsOf(directory).length).toBe(before);
  receiver.close();
});

it('can be closed and detached by who handles a batch', async () => {
  for (const leave of ['close', 'detach'] as const) {
    const transport = transportOf();
    const attachment = attachmentOf(transport, [1]);
    const receiver = new RingMarketReceiver();
    receiver.attach(attachment);
    // Several batches.
    publish(transport, 1, 1, 5_000);
    let batches = 0;
    const ended = receiver.run(() => {
      batches += 1;
      if (leave === 'close') receiver.close();
      else receiver.detach(attachment);
    });
    await until(() => batches > 0);
    receiver.close();
    await ended;
    expect(batches).toBe(1);
  }
});

it('can be closed before it runs', async () => {
  const receiver = new RingMarketReceiver();
  receiver.close();
  await receiver.run(() => undefined);
  expect(() => receiver.attach(attachmentOf(transportOf(), [1]))).toThrow(
    expect.objectContaining({ code: 'SHARED_MEMORY_CLOSED' }),
  );
});

it.each(['throws', 'rejects'])('ends with the error of a handler that %s', async (how) => {
  const transport = transportOf();
  const receiver = new RingMarketReceiver();
  receiver.attach(attachmentOf(transport, [1]));
  let calls = 0;
  const ended = receiver.run(() => {
    calls += 1;
    if (how === 'throws') throw new Error('no');
    return Promise.reject(new Error('no'));
  });
  publish(transport, 1, 1);
  await expect(ended).rejects.toThrow('no');
  publish(transport, 1, 2);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(calls).toBe(1);
  receiver.close();
});

it('follows a host that takes the place of another', async () => {
  const [first, second] = [transportOf(), transportOf()];
  const attachment = attachmentOf(first, [1]);
  const receiver = new RingMarketReceiver();
  const got: string[] = [];
  const ended = receiver.run((buffer, from) => void got.push(...namesOf(buffer, from)));
  receiver.attach(attachment);
  publish(first, 1, 1, 2);
  receiver.attach(attachmentOf(second, [1]));
  publish(second, 1, 3, 4);
  await until(() => got.length === 4);
  first.close();
  publish(second, 1, 5);
  await until(() => got.length === 5);
  receiver.detach(attachment);
  publish(second, 1, 6);
  await until(() => got.length === 6);
  expect(got).toEqual(names(1, 1, 6));
  receiver.close();
  await ended;
});

it('says what is wrong with what it is to attach to, and keeps nothing of it', () => {
  const attachment = attachmentOf(transportOf(), [1]);
  const directory = dirname(attachment.ringPath);
  const before = [mappingsOf(directory), openFilesIn(directory)];
  const receiver = new RingMarketReceiver();
  const noRing = join(temporaryDirectory(), 'ring');
  writeFileSync(noRing, Buffer.alloc(RING_HEADER_BYTES + 1_048_576));
  const wrong: [Partial<SharedMemoryAttachment>, string][] = [
    [{ ringPath: '/no/ring' }, '"/no/ring": ENOENT'],
    [{ ringPath: noRing }, 'is not a ring of version 1 with 1048576 bytes: magic 0'],
    [{ ringBytes: 65_536 }, 'instead of 69632'],
    [{ pagePath: '/no/page' }, '"/no/page": ENOENT'],
    [{ bellPath: '/no/bell' }, 'doorbell "/no/bell": ENOENT'],
  ];
  for (const [change, message] of wrong) {
    expect(() => receiver.attach({ ...attachment, ...change })).toThrow(
      expect.objectContaining({
        code: 'SHARED_MEMORY_FAILED',
        message: expect.stringContaining(message),
      }),
    );
  }
  expect([mappingsOf(directory), openFilesIn(directory)]).toEqual(before);
  receiver.close();
});
