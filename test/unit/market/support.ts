import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ManualClock } from '../../../src/base/clock.ts';
import type { MarketFeed, MarketSink } from '../../../src/market/market-feed.ts';
import type { Sleep } from '../../../src/market/waiting.ts';
import type { Bar } from '../../../src/model/bar.ts';
import type { MarketEvent } from '../../../src/model/market-event.ts';
import type { MarketTopic } from '../../../src/model/subscription.ts';
import type { TradeTick } from '../../../src/model/trade-tick.ts';

/** 2022-01-01T00:00:00Z, a whole minute, hour and day. */
export const T0 = Date.UTC(2022, 0, 1);
export const MINUTE = 60_000;

/** Writes a file into a directory of the test's own, which goes with the test. */
export async function fileOf(content: string | Buffer, name = 'data.csv'): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'quantcell-market-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

/** CSV lines of bars one `stepMs` apart from `fromMs` on, with a header. */
export function barLines(count: number, fromMs = T0, stepMs = MINUTE): string {
  const lines = ['timestamp,open,high,low,close,volume'];
  for (let index = 0; index < count; index += 1) {
    lines.push(`${fromMs + index * stepMs},10,12,9,11,${index + 1}`);
  }
  return `${lines.join('\n')}\n`;
}

export class Collector implements MarketSink {
  readonly batches: (readonly MarketEvent[])[] = [];

  publish(events: readonly MarketEvent[]): void {
    this.batches.push(events);
  }

  get events(): MarketEvent[] {
    return this.batches.flat();
  }
}

/** What a feed delivers when it runs to its end. */
export async function eventsOf(feed: MarketFeed, topics: MarketTopic[]): Promise<MarketEvent[]> {
  const sink = new Collector();
  await feed.run(topics, sink, new AbortController().signal);
  return sink.events;
}

/** A clock and a sleep that moves it on, so that hours pass at once. `slept` lists the waits. */
export function fakeTime(startMs = 0): { clock: ManualClock; sleep: Sleep; slept: number[] } {
  const clock = new ManualClock(startMs);
  const slept: number[] = [];
  const sleep: Sleep = async (ms) => {
    slept.push(ms);
    clock.advance(ms);
  };
  return { clock, sleep, slept };
}

export function bar(timestamp: number, fields: Partial<Bar> = {}): Bar {
  return {
    type: 'bar',
    symbol: 'BTC/USDT',
    timeframe: '1m',
    timestamp,
    open: 10,
    high: 12,
    low: 9,
    close: 11,
    volume: 1,
    ...fields,
  };
}

export function trade(timestamp: number, price = 10, size = 1): TradeTick {
  return {
    type: 'trade',
    symbol: 'BTC/USDT',
    timestamp,
    price,
    size,
    aggressorSide: 'buy',
    tradeId: '',
  };
}
