import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/base/clock.ts';
import { DataBroker } from '../../../src/host/data-broker.ts';
import type { Bar } from '../../../src/model/bar.ts';
import { decode, RecordingTransport } from './recording-transport.ts';

let transport: RecordingTransport;
let broker: DataBroker;

beforeEach(() => {
  transport = new RecordingTransport();
  broker = new DataBroker(
    { marketData: transport },
    { historyLimit: 10, clock: new ManualClock(77) },
  );
});

function bar(close: number, symbol = 'A/B', timeframe = '1m'): Bar {
  const prices = { open: close, high: close, low: close, close };
  return { type: 'bar', symbol, timeframe, timestamp: close, ...prices, volume: 0 };
}

function bars(from: number, to: number): Bar[] {
  return Array.from({ length: to - from + 1 }, (_, index) => bar(from + index));
}

/** The sequence numbers that a worker gets at its start as history, and those that it is shown. */
function startOf(workerId: string, warmup = 0): { history: number[]; shown: number[] } {
  const { topics, records } = broker.snapshot(workerId, warmup);
  const deliverFrom = topics[0]?.deliverFromSeq ?? 0;
  const seqs = decode(records, 'A/B', '1m').map(({ seq }) => seq);
  return {
    history: seqs.filter((seq) => seq < deliverFrom),
    shown: seqs.filter((seq) => seq >= deliverFrom),
  };
}

describe('subscribing', () => {
  it('gives every topic an id and the worker a line', () => {
    const { topics } = broker.subscribe('w', ['A/B', 'C/D'], ['kline', 'tick'], '5m');

    expect(topics).toEqual([
      { topicId: 1, symbol: 'A/B', dataType: 'kline@5m' },
      { topicId: 2, symbol: 'A/B', dataType: 'trade' },
      { topicId: 3, symbol: 'A/B', dataType: 'quote' },
      { topicId: 4, symbol: 'C/D', dataType: 'kline@5m' },
      { topicId: 5, symbol: 'C/D', dataType: 'trade' },
      { topicId: 6, symbol: 'C/D', dataType: 'quote' },
    ]);
    expect(transport.openLines).toEqual([[1, 2, 3, 4, 5, 6]]);
  });

  it('names a topic once, however often it is asked for', () => {
    const { topics } = broker.subscribe('w', ['A/B', 'A/B'], ['kline', 'kline@1m', 'bar@60s']);

    expect(topics).toHaveLength(1);
  });

  it('adds to what a worker has', () => {
    broker.subscribe('w', ['A/B'], ['kline']).settle();
    broker.subscribe('w', ['C/D'], ['kline']).settle();

    expect(transport.openLines).toEqual([[1, 2]]);
    expect(broker.getSubscribers('A/B', 'kline')).toEqual(['w']);
  });

  it('keeps the old line until the new one is settled', () => {
    broker.subscribe('w', ['A/B'], ['kline']).settle();
    const next = broker.resubscribe('w', ['C/D'], ['kline']);
    expect(transport.openLines).toEqual([[1], [2]]);
    next.settle();

    expect(transport.openLines).toEqual([[2]]);
    expect(broker.getSubscribers('A/B', 'kline')).toEqual([]);
  });

  it('goes back to what was when the new one is abandoned', () => {
    broker.subscribe('w', ['A/B'], ['kline']).settle();
    broker.resubscribe('w', ['C/D'], ['kline']).abandon();

    expect(transport.openLines).toEqual([[1]]);
    expect(broker.getSubscribers('A/B', 'kline')).toEqual(['w']);
    expect(broker.getSubscribers('C/D', 'kline')).toEqual([]);
  });

  it('forgets a worker whose first subscription is abandoned', () => {
    broker.subscribe('w', ['A/B'], ['kline']).abandon();

    expect(broker.getStats().subscribers).toBe(0);
  });

  it('does not bring back a worker that was dropped before it was abandoned', () => {
    broker.subscribe('w', ['A/B'], ['kline']).settle();
    const next = broker.resubscribe('w', ['C/D'], ['kline']);
    broker.unsubscribeAll('w');
    next.abandon();

    expect(broker.getSubscribers('A/B', 'kline')).toEqual([]);
    expect(broker.getStats().subscribers).toBe(0);
    expect(transport.openLines).toEqual([]);
  });

  it('takes symbols away, in all or some data types', () => {
    broker.subscribe('w', ['A/B', 'C/D'], ['kline', 'trade']).settle();
    broker.unsubscribe('w', ['A/B'], ['trade']);
    broker.unsubscribe('w', ['C/D']);

    expect(broker.getSubscribers('A/B', 'kline')).toEqual(['w']);
    expect(broker.getSubscribers('A/B', 'trade')).toEqual([]);
    expect(broker.getSubscribers('C/D', 'kline')).toEqual([]);
    expect(broker.getStats().subscribers).toBe(1);
  });

  it('forgets a worker that has nothing left', () => {
    broker.subscribe('w', ['A/B'], ['kline']).settle();
    broker.unsubscribe('w', ['A/B']);

    expect(broker.getStats().subscribers).toBe(0);
    expect(transport.openLines).toEqual([]);
  });

  it.each<[string[], string[], string]>([
    [['A B'], ['kline'], 'INVALID_SYMBOL'],
    [['A/B'], ['candles'], 'INVALID_DATA_TYPE'],
    [['A/B'], ['kline@x'], 'INVALID_TIMEFRAME'],
  ])('refuses %j %j and changes nothing', (symbols, dataTypes, code) => {
    broker.subscribe('w', ['A/B'], ['kline']).settle();
    const subscribe = (): unknown => broker.resubscribe('w', symbols, dataTypes);

    expect(subscribe).toThrow(expect.objectContaining({ code }));
    expect(transport.openLines).toEqual([[1]]);
  });
});

