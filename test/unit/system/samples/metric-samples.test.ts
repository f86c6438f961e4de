import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../../src/base/clock.ts';
import { ZERO_COUNTERS, ZERO_VITALS } from '../../../../src/lifecycle/worker-status.ts';
import type { WorkerStatus } from '../../../../src/lifecycle/worker-status.ts';
import { MetricSamples } from '../../../../src/system/samples/metric-samples.ts';
import type { MetricSamplesOptions } from '../../../../src/system/samples/metric-samples.ts';

const T0 = Date.UTC(2022, 0, 1);

interface Facts {
  readonly processed: number;
  readonly cpuMs?: number;
  readonly pid?: number | null;
  readonly heardAt?: number;
}

/** A status as the manager gives it; the counters are another object with each report. */
function statusOf(workerId: string, { processed, cpuMs = 0, pid = 1, heardAt }: Facts) {
  return {
    workerId,
    pid,
    counters: { ...ZERO_COUNTERS, messagesProcessed: processed, errorCount: 2 },
    vitals: { ...ZERO_VITALS, cpuMs, privateBytes: 1_000, lagMs: 3, loopDelayMs: 4 },
    lagEvents: 5,
    restartCount: 1,
    lastHeartbeatAt: heardAt ?? null,
  } as unknown as WorkerStatus;
}

function rigOf(execution: MetricSamplesOptions['execution'] = null) {
  const clock = new ManualClock(T0);
  const statuses: WorkerStatus[] = [];
  const engine = { eventsIn: 0, eventsOut: 0 };
  const system = {
    manager: { getAllStatus: () => statuses },
    engine: { getStats: () => ({ ...engine }) },
  } as unknown as MetricSamplesOptions['system'];
  const samples = new MetricSamples({ system, execution, clock });
  const sample = (facts: readonly WorkerStatus[], afterMs = 1_000): void => {
    clock.advance(afterMs);
    statuses.splice(0, statuses.length, ...facts);
    samples.sample();
  };
  return { samples, sample, clock, engine };
}

