import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { fleetSource } from '../../../../src/api/stream/sources/fleet-source.ts';
import { ZERO_COUNTERS, ZERO_VITALS } from '../../../../src/lifecycle/worker-status.ts';
import type { WorkerStatus } from '../../../../src/lifecycle/worker-status.ts';
import type { Service } from '../../../../src/system/service/service.ts';

function status(workerId: string): WorkerStatus {
  return {
    workerId,
    strategyPath: '/strategies/sma.ts',
    strategyName: 'SMA',
    state: 'stopped',
    pid: null,
    symbols: ['BTC/USDT'],
    dataTypes: ['kline@1m'],
    params: { n: 1 },
    createdAt: 1_000,
    startedAt: null,
    stoppedAt: null,
    lastHeartbeatAt: null,
    restartCount: 0,
    quarantine: null,
    counters: ZERO_COUNTERS,
    outputBytesDropped: 0,
    vitals: ZERO_VITALS,
    lagEvents: 0,
    lastPrice: null,
    lastError: null,
    lastExit: null,
    report: { trades: 1 },
  };
}

/** A fleet of which each worker is looked at as often as it is sampled, with what the source tells. */
function fleetOf(...ids: readonly string[]) {
  const workers = new Map(ids.map((id) => [id, status(id)]));
  const listeners = new Set<(samples: ReadonlyMap<string, unknown>) => void>();
  const manager = Object.assign(new EventEmitter(), {
    // As a real one, which makes them anew each time.
    getAllStatus: () => [...workers.values()].map((one) => structuredClone(one)),
    findWorkerStatus: (id: string) => structuredClone(workers.get(id)),
    getWorkerConfig: () => ({}),
    getWorkerHistory: () => [],
    supervisor: { healthConfig: { heartbeatIntervalMs: 1_000 } },
  });
  const source = fleetSource({
    system: { manager, stalePublished: [] },
    strategies: { nameOf: () => 'sma' },
    samples: {
      current: () => undefined,
      listen: (listener: (samples: ReadonlyMap<string, unknown>) => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    execution: null,
  } as unknown as Service);
  return {
    source,
    listeners,
    manager,
    workers,
    change: (id: string, changed: Partial<WorkerStatus>): void => {
      workers.set(id, { ...(workers.get(id) ?? status(id)), ...changed });
    },
    sample: (): void => {
      for (const listener of listeners) listener(new Map([...workers.keys()].map((id) => [id, 0])));
    },
  };
}

it('tells nothing of workers that are as they were', () => {
  const { source, sample } = fleetOf('a', 'b');
  sample();
  expect(source.changes()).toBeNull();
});

it.each([{ report: { trades: 2 } }, { lastPrice: 5 }, { lastHeartbeatAt: 7 }, { lagEvents: 3 }])(
  'tells the pulse alone where it is new: %j',
  (changed) => {
    const { source, sample, change } = fleetOf('a', 'b');
    change('b', changed);
    sample();
    const pulses = [expect.objectContaining({ id: 'b' })];
    expect(source.changes()).toEqual({ workers: [], pulses, removed: [] });
    sample();
    expect(source.changes()).toBeNull();
  },
);

it.each([
  { state: 'starting' },
  { params: { n: 2 } },
  { symbols: ['BTC/USDT', 'ETH/USDT'] },
  { quarantine: 'too many restarts' },
] as const)('tells a worker whole where anything else is new: %j', (changed) => {
  const { source, sample, change } = fleetOf('a', 'b');
  change('a', changed);
  sample();
  const workers = [expect.objectContaining({ id: 'a', ...changed })];
  expect(source.changes()).toEqual({ workers, pulses: [], removed: [] });
});

it('tells of workers that came and went', () => {
  const { source, sample, change, workers } = fleetOf('a');
  change('b', {});
  workers.delete('a');
  sample();
  const made = [expect.objectContaining({ id: 'b' })];
  expect(source.changes()).toEqual({ workers: made, pulses: [], removed: ['a'] });
});

it('looks at a worker at once that has said something', () => {
  const { source, manager, change } = fleetOf('a');
  change('a', { lastHeartbeatAt: 9 });
  manager.emit('status', { workerId: 'a' });
  expect(source.changes()).toMatchObject({ pulses: [{ id: 'a', lastHeartbeatAt: 9 }] });
});

it('hears nothing once it is closed', () => {
  const { source, manager, listeners } = fleetOf('a');
  source.close();
  expect([manager.listenerCount('status'), listeners.size]).toEqual([0, 0]);
});

it('tells of a worker that is as it was before a snapshot showed it otherwise', () => {
  const { source, change, sample } = fleetOf('a', 'b');
  change('a', { params: { n: 2 } });
  expect(source.snapshot()).toMatchObject({ workers: [{ params: { n: 2 } }, {}] });
  change('a', { params: { n: 1 } });
  sample();
  expect(source.changes()).toMatchObject({ workers: [{ id: 'a', params: { n: 1 } }] });
  sample();
  expect(source.changes()).toBeNull();
});
