import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bars } from '../support/bars.ts';
import { fixture, temporaryDirectory } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { rejection, waitFor } from '../support/wait.ts';

let home: string;
let manager: Awaited<ReturnType<typeof startManager>>;

async function start(maxWorkers = 4): Promise<void> {
  manager = await startManager({ home, maxWorkers, pool: { minSize: 1 } });
}

beforeEach(async () => {
  home = temporaryDirectory();
  await start();
});
afterEach(() => manager.stop());

const WITH_PARAMS = fixture('with-params');
const REMEMBERS = fixture('remembers');

describe('createWorker', () => {
  it('makes a worker known that is stopped, with what it would run', async () => {
    const id = await manager.createWorker(WITH_PARAMS, { params: { n1: 3 } }, 'a');

    expect(id).toBe('a');
    expect(manager.getAllStatus()).toMatchObject([
      {
        workerId: 'a',
        state: 'stopped',
        pid: null,
        strategyName: 'with params',
        symbols: ['BTC/USDT'],
        dataTypes: ['kline@1m'],
        params: { n1: 3 },
        restartCount: 0,
      },
    ]);
    expect(manager.getWorkerConfig('a')).toEqual({ params: { n1: 3 } });
    expect(manager.getWorkerDescription('a')).toMatchObject({ name: 'with params' });
  });

  it('survives its host, as stopped', async () => {
    await manager.createWorker(WITH_PARAMS, { params: { n1: 3 }, warmup: 7 }, 'a');
    await manager.stop();
    await start();

    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'stopped', params: { n1: 3 } });
    expect(manager.getWorkerConfig('a')).toEqual({ params: { n1: 3 }, warmup: 7 });
    expect(manager.getWorkerDescription('a')).toBe(null);
  });

  it('makes an id of the name of the file', async () => {
    expect(await manager.createWorker(WITH_PARAMS)).toMatch(/^with-params-\d+$/);
  });

  it('refuses an id that another one has, also where that does not run', async () => {
    await manager.createWorker(WITH_PARAMS, {}, 'a');
    const error = await rejection(manager.createWorker(WITH_PARAMS, {}, 'a'));

    expect([error.code, error.message]).toEqual([
      'DUPLICATE_WORKER_ID',
      'there is a worker "a" already',
    ]);
  });

  it('gives one of two the id that both want', async () => {
    const both = await Promise.allSettled([
      manager.createWorker(WITH_PARAMS, {}, 'a'),
      manager.createWorker(WITH_PARAMS, {}, 'a'),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('refuses what could not be started, and nothing is known then', async () => {
    const broken = join(home, 'broken.mjs');
    writeFileSync(broken, 'export default {');
    const codes = [
      await rejection(manager.createWorker(fixture('nowhere'))),
      await rejection(manager.createWorker(broken)),
      await rejection(manager.createWorker(fixture('no-default-export'))),
      await rejection(manager.createWorker(WITH_PARAMS, { params: { n1: 0 } })),
      await rejection(manager.createWorker(WITH_PARAMS, { warmup: -1 })),
      await rejection(manager.createWorker(WITH_PARAMS, { symbols: ['no symbol'] })),
      await rejection(manager.createWorker(WITH_PARAMS, {}, '../a')),
    ].map(({ code }) => code);

    expect(codes).toEqual([
      'STRATEGY_NOT_FOUND',
      'STRATEGY_COMPILE_FAILED',
      'BAD_STRATEGY',
      'INVALID_PARAMS',
      'INVALID_OPTION',
      'INVALID_SYMBOL',
      'INVALID_WORKER_ID',
    ]);
    expect(manager.workerCount).toBe(0);
  });
});

describe('startWorker', () => {
  it('starts one that was created, which counts as no restart', async () => {
    await manager.createWorker(WITH_PARAMS, { params: { n1: 3 } }, 'a');
    await manager.startWorker('a');

    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'running', restartCount: 0 });
    expect(manager.told.states('a')).toEqual([
      'stopped',
      'restarting',
      'initializing',
      'initialized',
      'starting',
      'running',
    ]);
  });

  it('is brought back by the next host once it was started', async () => {
    await manager.createWorker(WITH_PARAMS, {}, 'a');
    await manager.startWorker('a');
    await manager.stop();
    await start();

    expect(manager.getRunningWorkers()).toEqual(['a']);
  });

  it('goes on with the state that was saved', async () => {
    await manager.startStrategy(REMEMBERS, {}, 'a');
    void manager.broker.publishBatch(bars(1, 3));
    await statusOf(manager, 'a', ({ report }) => JSON.stringify(report['runs']) === '[[1,3]]');
    await manager.stopWorker('a');
    await manager.startWorker('a');

    const { report } = await statusOf(manager, 'a', (now) => now.report['told'] !== undefined);
    expect(report['told']).toContain('start knowing [[1,3]] after ');
  });

  it('refuses one that runs', async () => {
    await manager.startStrategy(WITH_PARAMS, {}, 'a');
    const error = await rejection(manager.startWorker('a'));

    expect([error.code, error.message]).toEqual([
      'WORKER_RUNS',
      'worker "a" runs: restartWorker starts it anew',
    ]);
  });

  it('refuses one too many, also where all are started at once', async () => {
    await manager.stop();
    await start(1);
    await manager.createWorker(WITH_PARAMS, {}, 'a');
    await manager.createWorker(WITH_PARAMS, {}, 'b');
    const both = await Promise.allSettled([manager.startWorker('a'), manager.startWorker('b')]);

    expect(both).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'WORKER_LIMIT_REACHED' } },
    ]);
  });

  it('lifts a quarantine', async () => {
    const file = join(home, 'mended.mjs');
    writeFileSync(file, "export default { name: 'm', symbols: ['A/B'], onInit() { throw 1; } };");
    await manager.createWorker(file, {}, 'a');
    await rejection(manager.startWorker('a'));
    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'error' });
    expect(manager.getWorkerStatus('a').quarantine).not.toBe(null);
    writeFileSync(file, "export default { name: 'm', symbols: ['A/B'] };");
    await manager.startWorker('a');

    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'running', quarantine: null });
  });

  it('starts one that waits for its restart at once, as it is configured by then', async () => {
    const restartPolicy = { initialDelayMs: 3_600_000, maxDelayMs: 3_600_000 };
    await manager.startStrategy(WITH_PARAMS, { restartPolicy }, 'a');
    process.kill(manager.getWorkerStatus('a').pid ?? 0, 'SIGKILL');
    await statusOf(manager, 'a', ({ state }) => state === 'error');
    await manager.configureWorker('a', { params: { n1: 2 } });
    await manager.startWorker('a');

    expect(manager.getWorkerStatus('a')).toMatchObject({
      state: 'running',
      report: { params: { n1: 2 } },
    });
  });

  it('leaves a worker as it was whose file does not compile any more', async () => {
    const file = join(home, 'breaks.mjs');
    writeFileSync(file, "export default { name: 'm', symbols: ['A/B'] };");
    await manager.createWorker(file, {}, 'a');
    writeFileSync(file, 'export default {');

    expect((await rejection(manager.startWorker('a'))).code).toBe('STRATEGY_COMPILE_FAILED');
    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'stopped', quarantine: null });
  });

  it('keeps a worker from being removed while its file is looked at', async () => {
    await manager.createWorker(WITH_PARAMS, {}, 'a');
    const started = manager.startWorker('a');

    expect(() => manager.removeWorker('a')).toThrow(
      'worker "a" runs: stop it before it is removed',
    );
    await started;
  });
});

