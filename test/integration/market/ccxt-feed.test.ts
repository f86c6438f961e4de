import { expect, it } from 'vitest';
import { SimProcess } from '../sim-exchange/exchange.ts';
import { waitFor } from '../support/wait.ts';
import { BTC, countsUp, LiveFeed, moving, steps, topic } from './live-feed.ts';

const ETH = 'ETH/USDT';

it('tells bars when they are over, as the archive has them', async () => {
  const live = await LiveFeed.start(await moving(), [topic('kline@1s')]);
  await live.more(4, () => live.bars());
  const bars = live.bars();
  expect(steps(bars)).toEqual([1_000]);
  const archive = await live.exchange.data.fetchOHLCV(BTC, '1s', bars[0]?.timestamp, 1_000);
  const rows = bars.map(({ timestamp, open, high, low, close, volume }) => {
    return [timestamp, open, high, low, close, volume];
  });
  expect(archive.slice(0, rows.length)).toEqual(rows);
});

it('tells trades, quotes and order books', async () => {
  const topics = [topic('trade'), topic('quote'), topic('depth')];
  const live = await LiveFeed.start(await moving(), topics, { depthLevels: 3 });
  await waitFor('each of them', () => {
    const types = new Set(live.events.map(({ type }) => type));
    return types.size === 3 && live.trades().length >= 10;
  });
  expect(countsUp(live.trades())).toBe(true);
  for (const event of live.events) {
    if (event.type === 'quote') expect(event.bid).toBeLessThan(event.ask);
    if (event.type === 'orderbook') {
      expect(event).toMatchObject({ kind: 'snapshot', symbol: BTC });
      expect([event.bids.length, event.asks.length]).toEqual([3, 3]);
      expect(event.bids[0]?.[0]).toBeLessThan(Number(event.asks[0]?.[0]));
    }
  }
});

it('needs one connection for all topics, also those that are added', async () => {
  const symbols = ['BTC', 'ETH', 'SOL', 'XRP', 'ADA', 'DOT'].map((base) => `${base}/USDT`);
  const sim = await moving('--symbols', symbols.join(','));
  const all = symbols.flatMap((symbol) => [topic('trade', symbol), topic('kline@1s', symbol)]);
  const live = await LiveFeed.start(sim, all.slice(0, 6));
  await waitFor('the first', () => live.trades().length > 0);
  live.feed.addTopics(all);
  live.feed.addTopics([topic('quote'), topic('depth')]);
  await waitFor('events of all topics', () => {
    const seen = new Set(live.events.map(({ type, symbol }) => `${type} ${symbol}`));
    return seen.size === all.length + 2;
  });
  expect(await sim.sim('state')).toMatchObject({ sockets: 1 });
  expect(live.feed.getStats()).toMatchObject({ sockets: 1, topics: all.length + 2 });
});

it('tells the end of a bar of a symbol in which nothing is traded', async () => {
  const sim = await SimProcess.start();
  const live = await LiveFeed.start(sim, [topic('kline@1s')], { settleMs: 300 });
  await waitFor('a connection', () => live.feed.getStats()?.sockets === 1);
  await sim.price(59_000);
  await sim.price(58_000);
  await waitFor('a bar without one after it', () => live.bars().length > 0);
  expect(live.bars().at(-1)?.close).toBe(58_000);
});

it('leaves out what the exchange does not have, and the other topics go on', async () => {
  const live = await LiveFeed.start(await moving(), [topic('trade', 'DOGE/USDT'), topic('trade')]);
  await live.more(5, () => live.trades());
  expect(live.lines.map(({ message }) => message)).toContain(
    'trade:DOGE/USDT is left out: the binance feed has no symbol "DOGE/USDT": it has BTC/USDT, ETH/USDT',
  );
});

it('tries one topic again when it fails, while the others go on', async () => {
  const sim = await moving();
  const live = await LiveFeed.start(sim, [topic('trade')]);
  await live.more(1, () => live.trades());
  await sim.sim('faults', { 'error-before': { next: 8, on: 'public' } });
  live.feed.addTopics([topic('depth', ETH)]);
  await waitFor('a failure', () => (live.feed.getStats()?.topicErrors ?? 0) > 0);
  await live.more(5, () => live.trades());
  await waitFor('the book', () => live.events.some(({ type }) => type === 'orderbook'));
  expect(live.lines.map(({ message }) => message).join('\n')).toMatch(
    /depth:ETH\/USDT: its stream failed: .*; tried again in \d+ ms, other topics go on/,
  );
  expect(live.feed.getStats()).toMatchObject({ state: 'live', reconnects: 0 });
  expect(countsUp(live.trades())).toBe(true);
});

it('goes on behind the newest bar that is known where the events go', async () => {
  const sim = await moving();
  const knownMs = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;
  const live = await LiveFeed.start(sim, [topic('kline@1s')], { newestMs: () => knownMs });
  await live.more(65, () => live.bars());
  expect(live.bars()[0]?.timestamp).toBe(knownMs + 1_000);
  expect(steps(live.bars())).toEqual([1_000]);
  expect(live.feed.getStats()).toMatchObject({ gapsFilled: 1 });
});

it('asks for no more of a hole than it may', async () => {
  const knownMs = Math.floor(Date.now() / 1_000) * 1_000 - 300_000;
  const options = { newestMs: () => knownMs, maxRefillBars: 20 };
  const live = await LiveFeed.start(await moving(), [topic('kline@1s')], options);
  await live.more(22, () => live.bars());
  expect(steps(live.bars())).toEqual([1_000]);
  const { barsMissed = 0 } = live.feed.getStats() ?? {};
  const missedMs = Number(live.bars()[0]?.timestamp) - knownMs - 1_000;
  expect(barsMissed).toBe(missedMs / 1_000);
  expect(barsMissed).toBeGreaterThan(200);
});

it('gives the past in pages, without the bar that is under way', async () => {
  const live = await LiveFeed.start(await moving(), []);
  const bars = await live.feed.history(topic('kline@1m'), 1_200);
  expect(bars).toHaveLength(1_200);
  expect(steps(bars)).toEqual([60_000]);
  expect(Number(bars.at(-1)?.timestamp) + 60_000).toBeLessThanOrEqual(Date.now());
  await expect(live.feed.history(topic('kline@1m', 'DOGE/USDT'), 1)).rejects.toMatchObject({
    code: 'UNKNOWN_MARKET_SYMBOL',
  });
});
