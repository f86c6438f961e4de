import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Job } from '../../../src/system/job.ts';
import { filesOutside, fixture, temporaryDirectory } from '../support/files.ts';

const DATA = fileURLToPath(new URL('../../fixtures/market/btc-perp-1m.csv', import.meta.url));

function jobOf(strategies: readonly string[], home?: string): Job {
  return new Job({
    strategies,
    source: { kind: 'files', paths: [DATA], speed: 'max' },
    symbols: ['BTC/USDT'],
    ...(home !== undefined && { home }),
  });
}

describe('a job', () => {
  it('shows every event to each strategy', async () => {
    const summary = await jobOf([fixture('counts-bars'), fixture('class-form')]).run();
    expect(summary.strategies.map(({ eventsDelivered }) => eventsDelivered)).toEqual([500, 500]);
    expect(summary.ok).toBe(true);
  });

  it('on a home has its own workers only, each time, and leaves none to be brought back', async () => {
    const home = temporaryDirectory();
    for (let round = 0; round < 2; round += 1) {
      const summary = await jobOf([fixture('counts-bars')], home).run();
      expect(summary.strategies).toHaveLength(1);
    }
    expect(existsSync(join(home, 'quantcell.db'))).toBe(false);
  });

  it('begins each time with a fresh state', async () => {
    const directory = filesOutside({
      's.mjs': `export default { name: 's', symbols: ['BTC/USDT'], state: { bars: 0 },
        onBar(ctx) { ctx.state.bars += 1; ctx.report(ctx.state); } };`,
    });
    const home = temporaryDirectory();
    const bars: unknown[] = [];
    for (let round = 0; round < 2; round += 1) {
      const { strategies } = await jobOf([join(directory, 's.mjs')], home).run();
      bars.push(strategies[0]?.report['bars']);
    }
    expect(bars).toEqual([500, 500]);
  });
});
