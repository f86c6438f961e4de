import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MarketLine } from '../../../src/ipc/market-transport.ts';
import { ZmqMarketTransport } from '../../../src/ipc/zmq-market-transport.ts';
import { bar, readFrame } from './support.ts';

function collect(): { transport: ZmqMarketTransport; frames: Buffer[] } {
  const frames: Buffer[] = [];
  return { transport: new ZmqMarketTransport((frame) => frames.push(frame)), frames };
}

function zeromqOf(line: MarketLine): { channelId: number; fence: string } {
  if (line.attachment.transport !== 'zeromq') throw new Error('not a line of this transport');
  return line.attachment;
}

const channelOf = (line: MarketLine): number => zeromqOf(line).channelId;
const fenceOf = (line: MarketLine): string => zeromqOf(line).fence;

async function stateOf(promise: Promise<void>): Promise<string> {
  const pending = new Promise<string>((resolve) => setImmediate(() => resolve('pending')));
  return Promise.race([
    promise.then(
      () => 'ready',
      (error: { code: string }) => error.code,
    ),
    pending,
  ]);
}

describe('channels', () => {
  it('are shared by lines of the same topics, in whatever order', () => {
    const { transport } = collect();
    expect(channelOf(transport.open([1, 2]))).toBe(channelOf(transport.open([2, 1])));
  });

  it('are not shared by lines of other topics', () => {
    const { transport } = collect();
    const channels = [[1], [2], [1, 2], [12]].map((topics) => channelOf(transport.open(topics)));
    expect(new Set(channels).size).toBe(4);
  });

  it('are not given out again after their last line was closed', () => {
    const { transport } = collect();
    const first = transport.open([1]);
    first.close();
    expect(channelOf(transport.open([1]))).not.toBe(channelOf(first));
  });

  it('get one frame a batch, whatever the number of lines', () => {
    const { transport, frames } = collect();
    for (let line = 0; line < 5; line += 1) transport.open([1]);
    transport.append(1, 1, 0, bar(1), undefined);
    transport.flush();
    expect(frames).toHaveLength(1);
  });

  it('get only what they subscribe to', () => {
    const { transport, frames } = collect();
    const one = transport.open([1]);
    const both = transport.open([1, 2]);
    transport.append(2, 1, 0, bar(1), undefined);
    transport.append(1, 1, 0, bar(1), undefined);
    transport.flush();
    const seen = new Map(
      frames
        .map(readFrame)
        .map(({ channelId, records }) => [channelId, records.map(({ topicId }) => topicId)]),
    );
    expect([seen.get(channelOf(one)), seen.get(channelOf(both))]).toEqual([[1], [2, 1]]);
  });

  it('keep the order over topics', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 200 }), (topicIds) => {
        const { transport, frames } = collect();
        transport.open([1, 2, 3, 4]);
        const seqs = new Map<number, number>();
        const expected = topicIds.map((topicId) => {
          const seq = (seqs.get(topicId) ?? 0) + 1;
          seqs.set(topicId, seq);
          transport.append(topicId, seq, 0, bar(seq), undefined);
          return { topicId, seq, timestamp: seq };
        });
        transport.flush();
        expect(frames.flatMap((frame) => readFrame(frame).records)).toEqual(expected);
      }),
    );
  });
});

describe('append and flush', () => {
  it('send nothing that nobody wants', () => {
    const { transport, frames } = collect();
    transport.open([1]);
    transport.append(2, 1, 0, bar(1), undefined);
    transport.flush();
    expect(frames).toEqual([]);
  });

  it('send nothing before the flush', () => {
    const { transport, frames } = collect();
    transport.open([1]);
    transport.append(1, 1, 0, bar(1), undefined);
    expect(frames).toEqual([]);
  });

  it('send nothing twice', () => {
    const { transport, frames } = collect();
    transport.open([1]);
    transport.append(1, 1, 0, bar(1), undefined);
    transport.flush();
    transport.flush();
    expect(frames).toHaveLength(1);
  });
});

describe('a line', () => {
  it('makes its topics wanted, and no others', () => {
    const { transport } = collect();
    transport.open([1, 3]);
    expect([1, 2, 3].map((topicId) => transport.wanted(topicId))).toEqual([true, false, true]);
  });

  it('that closes leaves topics of others wanted', () => {
    const { transport } = collect();
    const line = transport.open([1, 2]);
    transport.open([2]);
    line.close();
    expect([1, 2].map((topicId) => transport.wanted(topicId))).toEqual([false, true]);
  });

  it('leaves the channel to the others on it', () => {
    const { transport, frames } = collect();
    const first = transport.open([1]);
    transport.open([1]);
    first.close();
    transport.append(1, 1, 0, bar(1), undefined);
    transport.flush();
    expect(frames).toHaveLength(1);
  });

  it('closes once, however often it is asked to', () => {
    const { transport } = collect();
    const first = transport.open([1]);
    transport.open([1]);
    first.close();
    first.close();
    expect(transport.wanted(1)).toBe(true);
  });

  it('is ready once its fence was subscribed to', async () => {
    const { transport } = collect();
    const line = transport.open([1]);
    const before = await stateOf(line.ready);
    transport.subscribed(fenceOf(line));
    expect([before, await stateOf(line.ready)]).toEqual(['pending', 'ready']);
  });

  it('is not ready by the fence of another', async () => {
    const { transport } = collect();
    const line = transport.open([1]);
    transport.subscribed(fenceOf(transport.open([1])));
    expect(await stateOf(line.ready)).toBe('pending');
  });

  it('is not ready by any other subscription', async () => {
    const { transport } = collect();
    const line = transport.open([1]);
    for (const prefix of ['', 'fence:', '\u0001\u0000\u0000\u0000', fenceOf(line).slice(0, -1)]) {
      transport.subscribed(prefix);
    }
    expect(await stateOf(line.ready)).toBe('pending');
  });

  it('that is closed before it was ready says so', async () => {
    const { transport } = collect();
    const line = transport.open([1]);
    line.close();
    expect(await stateOf(line.ready)).toBe('SOCKETS_CLOSED');
  });

  it('stays ready when it is closed', async () => {
    const { transport } = collect();
    const line = transport.open([1]);
    transport.subscribed(fenceOf(line));
    line.close();
    expect(await stateOf(line.ready)).toBe('ready');
  });
});
