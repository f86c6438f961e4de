import { expect, it, onTestFinished } from 'vitest';
import { CcxtFeed } from '../../../src/market/ccxt/ccxt-feed.ts';
import { QuantCell } from '../../../src/system/quantcell.ts';
import { open } from '../exchange/opening.ts';
import type { SimProcess } from '../sim-exchange/exchange.ts';
import { filesOutside, temporaryDirectory } from '../support/files.ts';
import { waitFor } from '../support/wait.ts';
import { BTC, moving } from './live-feed.ts';

/** Tells in its log when the bars began that it has at the start, and those that it is shown. */
function strategy(timeframe: string, warmup: number): string {
  const directory = filesOutside({
    's.mjs': `export default { name: 's', symbols: ['${BTC}'], dataTypes: ['kline@${timeframe}'],
      warmup: ${warmup},
      onStart(ctx) {
        const bars = ctx.history('${BTC}', '${timeframe}', 10_000);
        ctx.log.info(JSON.stringify({ history: bars.map(({ timestamp }) => timestamp) }));
      },
      onBar(ctx, bar) { ctx.log.info(JSON.stringify({ shown: bar.timestamp, now: Date.now() })); } };`,
  });
  return `${directory}/s.mjs`;
}

interface Seen {
  readonly history: readonly number[];
  readonly shown: readonly { readonly shown: number; readonly now: number }[];
}

class Live {
  readonly system: QuantCell;
  readonly warnings: string[] = [];
  readonly #lines = new Map<string, string[]>();

  constructor(feed: CcxtFeed, home?: string) {
    this.system = new QuantCell({
      feed,
      manager: {
        pool: { minSize: 0 },
        healthCheck: { heartbeatTimeoutMs: 120_000 },
        ...(home !== undefined && { home }),
      },
      logger: {
        log: (level, message) => {
          if (level === 'warn' || level === 'error') this.warnings.push(message);
        },
      },
    });
  }

  static async start(sim: SimProcess, home?: string): Promise<Live> {
    const feed = new CcxtFeed({ exchange: await open(sim), settleMs: 1_000 });
    const live = new Live(feed, home);
    await live.system.start();
    onTestFinished(() => live.system.stop());
    live.system.manager.on('log', (workerId, { message }) => {
      const lines = live.#lines.get(workerId) ?? [];
      live.#lines.set(workerId, [...lines, message]);
    });
    return live;
  }

  async seen(workerId: string, bars: number): Promise<Seen> {
    const linesOf = (): Record<string, unknown>[] =>
      (this.#lines.get(workerId) ?? [])
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    await waitFor('its bars', () => linesOf().length > bars);
    const [first, ...shown] = linesOf();
    return { history: first?.['history'] as number[], shown: shown as unknown as Seen['shown'] };
  }
}

/** Distances in time between all bars that it knows, from the first of its history on. */
function stepsOf({ history, shown }: Seen): number[] {
  const all = [...history, ...shown.map((one) => one.shown)];
  return [...new Set(all.slice(1).map((timeMs, index) => timeMs - Number(all[index])))];
}

it('a strategy begins with its warm-up as history, and is shown what follows without a hole', async () => {
  const live = await Live.start(await moving());
  live.system.startFeed();
  const first = await live.system.startStrategy(strategy('1s', 30));
  const seen = await live.seen(first, 3);
  expect(seen.history).toHaveLength(30);
  expect(stepsOf(seen)).toEqual([1_000]);
  // A later one wants more than has been told since.
  const second = await live.system.startStrategy(strategy('1s', 100));
  const later = await live.seen(second, 3);
  expect(later.history).toHaveLength(100);
  expect(stepsOf(later)).toEqual([1_000]);
  // The first one was shown nothing of that.
  const { shown } = await live.seen(first, 8);
  expect(stepsOf({ history: seen.history, shown })).toEqual([1_000]);
  expect(live.warnings).toEqual([]);
});

it('a warm-up of a timeframe that the exchange does not have is made of shorter bars', async () => {
  const live = await Live.start(await moving());
  live.system.startFeed();
  const id = await live.system.startStrategy(strategy('2s', 10));
  const seen = await live.seen(id, 3);
  expect(seen.history).toHaveLength(10);
  expect(stepsOf(seen)).toEqual([2_000]);
});

it('what was missed while nobody was there is history for a new strategy', async () => {
  const sim = await moving();
  const home = temporaryDirectory();
  const before = await Live.start(sim, home);
  before.system.startFeed();
  const id = await before.system.startStrategy(strategy('1s', 5));
  await before.seen(id, 2);
  await before.system.stop();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const after = await Live.start(sim, home);
  const startedMs = Date.now();
  const other = await after.system.startStrategy(strategy('1s', 40));
  after.system.startFeed();
  const seen = await after.seen(other, 3);
  expect(seen.history).toHaveLength(40);
  expect(stepsOf(seen)).toEqual([1_000]);
  expect(Number(seen.shown[0]?.shown)).toBeGreaterThan(startedMs - 2_000);
});

it('a strategy begins without its warm-up where the archive does not answer', async () => {
  const sim = await moving();
  const live = await Live.start(sim);
  live.system.startFeed();
  await sim.sim('faults', { 'error-before': { next: 3, on: 'public' } });
  const seen = await live.seen(await live.system.startStrategy(strategy('1s', 30)), 2);
  expect(seen.history).toEqual([]);
  expect(stepsOf(seen)).toEqual([1_000]);
  expect(live.warnings.join('\n')).toMatch(
    /kline@1s:BTC\/USDT begins without a warm-up: .*Service Unavailable/,
  );
});
