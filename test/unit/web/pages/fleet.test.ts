import { describe, expect, it } from 'vitest';
import type { Worker } from '../../../../src/client/index.ts';
import { filterFleet, NO_FILTER } from '../../../../web/src/pages/fleet/fleet-filter.ts';
import { fleetTotals } from '../../../../web/src/pages/fleet/fleet-totals.ts';
import { listOf, newWorkerOf } from '../../../../web/src/pages/fleet/new-worker/new-worker.ts';

const FIGURES = { eventsPerSecond: 1, memoryBytes: 2, cpuShare: 0.5, openOrders: 0, lagMs: 0 };

function worker(id: string, part: Partial<Worker> = {}, netPnl: Record<string, string> = {}) {
  return {
    id,
    strategy: 'sma',
    strategyName: 'SMA',
    state: 'running',
    health: 'ok',
    quarantine: null,
    symbols: ['BTC/USDT'],
    restartCount: 0,
    figures: { ...FIGURES, netPnl },
    ...part,
  } as Worker;
}

const idsOf = (workers: readonly Worker[]): string[] => workers.map(({ id }) => id);

describe('the filter of the fleet', () => {
  const fleet = [
    worker('w10', { state: 'stopped', health: 'down' }),
    worker('w2', { strategy: null, strategyName: 'Grid maker', symbols: ['ETH/USDT'] }),
    worker('w1', { state: 'error', health: 'down' }),
    worker('w3', { health: 'stale' }),
  ];

  it('puts numbers in ids in the order of their values', () => {
    expect(idsOf(filterFleet(fleet, NO_FILTER))).toEqual(['w1', 'w2', 'w3', 'w10']);
  });

  it.each([
    [{ search: 'GRID' }, ['w2']],
    [{ search: 'w1' }, ['w1', 'w10']],
    [{ state: 'stopped' }, ['w10']],
    [{ state: 'attention' }, ['w1', 'w3']],
    [{ strategy: 'Grid maker' }, ['w2']],
    [{ symbol: 'ETH/USDT' }, ['w2']],
    [{ sort: 'state' }, ['w1', 'w2', 'w3', 'w10']],
    [{ isDescending: true }, ['w10', 'w3', 'w2', 'w1']],
  ] as const)('%j lets pass %j', (part, ids) => {
    expect(idsOf(filterFleet(fleet, { ...NO_FILTER, ...part }))).toEqual(ids);
  });

  it('sorts profit by its value', () => {
    const some = [
      worker('a', {}, { USDT: '9' }),
      worker('b', {}, { USDT: '-10' }),
      worker('c', {}, { USDT: '10.5' }),
    ];
    expect(idsOf(filterFleet(some, { ...NO_FILTER, sort: 'pnl' }))).toEqual(['b', 'a', 'c']);
  });
});

describe('the totals of the fleet', () => {
  it('add up profit exactly and by currency', () => {
    const { netPnl } = fleetTotals([
      worker('a', {}, { USDT: '0.1', BTC: '0.00000001' }),
      worker('b', {}, { USDT: '0.2' }),
    ]);
    expect([...netPnl]).toEqual([
      ['USDT', '0.3'],
      ['BTC', '0.00000001'],
    ]);
  });

  it('count workers by state', () => {
    const { total, byState } = fleetTotals([
      worker('a'),
      worker('b', { state: 'paused' }),
      worker('c'),
    ]);
    expect([total, byState.get('running'), byState.get('paused'), byState.get('error')]).toEqual([
      3,
      2,
      1,
      undefined,
    ]);
  });
});

describe('a new worker', () => {
  it('is asked for with what was given alone', () => {
    const draft = { id: ' ', symbols: '', timeframe: '', isStarted: false };
    expect(newWorkerOf('sma', draft, undefined)).toEqual({ strategy: 'sma', start: false });
  });

  it('has its symbols once each, whatever they were separated by', () => {
    expect(listOf('BTC/USDT, ETH/USDT，SOL/USDT BTC/USDT')).toEqual([
      'BTC/USDT',
      'ETH/USDT',
      'SOL/USDT',
    ]);
  });
});
