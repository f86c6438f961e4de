import { expect, it } from 'vitest';
import { worker as workerSchema } from '../../../../src/api/contract/worker-schemas.ts';
import { workerHealthView } from '../../../../src/api/views/worker-health.ts';
import { workerList } from '../../../../src/api/views/worker-list.ts';
import { WorkerViews } from '../../../../src/api/views/worker-view.ts';
import {
  ZERO_COUNTERS,
  ZERO_VITALS,
  type WorkerStatus,
} from '../../../../src/lifecycle/worker-status.ts';
import type { WorkerSample } from '../../../../src/system/samples/worker-sample.ts';
import type { Service } from '../../../../src/system/service/service.ts';

function status(workerId: string, changed: Partial<WorkerStatus> = {}): WorkerStatus {
  return {
    workerId,
    strategyPath: '/strategies/sma.ts',
    strategyName: 'SMA',
    state: 'running',
    pid: 1,
    symbols: ['BTC/USDT'],
    dataTypes: ['kline@1m'],
    params: { n: 1 },
    createdAt: 1_000,
    startedAt: 2_000,
    stoppedAt: null,
    lastHeartbeatAt: Date.now(),
    restartCount: 0,
    quarantine: null,
    counters: ZERO_COUNTERS,
    outputBytesDropped: 0,
    vitals: { ...ZERO_VITALS, privateBytes: 77 },
    lagEvents: 3,
    lastPrice: 5,
    lastError: null,
    lastExit: null,
    report: {},
    ...changed,
  };
}

function sample(changed: Partial<WorkerSample>): WorkerSample {
  return {
    at: 1,
    eventsPerSecond: 0,
    lagMs: 0,
    lagEvents: 0,
    memoryBytes: 0,
    cpuShare: 0,
    loopDelayMs: 0,
    errorCount: 0,
    restarts: 0,
    openOrders: 0,
    netPnl: {},
    ...changed,
  };
}

interface Given {
  readonly workers?: readonly WorkerStatus[];
  readonly samples?: Readonly<Record<string, WorkerSample>>;
  readonly switches?: readonly { scope: string; state: string; reason: string }[];
  readonly stale?: readonly { symbol: string; dataType: string }[];
}

/** As much of a service as is looked at. */
function serviceOf({ workers = [], samples = {}, switches, stale = [] }: Given = {}): Service {
  const manager = {
    getAllStatus: () => [...workers],
    getWorkerConfig: () => ({}),
    getWorkerHistory: () => [{ at: 1_500 }],
    supervisor: { healthConfig: { heartbeatIntervalMs: 1_000 } },
  };
  return {
    system: { manager, stalePublished: stale.map((topic) => ({ topic, sinceMs: 0 })) },
    strategies: { nameOf: (path: string) => (path.startsWith('/strategies/') ? 'sma' : null) },
    samples: { current: (id: string) => samples[id] },
    execution: switches === undefined ? null : { status: { switches } },
  } as unknown as Service;
}

const QUERY = { sort: 'id', descending: false, limit: 100, offset: 0 } as const;

it('shows a worker as the contract says, with its sample', () => {
  const samples = { a: sample({ eventsPerSecond: 12.5, openOrders: 2, netPnl: { USDT: '-1.5' } }) };
  const view = new WorkerViews(serviceOf({ samples })).of(status('a'));
  expect(workerSchema.parse(view)).toEqual(view);
  expect(view).toMatchObject({
    id: 'a',
    strategy: 'sma',
    since: 1_500,
    health: 'ok',
    mode: 'paper',
    tradingState: 'active',
    figures: { eventsPerSecond: 12.5, openOrders: 2, netPnl: { USDT: '-1.5' } },
  });
});

it('shows what a worker says of itself until it is looked at', () => {
  const view = new WorkerViews(serviceOf()).of(status('a', { strategyPath: '/elsewhere/x.ts' }));
  expect(workerSchema.parse(view)).toEqual(view);
  expect(view).toMatchObject({ strategy: null, figures: { memoryBytes: 77, lagEvents: 3 } });
});

it('tells health by what is worst', () => {
  const stale = [{ symbol: 'BTC/USDT', dataType: 'kline@1m' }];
  const views = new WorkerViews(serviceOf({ stale }));
  const silent = { lastHeartbeatAt: Date.now() - 60_000 };
  const workers = [
    status('a'),
    status('b', { dataTypes: ['trade'] }),
    status('c', silent),
    status('d', { ...silent, pid: null }),
  ];
  expect(workers.map((worker) => views.of(worker).health)).toEqual(['stale', 'ok', 'late', 'down']);
});

it('says why a worker is not well', () => {
  const stale = [{ symbol: 'BTC/USDT', dataType: 'kline@1m' }];
  const { system } = serviceOf({ stale });
  expect(workerHealthView(system, status('a'))).toMatchObject({
    reason: 'market data is stale: kline@1m of BTC/USDT',
    staleTopics: [{ symbol: 'BTC/USDT', dataType: 'kline@1m' }],
  });
  const late = workerHealthView(system, status('a', { lastHeartbeatAt: Date.now() - 60_000 }));
  expect(late.reason).toMatch(/^its last heartbeat was 6\d{4} ms ago$/);
  const down = status('a', { pid: null, state: 'error', quarantine: 'too many restarts' });
  expect(workerHealthView(system, down)).toMatchObject({
    reason: 'it is quarantined: too many restarts',
    silentMs: null,
  });
});

it('shows the strictest of the switches above a worker', () => {
  const switches = [
    { scope: 'account', state: 'reduce-only', reason: 'a loss' },
    { scope: 'strategy:b', state: 'halted', reason: 'by hand' },
  ];
  const views = new WorkerViews(serviceOf({ switches }));
  const shown = ['a', 'b'].map((id) => {
    const { tradingState, tradingReason } = views.of(status(id));
    return [tradingState, tradingReason];
  });
  expect(shown).toEqual([
    ['reduce-only', 'a loss'],
    ['halted', 'by hand'],
  ]);
});

it('lists what is asked for, page by page', () => {
  const workers = [
    status('c', { state: 'paused', symbols: ['ETH/USDT'] }),
    status('b', { strategyName: 'Momentum' }),
    status('a', { strategyPath: '/elsewhere/x.ts' }),
  ];
  const samples = { a: sample({ lagMs: 1 }), b: sample({ lagMs: 9 }), c: sample({ lagMs: 5 }) };
  const service = serviceOf({ workers, samples });
  const ids = (query: object): string[] =>
    workerList(service, { ...QUERY, ...query }).items.map(({ id }) => id);
  expect(ids({})).toEqual(['a', 'b', 'c']);
  expect(ids({ state: ['paused'] })).toEqual(['c']);
  expect(ids({ symbol: 'ETH/USDT' })).toEqual(['c']);
  expect(ids({ strategy: 'sma' })).toEqual(['b', 'c']);
  expect(ids({ strategy: 'Momentum' })).toEqual(['b']);
  expect(ids({ search: 'MOMEN' })).toEqual(['b']);
  expect(ids({ sort: 'lagMs', descending: true })).toEqual(['b', 'c', 'a']);
  expect(workerList(service, { ...QUERY, state: ['running'], limit: 1, offset: 1 })).toMatchObject({
    items: [{ id: 'b' }],
    total: 2,
    byState: { running: 2, paused: 1 },
  });
});
