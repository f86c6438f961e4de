import { expect, it } from 'vitest';
import { SimProcess } from '../sim-exchange/exchange.ts';
import { BTC, LiveFeed, steps, topic } from './live-feed.ts';

function moving(...options: readonly string[]): Promise<SimProcess> {
  return SimProcess.start('--tick', '50', ...options);
}

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

it('has no hole in the bars after a cut, and none twice', async () => {
  const sim = await moving();
  const live = await LiveFeed.start(sim, [topic('kline@1s'), topic('trade')]);
  for (let cut = 0; cut < 3; cut += 1) {
    await live.more(2, () => live.bars());
    await sim.sim('cut', {});
    console.log(JSON.stringify(live.feed.getStats()));
  }
  await live.more(3, () => live.bars());
  console.log(JSON.stringify(live.feed.getStats()), live.lines);
  expect(steps(live.bars())).toEqual([1_000]);
  const ids = live.trades().map(({ tradeId }) => Number(tradeId));
  expect(ids).toEqual(ids.map((_, index) => Number(ids[0]) + index));
  expect(live.feed.getStats()).toMatchObject({ state: 'live', reconnects: 3, sockets: 1 });
});