describe('publishing', () => {
  it('numbers the events of each topic from 1', () => {
    broker.subscribe('w', ['A/B', 'C/D'], ['kline']);
    void broker.publishBatch([bar(1), bar(2, 'C/D'), bar(3)]);

    expect(transport.batches).toEqual([
      [
        { topicId: 1, seq: 1, event: bar(1), json: undefined },
        { topicId: 2, seq: 1, event: bar(2, 'C/D'), json: undefined },
        { topicId: 1, seq: 2, event: bar(3), json: undefined },
      ],
    ]);
  });

  it('hands over only what somebody wants, and remembers the rest', () => {
    void broker.publishBatch([bar(1), bar(2)]);

    expect(transport.batches).toEqual([]);
    expect(broker.getTopicStats('A/B', 'kline')).toEqual({
      symbol: 'A/B',
      dataType: 'kline@1m',
      subscribers: [],
      seq: 2,
      last: bar(2),
    });
    expect(broker.getStats()).toMatchObject({ published: 2, sent: 0, topics: 1 });
  });

  it('goes on counting where it was when somebody subscribes', () => {
    void broker.publishBatch(bars(1, 5));
    broker.subscribe('w', ['A/B'], ['kline']);
    void broker.publishBatch([bar(6)]);

    expect(transport.batches[0]?.[0]?.seq).toBe(6);
  });

  it('completes an event that is published by name', async () => {
    broker.subscribe('w', ['A/B'], ['kline']);

    expect(await broker.publish('A/B', 'kline', { close: 5, open: 7 })).toBe(1);
    expect(transport.batches[0]?.[0]?.event).toEqual({
      type: 'bar',
      symbol: 'A/B',
      timeframe: '1m',
      timestamp: 77,
      open: 7,
      high: 7,
      low: 5,
      close: 5,
      volume: 0,
    });
  });

  it('sends an event with members of its own as JSON', async () => {
    broker.subscribe('w', ['A/B'], ['quote']);
    await broker.publish('A/B', 'quote', { bid: 1, ask: 2, venue: 'x' });

    expect(JSON.parse(transport.batches[0]?.[0]?.json ?? '')).toMatchObject({ bid: 1, venue: 'x' });
  });

  it('keeps members of its own through a preprocessor that makes another event', async () => {
    broker.subscribe('w', ['A/B'], ['quote']);
    broker.addPreprocessor((event) => ({ ...event, timestamp: 1 }));
    await broker.publish('A/B', 'quote', { bid: 1, ask: 2, venue: 'x' });

    expect(JSON.parse(transport.batches[0]?.[0]?.json ?? '')).toMatchObject({
      timestamp: 1,
      venue: 'x',
    });
  });

  it('lets preprocessors change and drop events before they are numbered', () => {
    broker.subscribe('w', ['A/B'], ['kline']);
    const remove = broker.addPreprocessor((event) =>
      event.type === 'bar' && event.close % 2 === 0 ? null : event,
    );
    broker.addPreprocessor((event) => (event.type === 'bar' ? { ...event, volume: 9 } : event));
    void broker.publishBatch(bars(1, 4));
    remove();
    void broker.publishBatch([bar(6)]);

    const sent = transport.batches
      .flat()
      .map(({ seq, event }) => [seq, (event as Bar).close, (event as Bar).volume]);
    expect(sent).toEqual([
      [1, 1, 9],
      [2, 3, 9],
      [3, 6, 9],
    ]);
    expect(broker.getStats()).toMatchObject({ published: 5, sent: 3, filtered: 2 });
  });

  it('keeps so many events as history as it was told', () => {
    void broker.publishBatch(bars(1, 25));

    expect(broker.getHistory('A/B', 'kline')).toEqual(bars(16, 25));
    expect(broker.getHistory('A/B', 'kline', 2)).toEqual(bars(24, 25));
    expect(broker.getHistory('C/D', 'kline')).toEqual([]);
    expect(broker.getTopicStats('C/D', 'kline')).toBeNull();
  });
});