describe('cloneWorker', () => {
  it('makes a stopped worker of the same file and configuration', async () => {
    await manager.startStrategy(WITH_PARAMS, { params: { n1: 3 }, symbols: ['ETH/USDT'] }, 'a');
    await manager.updateParams('a', { n1: 4 });

    expect(await manager.cloneWorker('a', 'b')).toBe('b');
    expect(manager.getWorkerStatus('b')).toMatchObject({
      strategyPath: WITH_PARAMS,
      state: 'stopped',
      symbols: ['ETH/USDT'],
      params: { n1: 4 },
    });
    expect(manager.getWorkerConfig('b')).toEqual(manager.getWorkerConfig('a'));
  });
});

describe('describeStrategy', () => {
  it('says what a file says of itself, and makes no worker', async () => {
    expect(await manager.describeStrategy(WITH_PARAMS)).toMatchObject({
      name: 'with params',
      symbols: ['BTC/USDT'],
      callbacks: ['onStart', 'onParams'],
      paramsSchema: { type: 'object' },
    });
    expect(manager.workerCount).toBe(0);
  });

  it('rejects a file that is no strategy', async () => {
    expect((await rejection(manager.describeStrategy(fixture('no-default-export')))).code).toBe(
      'BAD_STRATEGY',
    );
  });
});

describe('readState', () => {
  it('shows the state that was saved last', async () => {
    await manager.startStrategy(REMEMBERS, {}, 'a');
    expect(manager.readState('a')).toBe(null);
    const beforeMs = Date.now();
    void manager.broker.publishBatch(bars(1, 3));
    const state = await waitFor('the state', () => {
      const saved = manager.readState('a');
      return saved !== null && JSON.stringify(saved.data).includes('[[1,3]]') && saved;
    });

    expect(state).toMatchObject({ version: 1, data: { runs: [[1, 3]], twice: 0, lost: 0 } });
    expect(state.savedAt).toBeGreaterThanOrEqual(beforeMs);
  });
});

describe('clearLog', () => {
  it('empties the log of a worker that goes on writing to it', async () => {
    await manager.startStrategy(fixture('logs-bars'), {}, 'a');
    const messages = (): string[] => manager.readLog('a').map(({ message }) => message);
    void manager.broker.publishBatch(bars(1, 2));
    await waitFor('the lines', () => messages().includes('close 2'));
    manager.clearLog('a');
    expect(messages()).toEqual([]);
    void manager.broker.publishBatch(bars(3, 4));
    await waitFor('the next lines', () => messages().includes('close 4'));

    expect(messages()).toEqual(['close 3', 'close 4']);
  });
});
