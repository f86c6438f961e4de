import { Subscriber } from 'zeromq';
import { describe, expect, it, onTestFinished } from 'vitest';
import type {
  MarketLine,
  MarketReceiver,
  MarketTransport,
} from '../../../src/ipc/market-transport.ts';
import { RingMarketReceiver } from '../../../src/ipc/ring/ring-market-receiver.ts';
import { RingMarketTransport } from '../../../src/ipc/ring/ring-market-transport.ts';
import { sharedMemoryAvailable } from '../../../src/ipc/ring/shared-memory.ts';
import { ZmqManager } from '../../../src/ipc/zmq-manager.ts';
import { ZmqMarketReceiver } from '../../../src/ipc/zmq-market-receiver.ts';
import type { Bar } from '../../../src/model/bar.ts';
import type { MarketEvent } from '../../../src/model/market-event.ts';
import {
  readRecord,
  recordLength,
  recordPublishedAtMs,
  recordSeq,
  recordTopicId,
  type RecordBuffer,
  type RecordTopic,
} from '../../../src/protocol/market-record.ts';
import { bar, names, namesOf, temporaryDirectory, until } from './ring/support.ts';

interface Receiving {
  readonly receiver: MarketReceiver;
  readonly close: () => void;
}

/** A transport with both ends in this process: what is tested is what goes between them. */
interface Harness {
  readonly transport: MarketTransport;
  readonly newReceiver: () => Receiving;
}

async function overZeromq(): Promise<Harness> {
  const manager = new ZmqManager({ endpoints: { kind: 'ipc', directory: temporaryDirectory() } });
  await manager.start();
  onTestFinished(() => manager.stop());
  const newReceiver = (): Receiving => {
    const socket = new Subscriber({ linger: 0 });
    socket.connect(manager.endpoints.market);
    return {
      receiver: new ZmqMarketReceiver(socket) as MarketReceiver,
      close: () => socket.close(),
    };
  };
  return { transport: manager.marketData, newReceiver };
}

async function overRing(): Promise<Harness> {
  const transport = new RingMarketTransport({
    runDirectory: temporaryDirectory(),
    ringBytes: 4_194_304,
  });
  onTestFinished(() => transport.close());
  const newReceiver = (): Receiving => {
    const receiver = new RingMarketReceiver();
    return { receiver: receiver as MarketReceiver, close: () => receiver.close() };
  };
  return { transport, newReceiver };
}

/** A worker that keeps what it gets. */
class Worker {
  readonly receiver: MarketReceiver;
  readonly ended: Promise<void>;
  readonly close: () => void;
  readonly got: string[] = [];
  readonly events: MarketEvent[] = [];
  batches = 0;
  /** Where set, a batch is done when this settles. */
  hold: Promise<void> | undefined;

  constructor({ receiver, close }: Receiving) {
    this.receiver = receiver;
    this.close = close;
    this.ended = receiver.run((buffer, from) => this.#take(buffer, from));
    onTestFinished(async () => {
      close();
      await this.ended;
    });
  }

  #take(buffer: RecordBuffer, from: number): Promise<void> | undefined {
    this.batches += 1;
    this.got.push(...namesOf(buffer, from));
    for (let at = from; at < buffer.view.byteLength; at += recordLength(buffer.view, at)) {
      this.events.push(readRecord(buffer, at, TOPIC));
    }
    return this.hold;
  }

  of(topicId: number): string[] {
    return this.got.filter((name) => name.startsWith(`${topicId}:`));
  }
}

const TOPIC: RecordTopic = { symbol: 'BTC/USDT', dataType: 'kline@1m', timeframe: '1m' };

/** A worker subscribed to the topics, ready. */
async function workerOn(
  harness: Harness,
  topicIds: number[],
): Promise<{ worker: Worker; line: MarketLine }> {
  const worker = new Worker(harness.newReceiver());
  const line = harness.transport.open(topicIds);
  worker.receiver.attach(line.attachment);
  await line.ready;
  return { worker, line };
}

/** Publishes bars of a topic with sequence numbers of its own, `perFlush` at a time. */
function publish(
  transport: MarketTransport,
  topicId: number,
  fromSeq: number,
  toSeq: number,
  perFlush = 1,
): void {
  for (let seq = fromSeq; seq <= toSeq; seq += 1) {
    transport.append(topicId, seq, 0, bar(seq), undefined);
    if (seq % perFlush === 0) transport.flush();
  }
  transport.flush();
}

const TRANSPORTS = [
  ['zeromq', overZeromq],
  ...(sharedMemoryAvailable().ok ? [['shared-memory', overRing] as const] : []),
] as const;

