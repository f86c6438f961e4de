import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RestartPolicy } from '../../../src/lifecycle/restart-policy.ts';
import { bar } from '../support/bars.ts';
import { filesOutside, fixture, temporaryDirectory } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { isAlive } from '../support/processes.ts';
import { waitFor } from '../support/wait.ts';

let manager: Awaited<ReturnType<typeof startManager>>;

beforeAll(async () => {
  manager = await startManager({ maxWorkers: 3, pool: { minSize: 2 } });
});
afterAll(() => manager.stop());
afterEach(async () => {
  await manager.stopAllWorkers();
  for (const { workerId } of manager.getAllStatus()) manager.removeWorker(workerId);
  for (const told of [manager.told.exits, manager.told.moves]) told.length = 0;
});

const SOON = { initialDelayMs: 1, jitter: 0 };

async function start(
  policy: Partial<RestartPolicy>,
  name = 'tells-all',
  workerId = 'a',
): Promise<void> {
  await manager.startStrategy(fixture(name), { restartPolicy: policy }, workerId);
}

/** Kills the process that a worker has now. */
function kill(workerId = 'a', signal = 'SIGKILL'): void {
  process.kill(manager.getWorkerStatus(workerId).pid ?? 0, signal);
}

/** Waits until a worker runs again after so many restarts. */
function back(restartCount: number, workerId = 'a') {
  return statusOf(
    manager,
    workerId,
    (status) => status.state === 'running' && status.restartCount === restartCount,
  );
}

describe('a worker whose process ends unasked', () => {
  it('runs again in a new process, with its restarts counted', async () => {
    await start(SOON);
    const { pid, createdAt } = manager.getWorkerStatus('a');
    kill();

    const status = await back(1);
    expect(status.pid).not.toBe(pid);
    expect(status).toMatchObject({
      createdAt,
      quarantine: null,
      lastExit: { cause: 'signal', signal: 'SIGKILL' },
    });
    expect(manager.getStats().supervisor.restarts).toBeGreaterThan(0);
  });

  it('goes through ERROR and RECOVERING, and says which restart it is', async () => {
    await start(SOON);
    kill();
    await back(1);

    expect(manager.told.states('a').slice(3)).toEqual([
      'running',
      'error',
      'recovering',
      'running',
    ]);
    const triggers = manager.getWorkerHistory('a').map(({ trigger }) => trigger);
    expect(triggers[3]).toBe('the process was ended by SIGKILL');
    expect(triggers[4]).toMatch(/^restart 1 in 1 ms: the process was ended by SIGKILL$/);
  });

  it('begins with new counters, onInit and onStart', async () => {
    await start(SOON);
    void manager.broker.publishBatch([bar(1)]);
    await statusOf(manager, 'a', ({ counters }) => counters.messagesProcessed === 1);
    kill();

    const { report } = await back(1);
    expect((report['seen'] as string[]).slice(0, 2)).toEqual(['init', 'start']);
  });

  it('gets data again', async () => {
    await start(SOON);
    kill();
    await back(1);
    void manager.broker.publishBatch([bar(5)]);

    await waitFor('the bar', () =>
      (manager.getWorkerStatus('a').report['seen'] as string[]).includes('BTC/USDT 5'),
    );
    expect(manager.broker.getSubscribers('BTC/USDT', 'kline')).toEqual(['a']);
  });

  it('leaves its siblings alone', async () => {
    await start(SOON);
    await start(SOON, 'counts-bars', 'sibling');
    const { pid } = manager.getWorkerStatus('sibling');
    kill();
    await back(1);

    expect(manager.getWorkerStatus('sibling')).toMatchObject({
      state: 'running',
      pid,
      restartCount: 0,
    });
  });

  it('keeps how each of its processes ended', async () => {
    await start(SOON);
    kill();
    await back(1);
    kill('a', 'SIGTERM');
    await back(2);

    expect(manager.getWorkerExits('a').map(({ cause, reason }) => `${cause}: ${reason}`)).toEqual([
      'signal: the process was ended by SIGKILL',
      'signal: ended by a SIGTERM from outside',
    ]);
  });

  it('waits longer before each restart', async () => {
    await start({ initialDelayMs: 20, factor: 4, jitter: 0, maxRestarts: 3 });
    for (const restart of [1, 2, 3]) {
      kill();
      await back(restart);
    }

    const delays = manager
      .getWorkerHistory('a')
      .flatMap(({ trigger }) => /^restart \d in (\d+) ms/.exec(trigger)?.[1] ?? []);
    expect(delays).toEqual(['20', '80', '320']);
  });
});

