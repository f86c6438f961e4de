import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Job } from '../../../src/system/job.ts';
import type { JobSummary } from '../../../src/system/job-summary.ts';
import type { PaperTradingOptions } from '../../../src/system/trading/paper-trading.ts';
import { fixture, temporaryDirectory } from '../support/files.ts';

const DATA = fileURLToPath(new URL('../../fixtures/market/btc-perp-1m.csv', import.meta.url));

function run(paper: PaperTradingOptions | undefined, ...strategies: string[]): Promise<JobSummary> {
  const job = new Job({
    strategies: strategies.map((name) => fixture(name)),
    source: { kind: 'files', paths: [DATA], speed: 'max' },
    symbols: ['BTC/USDT'],
    ...(paper && { paper }),
  });
  return job.run();
}

describe('paper trading of a job', () => {
  it('fills orders against the bars, and tells the strategy and the summary the same', async () => {
    const { ok, strategies, performance } = await run({}, 'trades-on-bars');
    expect(ok).toBe(true);
    const fills = strategies[0]?.report['fills'] as readonly string[];
    expect(fills.length).toBeGreaterThan(10);
    expect(performance?.strategies).toMatchObject([
      { id: 'trades-on-bars-1', fills: fills.length },
    ]);
    expect(Number(performance?.total.fees['USDT'])).toBeGreaterThan(0);
  });

  it('is the same to the last digit each time, and whatever else runs beside it', async () => {
    const paper = { slippage: '0.0001', latencyMs: 90_000, maxVolumeShare: '0.5' };
    const once = await run(paper, 'trades-on-bars');
    const again = await run(paper, 'trades-on-bars');
    const beside = await run(paper, 'trades-on-bars', 'counts-bars', 'trades-on-bars');
    expect(again.performance).toEqual(once.performance);
    expect(again.strategies).toEqual(once.strategies);
    expect(beside.performance?.strategies[0]).toEqual(once.performance?.strategies[0]);
    const [first, , third] = beside.strategies;
    expect(third?.report).toEqual(first?.report);
    expect(first?.report).toEqual(once.strategies[0]?.report);
  });

  it('writes the equity curve, whose end is the equity that is told', async () => {
    const directory = temporaryDirectory();
    const equityFile = join(directory, 'equity.csv');
    const plotFile = join(directory, 'equity.svg');
    const { performance } = await run({ equityFile, plotFile }, 'trades-on-bars');
    const lines = readFileSync(equityFile, 'utf8').trim().split('\n');
    expect(lines[0]).toBe('timestamp,iso,trades-on-bars-1,total');
    expect(Number(lines.at(-1)?.split(',')[3])).toBeCloseTo(
      Number(performance?.total.finalEquity),
      6,
    );
    expect(readFileSync(plotFile, 'utf8')).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);
  });

  it('is not there unless it is asked for: orders are denied, and the strategy goes on', async () => {
    const { performance, strategies } = await run(undefined, 'trades-on-bars');
    expect(performance).toBeNull();
    expect(strategies[0]).toMatchObject({ ok: false, errors: 20 });
  });

  it('refuses options that can not be before any process is taken', async () => {
    await expect(run({ slippage: '2' }, 'trades-on-bars')).rejects.toMatchObject({
      code: 'INVALID_PAPER_OPTION',
    });
  });
});