describe('the start of a worker', () => {
  it('is empty for a topic on which nothing was published', () => {
    broker.subscribe('w', ['A/B'], ['kline']);

    expect(broker.snapshot('w', 5)).toEqual({
      topics: [{ topicId: 1, lastSeq: 0, deliverFromSeq: 1 }],
      records: Buffer.alloc(0),
    });
  });

  it('shows the last value', () => {
    void broker.publishBatch(bars(1, 5));
    broker.subscribe('w', ['A/B'], ['kline']);

    expect(startOf('w')).toEqual({ history: [], shown: [5] });
  });

  it('has warm-up bars as history', () => {
    void broker.publishBatch(bars(1, 5));
    broker.subscribe('w', ['A/B'], ['kline']);

    expect(startOf('w', 3)).toEqual({ history: [3, 4, 5], shown: [] });
  });

  it('has as many warm-up bars as there are', () => {
    void broker.publishBatch(bars(1, 30));
    broker.subscribe('w', ['A/B'], ['kline']);

    expect(startOf('w', 1_000).history).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29, 30]);
  });

  it('leaves topics alone that the worker has already', () => {
    broker.subscribe('w', ['A/B'], ['kline']).settle();
    broker.snapshot('w', 0);
    void broker.publishBatch([bar(1), bar(2), bar(7, 'C/D')]);
    broker.resubscribe('w', ['A/B', 'C/D'], ['kline']);
    const { topics } = broker.snapshot('w', 0);

    expect(topics).toEqual([{ topicId: 2, lastSeq: 1, deliverFromSeq: 1 }]);
  });

  it('takes up a topic anew that the worker had left', () => {
    broker.subscribe('w', ['A/B'], ['kline']).settle();
    broker.snapshot('w', 0);
    broker.resubscribe('w', ['C/D'], ['kline']).settle();
    void broker.publishBatch(bars(1, 3));
    broker.resubscribe('w', ['A/B'], ['kline']).settle();

    expect(broker.snapshot('w', 0).topics).toEqual([{ topicId: 1, lastSeq: 3, deliverFromSeq: 3 }]);
  });
});