describe('a worker that ends again and again', () => {
  it('is quarantined past its limit, in ERROR, and says why', async () => {
    await start({ ...SOON, maxRestarts: 2 });
    for (const restart of [1, 2]) {
      kill();
      await back(restart);
    }
    kill();

    const status = await statusOf(manager, 'a', ({ quarantine }) => quarantine !== null);
    expect(status).toMatchObject({ state: 'error', pid: null, restartCount: 2 });
    expect(status.quarantine).toBe(
      '2 restarts within 60000 ms are its limit; last end: the process was ended by SIGKILL',
    );
    expect(manager.getStats().pool.busy).toBe(0);
  });

  it('runs again when a person restarts it, with a new budget', async () => {
    await start({ ...SOON, maxRestarts: 1 });
    kill();
    await back(1);
    kill();
    await statusOf(manager, 'a', ({ quarantine }) => quarantine !== null);
    await manager.restartWorker('a');
    expect(manager.getWorkerStatus('a')).toMatchObject({
      state: 'running',
      quarantine: null,
      restartCount: 2,
    });
    kill();

    await back(3);
  });

  it('leaves ERROR when it is stopped', async () => {
    await start({ ...SOON, maxRestarts: 0 });
    kill();
    await statusOf(manager, 'a', ({ quarantine }) => quarantine !== null);
    await manager.stopWorker('a');

    expect(manager.getWorkerStatus('a').state).toBe('stopped');
  });

  it('is quarantined at once when it fails in onInit', async () => {
    const path = fixture('fails-the-second-time');
    const marker = join(temporaryDirectory(), 'marker');
    await manager.startStrategy(path, { params: { marker }, restartPolicy: SOON }, 'a');
    writeFileSync(marker, '');
    kill();

    const status = await statusOf(manager, 'a', ({ quarantine }) => quarantine !== null);
    expect(status).toMatchObject({ state: 'error', pid: null, restartCount: 1 });
    expect(status.quarantine).toContain('onInit threw: not again');
  });

  it('is quarantined when its file is broken by then', async () => {
    const path = join(
      filesOutside({ 'a.mjs': "export default { name: 'a', symbols: ['BTC/USDT'] };" }),
      'a.mjs',
    );
    await manager.startStrategy(path, { restartPolicy: SOON }, 'a');
    writeFileSync(path, 'export default {');
    kill();

    const status = await statusOf(manager, 'a', ({ quarantine }) => quarantine !== null);
    expect(status.state).toBe('error');
    expect(status.quarantine).toContain('does not compile');
  });
});

describe('a worker for which there is no process at the moment', () => {
  it('is tried again as its policy says', async () => {
    const workerEnv: Record<string, string> = {};
    const poor = await startManager({
      pool: { minSize: 0 },
      workerEnv,
      restartPolicy: { ...SOON, maxRestarts: 1_000, factor: 1 },
    });
    try {
      await poor.startStrategy(fixture('tells-all'), {}, 'a');
      workerEnv['NODE_OPTIONS'] = '--no-such-option';
      process.kill(poor.getWorkerStatus('a').pid ?? 0, 'SIGKILL');
      await statusOf(poor, 'a', ({ restartCount }) => restartCount > 2);
      delete workerEnv['NODE_OPTIONS'];
      await statusOf(poor, 'a', ({ state }) => state === 'running');
      expect(poor.getWorkerStatus('a').quarantine).toBeNull();
    } finally {
      await poor.stop();
    }
  });

  it('is quarantined past its limit, and says why', async () => {
    const workerEnv: Record<string, string> = {};
    const poor = await startManager({
      pool: { minSize: 0 },
      workerEnv,
      restartPolicy: { ...SOON, maxRestarts: 2 },
    });
    try {
      await poor.startStrategy(fixture('tells-all'), {}, 'a');
      workerEnv['NODE_OPTIONS'] = '--no-such-option';
      process.kill(poor.getWorkerStatus('a').pid ?? 0, 'SIGKILL');
      const status = await statusOf(poor, 'a', ({ quarantine }) => quarantine !== null);
      expect(status).toMatchObject({ state: 'error', pid: null, restartCount: 2 });
      expect(status.quarantine).toContain('--no-such-option');
    } finally {
      await poor.stop();
    }
  });
});