describe.each(TRANSPORTS)('market data over %s', (name, start) => {
  it('says what it is in its name and in what a worker gets', async () => {
    const { transport } = await start();
    const line = transport.open([1]);
    expect([transport.name, line.attachment.transport]).toEqual([name, name]);
    line.close();
  });

  it('delivers each topic in order, each event once', async () => {
    const harness = await start();
    const { worker } = await workerOn(harness, [1, 2, 3]);
    for (let round = 0; round < 50; round += 1) {
      for (const topicId of [1, 2, 3]) {
        const fromSeq = round * topicId + 1;
        publish(harness.transport, topicId, fromSeq, fromSeq + topicId - 1, (round % 4) + 1);
      }
    }
    await until(() => worker.got.length >= 300);
    expect(worker.of(1)).toEqual(names(1, 1, 50));
    expect(worker.of(2)).toEqual(names(2, 1, 100));
    expect(worker.of(3)).toEqual(names(3, 1, 150));
  });

  it('delivers to a worker what it subscribed to and nothing else', async () => {
    const harness = await start();
    const one = await workerOn(harness, [1, 2]);
    const other = await workerOn(harness, [2, 3]);
    for (let seq = 1; seq <= 100; seq += 1) {
      for (const topicId of [1, 2, 3, 4])
        harness.transport.append(topicId, seq, 0, bar(seq), undefined);
      if (seq % 7 === 0) harness.transport.flush();
    }
    harness.transport.flush();
    await until(() => one.worker.got.length >= 200 && other.worker.got.length >= 200);
    expect(one.worker.got.toSorted()).toEqual(
      [...names(1, 1, 100), ...names(2, 1, 100)].toSorted(),
    );
    expect(other.worker.got.toSorted()).toEqual(
      [...names(2, 1, 100), ...names(3, 1, 100)].toSorted(),
    );
  });

  it('carries every kind of event, and those with members of their own, as they are', async () => {
    const harness = await start();
    const { worker } = await workerOn(harness, [1]);
    const symbol = 'BTC/USDT';
    const timestamp = 1_700_000_000_000;
    const events: MarketEvent[] = [
      bar(7),
      {
        type: 'trade',
        symbol,
        timestamp,
        price: 1.5,
        size: 2,
        aggressorSide: 'sell',
        tradeId: '交易-9',
      },
      {
        type: 'trade',
        symbol,
        timestamp,
        price: 1.5,
        size: 2,
        aggressorSide: 'unknown',
        tradeId: '',
      },
      { type: 'quote', symbol, timestamp, bid: 1, bidSize: 2, ask: 3, askSize: 4 },
      {
        type: 'orderbook',
        symbol,
        timestamp,
        kind: 'snapshot',
        bids: [[1, 2]],
        asks: [
          [3, 4],
          [5, 6],
        ],
      },
      { type: 'orderbook', symbol, timestamp, kind: 'delta', bids: [], asks: [[5, 0]] },
    ];
    const own = { ...bar(8), fundingRate: 0.0001, note: '資金調達率' } as Bar;
    events.forEach((event, index) => harness.transport.append(1, index + 1, 0, event, undefined));
    harness.transport.append(1, 7, 0, own, Buffer.from(JSON.stringify(own)));
    harness.transport.flush();
    await until(() => worker.events.length >= 7);
    expect(worker.events).toEqual([...events, own]);
  });

  it('carries the time of publishing and sequence numbers beyond 32 bits', async () => {
    const harness = await start();
    const seen: number[] = [];
    const receiving = harness.newReceiver();
    const line = harness.transport.open([1_000_000]);
    receiving.receiver.attach(line.attachment);
    const ended = receiving.receiver.run(({ view }, from) => {
      seen.push(recordTopicId(view, from), recordSeq(view, from), recordPublishedAtMs(view, from));
    });
    await line.ready;
    harness.transport.append(
      1_000_000,
      9_007_199_254_740_991,
      1_700_000_000_000.25,
      bar(1),
      undefined,
    );
    harness.transport.flush();
    await until(() => seen.length > 0);
    expect(seen).toEqual([1_000_000, 9_007_199_254_740_991, 1_700_000_000_000.25]);
    receiving.close();
    await ended;
  });

  it('misses nothing that is published once a line is ready, while others publish', async () => {
    const harness = await start();
    const { transport } = harness;
    await workerOn(harness, [1, 2]);
    let seq = 0;
    const others = setInterval(() => {
      seq += 10;
      publish(transport, 1, seq - 9, seq, 3);
    }, 1);
    onTestFinished(() => clearInterval(others));
    for (let topicId = 10; topicId < 40; topicId += 1) {
      const { worker } = await workerOn(harness, [1, topicId]);
      publish(transport, topicId, 1, 3);
      await until(() => worker.of(topicId).length >= 3);
      expect(worker.of(topicId)).toEqual(names(topicId, 1, 3));
      worker.close();
    }
  });

  it('gives the next batch only when the one before is done, and loses nothing meanwhile', async () => {
    const harness = await start();
    const { worker } = await workerOn(harness, [1]);
    let release = (): void => undefined;
    worker.hold = new Promise((resolve) => (release = resolve));
    publish(harness.transport, 1, 1, 1);
    await until(() => worker.batches === 1);
    publish(harness.transport, 1, 2, 2_000, 10);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(worker.got).toEqual(['1:1']);
    worker.hold = undefined;
    release();
    await until(() => worker.got.length >= 2_000);
    expect(worker.got).toEqual(names(1, 1, 2_000));
  });

  it('takes a large burst in one flush', async () => {
    const harness = await start();
    const { worker } = await workerOn(harness, [1]);
    publish(harness.transport, 1, 1, 20_000, Number.POSITIVE_INFINITY);
    await until(() => worker.got.length >= 20_000);
    expect(worker.got).toEqual(names(1, 1, 20_000));
  });

  it('takes events from one to some thousand price levels', async () => {
    const harness = await start();
    const { worker } = await workerOn(harness, [1]);
    const books = [1, 4_000, 2, 20_000, 3].map((levels, index): MarketEvent => {
      const bids = Array.from({ length: levels }, (_, level) => [index + level, level] as const);
      return {
        type: 'orderbook',
        symbol: 'BTC/USDT',
        timestamp: index,
        kind: 'snapshot',
        bids,
        asks: [],
      };
    });
    books.forEach((book, index) => harness.transport.append(1, index + 1, 0, book, undefined));
    harness.transport.flush();
    await until(() => worker.events.length >= books.length);
    expect(worker.events).toEqual(books);
  });

  it('changes a subscription without a hole in what stays and in what is new', async () => {
    const harness = await start();
    const { transport } = harness;
    const { worker, line } = await workerOn(harness, [1]);
    let seq = 0;
    const tick = setInterval(() => {
      seq += 1;
      for (const topicId of [1, 2, 3]) transport.append(topicId, seq, 0, bar(seq), undefined);
      transport.flush();
    }, 1);
    onTestFinished(() => clearInterval(tick));
    let current = line;
    for (let round = 0; round < 20; round += 1) {
      const added = 2 + (round % 2);
      const next = transport.open([1, added]);
      // The worker hears of the new line only later.
      const openedAt = seq;
      await until(() => seq > openedAt + 2);
      worker.receiver.attach(next.attachment);
      await next.ready;
      const readyAt = seq;
      await until(() => worker.got.includes(`${added}:${readyAt + 1}`));
      worker.receiver.detach(current.attachment);
      current.close();
      current = next;
    }
    clearInterval(tick);
    await until(() => worker.of(1).includes(`1:${seq}`));
    // As the runner does it: what was seen already on the other line is passed over.
    let last = 0;
    for (const name of worker.of(1)) {
      const next = Number(name.slice(2));
      expect(next).toBeLessThanOrEqual(last + 1);
      last = Math.max(last, next);
    }
    expect(last).toBe(seq);
  });

  it('wants a topic as long as a line has it, and takes what nobody wants for nothing', async () => {
    const harness = await start();
    const { transport } = harness;
    expect(transport.wanted(1)).toBe(false);
    const one = transport.open([1, 2]);
    const other = transport.open([2, 3]);
    one.ready.catch(() => undefined);
    other.ready.catch(() => undefined);
    expect([1, 2, 3, 4].map((topicId) => transport.wanted(topicId))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    transport.append(4, 1, 0, bar(1), undefined);
    transport.flush();
    one.close();
    one.close();
    expect([1, 2, 3].map((topicId) => transport.wanted(topicId))).toEqual([false, true, true]);
    other.close();
    expect([1, 2, 3].map((topicId) => transport.wanted(topicId))).toEqual([false, false, false]);
    transport.append(2, 1, 0, bar(1), undefined);
    transport.flush();
  });

  it('goes on for the others when a worker is gone', async () => {
    const harness = await start();
    const { worker } = await workerOn(harness, [1]);
    const gone = await workerOn(harness, [1]);
    publish(harness.transport, 1, 1, 10);
    await until(() => gone.worker.got.length >= 10);
    gone.worker.close();
    await gone.worker.ended;
    publish(harness.transport, 1, 11, 500, 5);
    gone.line.close();
    publish(harness.transport, 1, 501, 1_000, 5);
    await until(() => worker.got.length >= 1_000);
    expect(worker.got).toEqual(names(1, 1, 1_000));
    expect(gone.worker.got).toEqual(names(1, 1, 10));
  });

  it('gives timers their turn while it delivers without end', async () => {
    const harness = await start();
    const { worker } = await workerOn(harness, [1]);
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    onTestFinished(() => clearInterval(timer));
    let seq = 0;
    while (turns < 20) {
      publish(harness.transport, 1, seq + 1, seq + 500, 50);
      seq += 500;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => worker.got.length >= seq);
    expect(worker.got).toEqual(names(1, 1, seq));
  });

  it('counts nothing as malformed that it made itself', async () => {
    const harness = await start();
    const { worker } = await workerOn(harness, [1]);
    publish(harness.transport, 1, 1, 100, 9);
    await until(() => worker.got.length >= 100);
    expect(worker.receiver.malformedFrames).toBe(0);
  });
});