describe('beacons', () => {
  /** A worker that gets bars of A/B from here on. */
  function join(workerId: string): void {
    broker.subscribe(workerId, ['A/B'], ['kline']).settle();
    broker.snapshot(workerId, 0);
  }

  function look(times: number): void {
    for (let time = 0; time < times; time += 1) broker.sendBeacons();
  }

  it('repeat the last number of a topic once it has fallen quiet', () => {
    join('w');
    void broker.publishBatch(bars(1, 3));
    broker.progress('w', 3);
    look(1);
    expect(transport.beacons).toEqual([]);
    look(3);

    expect(transport.beacons).toEqual([[1, 3]]);
  });

  it('wait while the topic is alive', () => {
    join('w');
    for (let index = 1; index <= 5; index += 1) {
      void broker.publishBatch([bar(index)]);
      broker.progress('w', index);
      look(1);
    }

    expect(transport.beacons).toEqual([]);
  });

  it('come again when the topic falls quiet again', () => {
    join('w');
    void broker.publishBatch([bar(1)]);
    broker.progress('w', 1);
    look(3);
    void broker.publishBatch([bar(2)]);
    broker.progress('w', 2);
    look(3);

    expect(transport.beacons).toEqual([
      [1, 1],
      [1, 2],
    ]);
  });

  it('are repeated while a subscriber is behind', () => {
    join('w');
    void broker.publishBatch(bars(1, 3));
    broker.progress('w', 2);
    look(4);
    expect(transport.beacons).toEqual([
      [1, 3],
      [1, 3],
      [1, 3],
    ]);
    broker.progress('w', 3);
    look(4);

    expect(transport.beacons).toHaveLength(3);
  });

  it('are not repeated for a worker that is behind in something else', () => {
    join('w');
    broker.subscribe('other', ['C/D'], ['kline']).settle();
    broker.snapshot('other', 0);
    void broker.publishBatch([bar(1), bar(1, 'C/D')]);
    broker.progress('w', 1);
    look(4);

    expect(transport.beacons.filter(([topicId]) => topicId === 1)).toEqual([[1, 1]]);
  });

  it('are none for topics that nobody wants', () => {
    void broker.publishBatch(bars(1, 3));
    look(3);

    expect(transport.beacons).toEqual([]);
  });

  it('are none for topics on which nothing was published', () => {
    broker.subscribe('w', ['A/B', 'C/D'], ['kline']).settle();
    broker.snapshot('w', 0);
    void broker.publishBatch([bar(1)]);
    look(3);

    expect(transport.beacons).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('count as no event', () => {
    join('w');
    void broker.publishBatch([bar(1)]);
    look(3);

    expect(broker.getStats()).toMatchObject({ published: 1, sent: 1 });
    expect(broker.behind('w')).toBe(1);
  });
});

describe('refilling', () => {
  it('gives what is asked for', () => {
    void broker.publishBatch(bars(1, 8));

    expect(decode(broker.refill(1, 3, 5), 'A/B', '1m')).toEqual(
      [3, 4, 5].map((seq) => ({ topicId: 1, seq, event: bar(seq) })),
    );
  });

  it('gives as much as is still known', () => {
    void broker.publishBatch(bars(1, 25));

    expect(decode(broker.refill(1, 1, 17), 'A/B', '1m').map(({ seq }) => seq)).toEqual([16, 17]);
    expect(broker.refill(1, 1, 5)).toHaveLength(0);
    expect(broker.refill(1, 26, 30)).toHaveLength(0);
    expect(broker.refill(1, 5, 3)).toHaveLength(0);
  });

  it('gives nothing of a topic that there is not', () => {
    expect(broker.refill(9, 1, 5)).toHaveLength(0);
    expect(broker.refill(0, 1, 5)).toHaveLength(0);
    expect(broker.refill(-1, 1, 5)).toHaveLength(0);
  });

  it('keeps members of its own', async () => {
    await broker.publish('A/B', 'kline', { close: 1, note: 'x' });

    expect(decode(broker.refill(1, 1, 1), 'A/B', '1m')[0]?.event).toMatchObject({
      close: 1,
      note: 'x',
    });
  });
});

describe('a worker that must not lose anything', () => {
  const WINDOW = 4_096;

  function join(workerId: string): void {
    broker.subscribe(workerId, ['A/B'], ['kline']).settle();
    broker.waitFor(workerId);
    broker.snapshot(workerId, 0);
  }

  async function isPending(promise: void | Promise<void>): Promise<boolean> {
    if (promise === undefined) return false;
    return (
      (await Promise.race([promise.then(() => 'done'), Promise.resolve('pending')])) === 'pending'
    );
  }

  it('makes publishing wait when it is too far behind, and go on when it has caught up', async () => {
    join('w');
    expect(broker.publishBatch(bars(1, WINDOW))).toBeUndefined();
    const published = broker.publishBatch([bar(1)]);
    expect(await isPending(published)).toBe(true);
    broker.progress('w', 100);
    expect(await isPending(published)).toBe(true);
    broker.progress('w', WINDOW);

    await published;
  });

  it('holds nobody up once it is gone', async () => {
    join('w');
    const published = broker.publishBatch(bars(1, WINDOW + 1));
    broker.unsubscribeAll('w');

    await published;
    await broker.drained();
  });

  it('is waited for until it is done with everything', async () => {
    join('w');
    void broker.publishBatch(bars(1, 3));
    const drained = broker.drained();
    broker.progress('w', 2);
    expect(await isPending(drained)).toBe(true);
    broker.progress('w', 3);

    await drained;
  });

  it('is not owed what it was not shown', async () => {
    void broker.publishBatch(bars(1, 50));
    broker.subscribe('w', ['A/B'], ['kline']).settle();
    broker.waitFor('w');
    broker.snapshot('w', 5);

    await broker.drained();
  });

  it('is owed what came before it left a topic', async () => {
    join('w');
    void broker.publishBatch(bars(1, 3));
    broker.resubscribe('w', ['C/D'], ['kline']).settle();
    void broker.publishBatch(bars(4, 9));
    const drained = broker.drained();
    expect(await isPending(drained)).toBe(true);
    broker.progress('w', 3);

    await drained;
  });

  it('is not owed what it did not get of a topic that it left', async () => {
    join('w');
    void broker.publishBatch(bars(1, 9));
    const next = broker.resubscribe('w', ['C/D'], ['kline']);
    broker.progress('w', 4);
    const drained = broker.drained();
    expect(await isPending(drained)).toBe(true);
    next.settle([{ topicId: 1, lastSeq: 4 }]);

    await drained;
    expect(broker.behind('w')).toBe(0);
  });

  it('is not ahead by what it got of a topic before it heard that it is to leave it', () => {
    join('w');
    void broker.publishBatch(bars(1, 3));
    const next = broker.resubscribe('w', ['C/D'], ['kline']);
    void broker.publishBatch(bars(4, 5));
    broker.progress('w', 5);
    next.settle([{ topicId: 1, lastSeq: 5 }]);
    broker.snapshot('w', 0);
    void broker.publishBatch([bar(1, 'C/D'), bar(2, 'C/D')]);
    expect(broker.behind('w')).toBe(2);
  });

  it('is owed the same when a change of its topics is abandoned', async () => {
    join('w');
    void broker.publishBatch(bars(1, 3));
    broker.resubscribe('w', ['C/D'], ['kline']).abandon();
    void broker.publishBatch(bars(4, 9));
    const drained = broker.drained();
    broker.progress('w', 8);
    expect(await isPending(drained)).toBe(true);
    broker.progress('w', 9);

    await drained;
  });
});
