import { expect, it } from 'vitest';
import { SimProcess } from '../sim-exchange/exchange.ts';
import { waitFor } from '../support/wait.ts';
import { BTC, countsUp, LiveFeed, moving, steps, topic } from './live-feed.ts';

it('has no hole in bars and trades after cuts, and none twice', async () => {
  const sim = await moving();
  const live = await LiveFeed.start(sim, [topic('kline@1s'), topic('trade')]);
  for (let cut = 0; cut < 3; cut += 1) {
    await live.more(2, () => live.bars());
    await sim.sim('cut', {});
  }
  await live.more(3, () => live.bars());
  await waitFor('the trades', () => live.feed.getStats()?.tradesRefilled);
  expect(steps(live.bars())).toEqual([1_000]);
  expect(countsUp(live.trades())).toBe(true);
  expect(live.feed.getStats()).toMatchObject({
    state: 'live',
    sockets: 1,
    reconnects: 3,
    barsMissed: 0,
    tradesMissed: 0,
    tradeGapsUnknown: 0,
  });
  const bars = live.bars();
  const archive = await live.exchange.data.fetchOHLCV(BTC, '1s', bars[0]?.timestamp, 1_000);
  expect(bars.map(({ volume }) => volume)).toEqual(
    archive.slice(0, bars.length).map((row) => row[5]),
  );
});

it('fills a hole while the archive fails as well', async () => {
  const sim = await moving();
  const live = await LiveFeed.start(sim, [topic('kline@1s'), topic('trade')]);
  await live.more(1, () => live.bars());
  await sim.sim('faults', { maintenance: { ms: 3_000 } });
  await sim.sim('cut', {});
  await waitFor('the end of it', () => live.feed.getStats()?.state === 'reconnecting');
  await sim.sim('faults', { 'error-before': { next: 3, on: 'public' } });
  await live.more(5, () => live.bars());
  await waitFor('the trades', () => live.feed.getStats()?.tradesRefilled);
  expect(steps(live.bars())).toEqual([1_000]);
  expect(countsUp(live.trades())).toBe(true);
});

it('has no hole in the bars after the exchange was killed and started again', async () => {
  const first = await moving();
  const port = String(new URL(first.address.rest).port);
  const live = await LiveFeed.start(first, [topic('kline@1s')]);
  await live.more(2, () => live.bars());
  await first.end('SIGKILL');
  await waitFor('the loss', () => live.feed.getStats()?.state === 'reconnecting');
  const before = live.bars().length;
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(live.bars()).toHaveLength(before);
  await moving('--port', port);
  await waitFor('a connection', () => live.feed.getStats()?.state === 'live');
  await live.more(3, () => live.bars());
  expect(steps(live.bars())).toEqual([1_000]);
  expect(live.feed.getStats()).toMatchObject({ state: 'live', reconnects: 1, sockets: 1 });
});

it('tells nothing twice that comes twice or late', async () => {
  const sim = await moving(
    '--fault',
    'duplicate-event:rate=0.3,on=market',
    'delay-events:ms=150,rate=0.2,on=market',
  );
  const live = await LiveFeed.start(sim, [topic('kline@1s'), topic('trade'), topic('quote')]);
  await live.more(6, () => live.bars());
  expect(steps(live.bars())).toEqual([1_000]);
  const ids = live.trades().map(({ tradeId }) => tradeId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(live.feed.getStats()?.doubled).toBeGreaterThan(0);
});

it('fills holes that lost messages leave', async () => {
  const sim = await moving();
  const live = await LiveFeed.start(sim, [topic('kline@1s')]);
  await live.more(2, () => live.bars());
  await sim.sim('faults', { 'lose-event': { on: 'market' } });
  await new Promise((resolve) => setTimeout(resolve, 3_500));
  await sim.sim('faults', { 'lose-event': null });
  await live.more(3, () => live.bars());
  expect(steps(live.bars())).toEqual([1_000]);
  expect(live.feed.getStats()).toMatchObject({ reconnects: 0 });
  expect(live.feed.getStats()?.barsRefilled).toBeGreaterThan(0);
});

it('says when data is stale, and when it is up to date again', async () => {
  const sim = await moving();
  const live = await LiveFeed.start(sim, [topic('trade'), topic('kline@1s')], {
    staleAfterMs: 1_000,
  });
  const told: string[] = [];
  live.feed.listen({
    onStale: (symbol, dataType, sinceMs) => {
      expect(Math.abs(Date.now() - sinceMs)).toBeLessThan(60_000);
      told.push(`stale ${dataType} ${symbol}`);
    },
    onFresh: (symbol, dataType) => told.push(`fresh ${dataType} ${symbol}`),
  });
  await live.more(3, () => live.trades());
  expect(live.feed.isStale(BTC)).toBe(false);
  expect(live.feed.isStale('ETH/USDT')).toBe(true);
  sim.signal('SIGSTOP');
  await waitFor('word of it', () => told.includes(`stale trade ${BTC}`));
  expect(live.feed.isStale(BTC)).toBe(true);
  const lastMs = live.feed.lastEventAt(BTC) as number;
  sim.signal('SIGCONT');
  await waitFor('the end of it', () => told.includes(`fresh trade ${BTC}`));
  await waitFor('all of it', () => !live.feed.isStale(BTC));
  await live.more(3, () => live.trades());
  expect(live.feed.lastEventAt(BTC)).toBeGreaterThan(lastMs);
  expect(countsUp(live.trades())).toBe(true);
});

it('does not take silence of a symbol for silence of the exchange', async () => {
  const sim = await SimProcess.start();
  const live = await LiveFeed.start(sim, [topic('trade')], { staleAfterMs: 1_000 });
  await waitFor('a connection', () => live.feed.getStats()?.sockets === 1);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(live.feed.isStale(BTC)).toBe(false);
  expect(live.lines.filter(({ level }) => level !== 'info')).toEqual([]);
});
