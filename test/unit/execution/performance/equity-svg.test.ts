import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EquityCurve } from '../../../../src/execution/performance/equity-sample.ts';
import { equitySvg, writeEquitySvg } from '../../../../src/execution/performance/equity-svg.ts';
import {
  RunPerformance,
  type RunFigures,
} from '../../../../src/execution/performance/run-performance.ts';
import { fill, MINUTE, samplesOf, SPOT, T0 } from './support.ts';

function figuresOf(ids: readonly string[]): RunFigures {
  const run = new RunPerformance({
    initialCapital: new Map(ids.map((id) => [id, '10000'])),
    currency: 'USDT',
  });
  run.onPrice('BTC/USDT', 100, T0);
  for (const id of ids) run.onFill(id, fill('buy', '10', '100'), SPOT);
  for (let i = 1; i < 500; i += 1) {
    run.onPrice('BTC/USDT', 100 + 20 * Math.sin(i / 40), T0 + i * MINUTE);
  }
  return run.figures();
}

/** Elements that are opened and not closed: the text is well-formed if there are none. */
function unclosed(svg: string): string[] {
  const open: string[] = [];
  for (const [, slash, name, rest] of svg.matchAll(/<(\/?)([a-z]+)((?:[^<>"]|"[^"<]*")*)>/g)) {
    if (slash === '/') {
      if (open.pop() !== name) return [`</${name}>`];
    } else if (!(rest as string).endsWith('/')) open.push(name as string);
  }
  return open;
}

describe('the picture', () => {
  it('is well-formed and whole in itself', () => {
    const svg = equitySvg(figuresOf(['a', 'b']), { title: 'Two' });
    expect(unclosed(svg)).toEqual([]);
    expect(svg).not.toMatch(/<script|@import|@font-face|url\(|href|NaN|Infinity|undefined/);
    expect(svg.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
    expect(svg).toContain('prefers-color-scheme: dark');
  });

  it('names what it shows', () => {
    const svg = equitySvg(figuresOf(['alpha', 'beta']), { title: 'Two' });
    for (const text of ['>Two<', '>alpha<', '>beta<', '>total, USDT<', '>drawdown<', 'UTC']) {
      expect(svg).toContain(text);
    }
  });

  it('shows one strategy once', () => {
    const svg = equitySvg(figuresOf(['alpha']));
    expect(svg).toContain('>alpha, USDT<');
    expect(svg.match(/class="line[^"]*"[^>]*d="M[^"]*L/g)).toHaveLength(1);
  });

  it('has no markup from names', () => {
    const title = '<script>"&\u0000\uD800';
    const svg = equitySvg(figuresOf(['a<b', 'c&d']), { title });
    expect(svg).toContain('<title>&lt;script&gt;&quot;&amp;\uFFFD\uFFFD</title>');
    expect(svg).toContain('>a&lt;b<');
    expect(unclosed(svg)).toEqual([]);
  });

  it('says so where there is nothing to show', () => {
    const run = new RunPerformance({ initialCapital: new Map(), currency: 'USDT' });
    const svg = equitySvg(run.figures());
    expect(svg).toContain('no market data');
    expect(unclosed(svg)).toEqual([]);
  });

  it('is drawn also of a single moment, of nothing, and of what hardly moves', () => {
    for (const values of [[5], [0, 0], [1e18, 1e18 + 256], [1e-9, 2e-9], [-5, 5]]) {
      const curve = { id: 'total', samples: samplesOf(values) };
      const svg = equitySvg({ ...figuresOf(['a']), curves: [curve, curve] });
      expect(svg).not.toMatch(/NaN|Infinity/);
    }
  });

  it('stays below 200 kB with many strategies and samples', () => {
    const samples = samplesOf(
      Array.from({ length: 20_000 }, (_, i) => 1e4 + 3e3 * Math.sin(i ** 2)),
    );
    const curves: EquityCurve[] = Array.from({ length: 101 }, (_, index) => ({
      id: `${'long-name-'.repeat(6)}${index}`,
      samples,
    }));
    const svg = equitySvg({ ...figuresOf(['a']), curves });
    expect(Buffer.byteLength(svg)).toBeLessThan(200_000);
    expect(svg).toContain('and 88 more, 60 of them not drawn');
  });
});

it('the file has the picture, and nothing is left beside it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'qc-equity-'));
  try {
    const figures = figuresOf(['a']);
    await writeEquitySvg(join(directory, 'equity.svg'), figures, { title: 'A' });
    expect(await readdir(directory)).toEqual(['equity.svg']);
    expect(await readFile(join(directory, 'equity.svg'), 'utf8')).toBe(
      equitySvg(figures, { title: 'A' }),
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