describe('samples of workers', () => {
  it('have rates between two reports, whenever these came', () => {
    const { samples, sample } = rigOf();
    sample([statusOf('a', { processed: 100, cpuMs: 10, heardAt: T0 + 900 })]);
    sample([statusOf('a', { processed: 300, cpuMs: 510, heardAt: T0 + 1_900 })]);
    expect(samples.current('a')).toEqual({
      at: T0 + 2_000,
      eventsPerSecond: 200,
      cpuShare: 0.5,
      lagMs: 3,
      lagEvents: 5,
      memoryBytes: 1_000,
      loopDelayMs: 4,
      errorCount: 2,
      restarts: 1,
      openOrders: 0,
      netPnl: {},
    });
  });

  it('keep a rate over a sample in which no report came, and over none after silence', () => {
    const { samples, sample } = rigOf();
    sample([statusOf('a', { processed: 0, heardAt: T0 })]);
    const last = statusOf('a', { processed: 50, heardAt: T0 + 1_000 });
    sample([last]);
    sample([last]);
    expect(samples.current('a')?.eventsPerSecond).toBe(50);
    sample([last], 10_000);
    expect(samples.current('a')?.eventsPerSecond).toBe(0);
  });

  it('do not take the counters of a new process for those of the one before', () => {
    const { samples, sample } = rigOf();
    sample([statusOf('a', { processed: 10, cpuMs: 900, heardAt: T0 })]);
    sample([statusOf('a', { processed: 20, cpuMs: 901, heardAt: T0 + 1_000 })]);
    sample([statusOf('a', { processed: 5_000, cpuMs: 9_000, pid: 2, heardAt: T0 + 2_000 })]);
    expect(samples.current('a')).toMatchObject({ eventsPerSecond: 10, cpuShare: 0.001 });
  });

  it('show a worker without a process as doing nothing', () => {
    const { samples, sample } = rigOf();
    sample([statusOf('a', { processed: 10, heardAt: T0 })]);
    sample([statusOf('a', { processed: 20, heardAt: T0 + 1_000 })]);
    sample([statusOf('a', { processed: 20, pid: null, heardAt: T0 + 1_000 })]);
    expect(samples.current('a')).toMatchObject({ eventsPerSecond: 0, memoryBytes: 0, lagMs: 0 });
  });

  it('have open orders and the net pnl, exactly, now and before', () => {
    const figures = { realized: '0.3', unrealized: '-0.1', fees: '0.15' };
    const execution = {
      openOrders: () => [{ workerId: 'a' }, { workerId: 'a' }, { workerId: null }],
      account: (id: string) => ({ pnl: id === 'a' ? { USDT: figures } : {} }),
    } as unknown as NonNullable<MetricSamplesOptions['execution']>;
    const { samples, sample } = rigOf(execution);
    sample([statusOf('a', { processed: 0 }), statusOf('b', { processed: 0 })]);
    expect(samples.current('a')).toMatchObject({ openOrders: 2, netPnl: { USDT: '0.05' } });
    expect(samples.current('b')).toMatchObject({ openOrders: 0, netPnl: {} });
    expect(samples.history('a')).toMatchObject([{ openOrders: 2, netPnl: { USDT: '0.05' } }]);
  });

  it('are forgotten with their worker', () => {
    const { samples, sample } = rigOf();
    sample([statusOf('a', { processed: 0 })]);
    sample([]);
    expect(samples.current('a')).toBeUndefined();
    expect(samples.history('a')).toEqual([]);
    expect(samples.all().size).toBe(0);
  });

  it('have a history of seconds and of minutes', () => {
    const { samples, sample } = rigOf();
    for (let second = 1; second <= 61; second += 1)
      sample([statusOf('a', { processed: second * 10, heardAt: T0 + second * 1_000 })]);
    expect(samples.history('a', { sinceMs: T0 + 60_000 })).toHaveLength(2);
    const [minute, ...others] = samples.history('a', { resolution: 'minute' });
    expect(others).toEqual([]);
    expect(minute).toMatchObject({ at: T0, memoryBytes: 1_000 });
    expect(minute?.eventsPerSecond).toBeCloseTo((58 * 10) / 59);
  });
});

describe('samples of the system', () => {
  it('have its events, its memory and its event loop', () => {
    const { samples, sample, engine } = rigOf();
    Object.assign(engine, { eventsIn: 100, eventsOut: 40 });
    sample([statusOf('a', { processed: 0 }), statusOf('b', { processed: 0, pid: null })], 2_000);
    const { system } = samples;
    expect(system).toMatchObject({
      at: T0 + 2_000,
      eventsInPerSecond: 50,
      eventsOutPerSecond: 20,
      workers: 2,
      workersAlive: 1,
    });
    expect(system?.memoryBytes).toBeGreaterThan(10_000_000);
    expect(system?.loopDelayMs).toBeGreaterThanOrEqual(0);
    expect(samples.systemHistory()).toEqual([system]);
  });

  it('are told to listeners with those of the workers', () => {
    const { samples, sample } = rigOf();
    const told: string[][] = [];
    const unlisten = samples.listen((workers) => told.push([...workers.keys()]));
    sample([statusOf('a', { processed: 0 })]);
    unlisten();
    sample([]);
    expect(told).toEqual([['a']]);
  });

  it('refuse a time between them that can not be', () => {
    const { samples } = rigOf();
    expect(samples.system).toBeUndefined();
    const system = { engine: { getStats: () => ({ eventsIn: 0, eventsOut: 0 }) } };
    const make = (everyMs: number) => () =>
      new MetricSamples({ system: system as unknown as MetricSamplesOptions['system'], everyMs });
    expect(make(99)).toThrow('everyMs');
    expect(make(Number.NaN)).toThrow('100 to 60,000');
  });
});