describe('a process that ends as soon as it runs', () => {
  it('is followed by others up to the limit, and no two of them run at once', async () => {
    const symbol = 'POISON/USDT';
    await manager.startStrategy(
      fixture('exits'),
      { symbols: [symbol], restartPolicy: { ...SOON, maxRestarts: 5 } },
      'a',
    );
    // Each process gets the last value again, and ends of it.
    void manager.broker.publishBatch([bar(4, symbol)]);

    const status = await statusOf(manager, 'a', ({ quarantine }) => quarantine !== null);
    expect(status).toMatchObject({ state: 'error', pid: null, restartCount: 5 });
    expect(status.quarantine).toContain('5 restarts within 60000 ms are its limit');
    expect(manager.getWorkerExits('a').map(({ code }) => code)).toEqual([4, 4, 4, 4, 4, 4]);
    expect(manager.getStats().pool.busy).toBe(0);
  });
});

describe('the restart policy', () => {
  it('temporary leaves an ended worker as it is', async () => {
    await start({ ...SOON, mode: 'temporary' });
    kill();

    const exit = await manager.told.exit('a');
    expect(exit.cause).toBe('signal');
    expect(manager.getWorkerStatus('a')).toMatchObject({
      state: 'error',
      quarantine: null,
      restartCount: 0,
    });
    expect(manager.getStats().supervisor.workers).toBe(0);
  });

  it.each(['transient', 'permanent'] as const)(
    '%s leaves a worker that was stopped as it is',
    async (mode) => {
      await start({ ...SOON, mode });
      await manager.stopWorker('a');

      expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'stopped', restartCount: 0 });
      expect(manager.getStats().supervisor.workers).toBe(0);
    },
  );

  it.each(['transient', 'permanent'] as const)(
    '%s restarts a worker that ended unasked',
    async (mode) => {
      const symbol = `${mode}/USDT`;
      await manager.startStrategy(
        fixture('exits'),
        { symbols: [symbol], restartPolicy: { ...SOON, mode } },
        'a',
      );
      // The exit code: 0 is an end in good order.
      void manager.broker.publishBatch([bar(mode === 'transient' ? 3 : 0, symbol)]);

      await statusOf(manager, 'a', ({ restartCount }) => restartCount > 0);
    },
  );
});

describe('a stop that comes between', () => {
  it('calls off a restart that waits', async () => {
    await start({ initialDelayMs: 600_000, maxDelayMs: 600_000, jitter: 0 });
    kill();
    await statusOf(manager, 'a', ({ state }) => state === 'error');
    await manager.stopWorker('a');

    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'stopped', pid: null });
    manager.removeWorker('a');
  });

  it('keeps the place and the id of a worker that waits for its restart', async () => {
    await start({ initialDelayMs: 600_000, maxDelayMs: 600_000, jitter: 0 });
    kill();
    await statusOf(manager, 'a', ({ state }) => state === 'error');

    expect(() => manager.removeWorker('a')).toThrow(
      expect.objectContaining({ code: 'WORKER_RUNS' }),
    );
    await expect(start(SOON)).rejects.toMatchObject({ code: 'DUPLICATE_WORKER_ID' });
  });

  it('ends a restart that is under way', async () => {
    const cold = await startManager({ pool: { minSize: 0 }, restartPolicy: SOON });
    try {
      await cold.startStrategy(fixture('tells-all'), {}, 'a');
      process.kill(cold.getWorkerStatus('a').pid ?? 0, 'SIGKILL');
      await statusOf(cold, 'a', ({ state }) => state === 'recovering');
      await cold.stopWorker('a');
      expect(cold.getWorkerStatus('a')).toMatchObject({ state: 'stopped', pid: null });
      await waitFor('no process at work', () => {
        const { busy, starting } = cold.getStats().pool;
        return busy + starting === 0;
      });
      expect(cold.getWorkerStatus('a')).toMatchObject({ state: 'stopped', pid: null });
    } finally {
      await cold.stop();
    }
  });

  it('gives way to a restart that a person asks for', async () => {
    await start({ initialDelayMs: 600_000, maxDelayMs: 600_000, jitter: 0 });
    kill();
    await statusOf(manager, 'a', ({ state }) => state === 'error');
    await manager.restartWorker('a');

    const { pid } = manager.getWorkerStatus('a');
    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'running', restartCount: 1 });
    expect(isAlive(pid ?? 0)).toBe(true);
  });
});
