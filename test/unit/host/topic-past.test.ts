import { beforeEach, describe, expect, it } from 'vitest';
import { DataBroker } from '../../../src/host/data-broker.ts';
import type { Bar } from '../../../src/model/bar.ts';
import { decode, RecordingTransport } from './recording-transport.ts';

let broker: DataBroker;

beforeEach(() => {
  broker = new DataBroker({ marketData: new RecordingTransport() }, { historyLimit: 10 });
});

function bars(from: number, to: number): Bar[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const timestamp = from + index;
    const prices = { open: timestamp, high: timestamp, low: timestamp, close: timestamp };
    return { type: 'bar', symbol: 'A/B', timeframe: '1m', timestamp, ...prices, volume: 0 };
  });
}

/** The times of the bars that a worker gets at its start as history, and of those that it is shown. */
function startOf(workerId: string, warmup: number, positions?: ReadonlyMap<number, number>) {
  broker.subscribe(workerId, ['A/B'], ['kline@1m']);
  const { topics, records } = broker.snapshot(workerId, warmup, positions && { positions });
  const deliverFrom = topics[0]?.deliverFromSeq ?? 0;
  const found = decode(records, 'A/B', '1m');
  const times = (isHistory: boolean): (number | undefined)[] =>
    found.filter(({ seq }) => seq < deliverFrom === isHistory).map(({ event }) => event?.timestamp);
  return { history: times(true), shown: times(false), topics };
}

describe('bars from before the first event', () => {
  it('are history for a worker that begins with a warm-up', () => {
    expect(broker.addHistory('A/B', 'kline@1m', bars(1, 8))).toEqual([]);
    expect(startOf('w', 3)).toMatchObject({ history: [6, 7, 8], shown: [] });
    expect(broker.newestMs('A/B', 'kline@1m')).toBe(8);
  });

  it('are shown to nobody', () => {
    broker.addHistory('A/B', 'kline@1m', bars(1, 8));
    expect(startOf('w', 0)).toMatchObject({
      history: [],
      shown: [],
      topics: [{ lastSeq: 0, deliverFromSeq: 1 }],
    });
  });

  it('stand before the events', async () => {
    await broker.publishBatch(bars(5, 7));
    expect(broker.addHistory('A/B', 'kline@1m', bars(1, 6))).toEqual([]);
    expect(startOf('w', 5)).toMatchObject({ history: [3, 4, 5, 6, 7], shown: [] });
    await broker.publishBatch(bars(8, 8));
    expect(startOf('v', 6)).toMatchObject({ history: [3, 4, 5, 6, 7, 8] });
    expect(broker.newestMs('A/B', 'kline@1m')).toBe(8);
  });

  it('fill up the warm-up of a worker that goes on where it was', async () => {
    await broker.publishBatch(bars(5, 9));
    broker.addHistory('A/B', 'kline@1m', bars(1, 4));
    const topicId = 1;
    expect(startOf('w', 4, new Map([[topicId, 2]]))).toMatchObject({
      history: [3, 4, 5, 6],
      shown: [7, 8, 9],
    });
  });

  it('are forgotten with the first events', async () => {
    await broker.publishBatch(bars(5, 7));
    broker.addHistory('A/B', 'kline@1m', bars(1, 4));
    await broker.publishBatch(bars(8, 16));
    expect(startOf('w', 100).history).toEqual(bars(7, 16).map(({ timestamp }) => timestamp));
  });

  it('are as many as events are kept', () => {
    broker.addHistory('A/B', 'kline@1m', bars(1, 50));
    expect(startOf('w', 100).history).toHaveLength(10);
  });

  it('are joined with those that are known', () => {
    broker.addHistory('A/B', 'kline@1m', bars(1, 8));
    broker.addHistory('A/B', 'kline@1m', bars(7, 10));
    broker.addHistory('A/B', 'kline@1m', bars(9, 9));
    expect(startOf('w', 5)).toMatchObject({ history: [6, 7, 8, 9, 10] });
  });

  it('take the place of those that they do not follow on', () => {
    broker.addHistory('A/B', 'kline@1m', bars(1, 4));
    broker.addHistory('A/B', 'kline@1m', bars(7, 8));
    expect(startOf('w', 5)).toMatchObject({ history: [7, 8] });
  });
});

it('bars that are newer than what is known are given back', async () => {
  await broker.publishBatch(bars(5, 7));
  const newer = broker.addHistory('A/B', 'kline@1m', bars(1, 9));
  expect(newer).toEqual(bars(8, 9));
});

it('nothing is known of a topic that nobody has named', () => {
  expect(broker.newestMs('A/B', 'trade')).toBeUndefined();
});
