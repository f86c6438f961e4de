import { describe, expect, it } from 'vitest';
import { renderTop, type TopState } from '../../../../src/cli/terminal/top-view.ts';
import type { Worker } from '../../../../src/client/index.ts';

function worker(id: string, memoryBytes: number, symbols = ['BTC/USDT']): Worker {
  return {
    id,
    state: 'running',
    quarantine: null,
    health: 'ok',
    restartCount: 0,
    strategy: 's',
    strategyName: 's',
    symbols,
    lastPrice: null,
    tradingState: 'active',
    figures: { eventsPerSecond: 1, lagMs: 0, memoryBytes, netPnl: {} },
  } as unknown as Worker;
}

const COLOURS = ['\u001B[7m', '\u001B[2m', '\u001B[0m'];

const LIVE: TopState = {
  url: 'http://x',
  workers: new Map([
    ['b', worker('b', 2e6)],
    ['a', worker('a', 1e6)],
  ]),
  system: null,
  sort: 'n',
  isTurned: false,
  connection: 'live',
  reason: '',
  heardAt: 1_700_000_000_000,
};

/** The first words of the rows of workers. */
function ids(state: TopState): string[] {
  const lines = renderTop(state, 100);
  return lines
    .slice(lines.findIndex((line) => line.includes('WORKER')) + 1)
    .map((line) => line[0] ?? '');
}

describe('renderTop', () => {
  it('orders the workers as asked, the largest figures first', () => {
    expect(ids(LIVE)).toEqual(['a', 'b']);
    expect(ids({ ...LIVE, sort: 'm' })).toEqual(['b', 'a']);
    expect(ids({ ...LIVE, sort: 'm', isTurned: true })).toEqual(['a', 'b']);
  });

  it('marks figures as old once nothing is heard any more', () => {
    const lines = renderTop({ ...LIVE, connection: 'down', reason: 'it broke' }, 100);
    const [notice] = lines.filter((line) => line.includes('NOT CONNECTED: it broke'));
    expect(notice).toMatch(/figures are old, of 2023-11-/);
    const last = lines.at(-1) ?? '';
    expect([last.startsWith('\u001B[2mb '), last.endsWith('\u001B[0m')]).toEqual([true, true]);
    expect(renderTop(LIVE, 100).join()).not.toContain('old');
  });

  it('cuts lines to the width, and writes out what would move the cursor', () => {
    const workers = new Map([['a', worker('a', 0, ['\u001B[2J'])]]);
    const lines = renderTop({ ...LIVE, workers }, 40);
    expect(lines.join('\n')).not.toContain('\u001B[2J');
    for (const line of lines) {
      const shown = COLOURS.reduce((text, colour) => text.replaceAll(colour, ''), line);
      expect(shown.length).toBeLessThanOrEqual(40);
    }
  });
});
