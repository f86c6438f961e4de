import { expect, it, onTestFinished } from 'vitest';
import { ExecutionEngine } from '../../../src/execution/execution-engine.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { PaperVenue } from '../../../src/execution/venues/paper/paper-venue.ts';
import { CcxtFeed } from '../../../src/market/ccxt/ccxt-feed.ts';
import { QuantCell } from '../../../src/system/quantcell.ts';
import { EngineTrading } from '../../../src/system/trading/engine-trading.ts';
import { open } from '../exchange/opening.ts';
import { BTC, moving } from '../market/live-feed.ts';
import { filesOutside } from '../support/files.ts';
import { statusOf } from '../support/managers.ts';

/** Buys whenever it is told that bars are stale or live. */
const STRATEGY = `const told = [];
export default {
  name: 's', symbols: ['${BTC}'], dataTypes: ['kline@2s'],
  onBar: (ctx) => ctx.report({ told, bars: true }),
  async onFeed(ctx, { dataType, status }) {
    const { outcome, rule } = await ctx.buy('${BTC}', '0.01');
    told.push([dataType, status, outcome, rule].join(' ').trim());
    ctx.report({ told });
  },
};`;

it('a strategy hears that its exchange has fallen silent, and buys nothing until it speaks again', async () => {
  const sim = await moving();
  const feed = new CcxtFeed({ exchange: await open(sim), settleMs: 1_000, staleAfterMs: 1_000 });
  const venue = new PaperVenue({}, systemClock);
  const system = new QuantCell({
    feed,
    trading: new EngineTrading(new ExecutionEngine({ venue })),
    manager: { pool: { minSize: 0 }, healthCheck: { heartbeatTimeoutMs: 120_000 } },
  });
  await system.start();
  onTestFinished(() => system.stop());
  system.startFeed();
  await system.startStrategy(`${filesOutside({ 's.mjs': STRATEGY })}/s.mjs`, {}, 'a');
  const told = async (what: string): Promise<void> => {
    await statusOf(system.manager, 'a', ({ report }) =>
      ((report['told'] ?? []) as string[]).includes(what),
    );
  };
  await statusOf(system.manager, 'a', ({ report }) => report['bars'] === true);
  sim.signal('SIGSTOP');
  await told('kline@2s stale denied STALE_DATA');
  sim.signal('SIGCONT');
  await told('kline@2s live accepted');
  expect(feed.isStale(BTC)).toBe(false);
});
