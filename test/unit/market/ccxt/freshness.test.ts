import { expect, it } from 'vitest';
import { ManualClock } from '../../../../src/base/clock.ts';
import { Freshness, type LineSign } from '../../../../src/market/ccxt/freshness.ts';
import type { DataType } from '../../../../src/model/data-type.ts';

const BTC = 'BTC/USDT';

class Watch {
  readonly clock = new ManualClock(1_000_000);
  readonly told: string[] = [];
  sign: LineSign = { isWatching: true, hasStream: true, silentMs: 0 };
  readonly freshness = new Freshness(this.clock, 15_000, {
    onStale: (symbol, dataType, sinceMs) =>
      this.told.push(`stale ${dataType} ${symbol} ${sinceMs}`),
    onFresh: (symbol, dataType) => this.told.push(`fresh ${dataType} ${symbol}`),
  });

  add(dataType: DataType): void {
    this.freshness.add({ symbol: BTC, dataType }, () => this.sign);
  }

  pass(ms: number): void {
    this.clock.advance(ms);
    this.freshness.look();
  }
}

it('a symbol without a topic is stale', () => {
  expect(new Watch().freshness.isStale(BTC)).toBe(true);
});

it('a quiet symbol is not stale while the connection answers pings', () => {
  const watch = new Watch();
  watch.add('trade');
  watch.pass(1_000_000);
  expect(watch.freshness.isStale(BTC)).toBe(false);
  expect(watch.told).toEqual([]);
});

it('a topic is stale once its connection has been silent for longer than it may, and is told once', () => {
  const watch = new Watch();
  watch.add('trade');
  watch.sign = { isWatching: false, hasStream: true, silentMs: Number.POSITIVE_INFINITY };
  watch.pass(15_000);
  expect(watch.told).toEqual([]);
  watch.pass(1);
  watch.pass(60_000);
  expect(watch.told).toEqual([`stale trade ${BTC} 1000000`]);
  expect(watch.freshness.isStale(BTC)).toBe(true);
  watch.sign = { isWatching: true, hasStream: true, silentMs: 0 };
  watch.freshness.heard({ symbol: BTC, dataType: 'trade' }, true);
  expect(watch.told.slice(1)).toEqual([`fresh trade ${BTC}`]);
  expect(watch.freshness.lastEventAt(BTC)).toBe(watch.clock.now());
});

it('bars are also stale when nothing is heard of them for longer than one of them lasts', () => {
  const watch = new Watch();
  watch.add('kline@1m');
  watch.pass(75_000);
  expect(watch.told).toEqual([]);
  watch.pass(1);
  expect(watch.told).toEqual([`stale kline@1m ${BTC} 1000000`]);
});

it('bars from the archive alone are up to date as long as they come', () => {
  const watch = new Watch();
  watch.add('kline@1m');
  watch.sign = { isWatching: false, hasStream: false, silentMs: Number.POSITIVE_INFINITY };
  for (let bar = 0; bar < 5; bar += 1) {
    watch.pass(60_000);
    watch.freshness.heard({ symbol: BTC, dataType: 'kline@1m' }, true);
  }
  expect(watch.told).toEqual([]);
});

it('an answer of the archive is no sign of life of a stream that is down', () => {
  const watch = new Watch();
  watch.add('kline@1m');
  watch.sign = { isWatching: false, hasStream: true, silentMs: Number.POSITIVE_INFINITY };
  watch.pass(10_000);
  watch.freshness.heard({ symbol: BTC, dataType: 'kline@1m' }, true);
  watch.pass(5_001);
  expect(watch.told).toEqual([`stale kline@1m ${BTC} 1000000`]);
});

it('knows how old the newest event is', () => {
  const watch = new Watch();
  expect(watch.freshness.lastEventAgeMs).toBeUndefined();
  watch.add('trade');
  watch.freshness.heard({ symbol: BTC, dataType: 'trade' }, true);
  watch.pass(500);
  expect(watch.freshness.lastEventAgeMs).toBe(500);
});
