import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkerManager } from '../../../src/host/worker-manager.ts';
import { bar } from '../support/bars.ts';
import { fixture } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { isAlive } from '../support/processes.ts';
import { rejection, waitFor } from '../support/wait.ts';

let manager: Awaited<ReturnType<typeof startManager>>;

beforeAll(async () => {
  manager = await startManager({ maxWorkers: 4 });
});
afterAll(() => manager.stop());

const TELLS_ALL = fixture('tells-all');

async function running(
  workerId: string,
  config: Parameters<WorkerManager['startStrategy']>[1] = {},
) {
  await manager.startStrategy(TELLS_ALL, config, workerId);
  return {
    [Symbol.asyncDispose]: async () => {
      await manager.stopWorker(workerId);
      manager.removeWorker(workerId);
    },
  };
}

function seenBy(workerId: string): string[] {
  return (manager.getWorkerStatus(workerId).report['seen'] as string[] | undefined) ?? [];
}

describe('starting a strategy', () => {
  it('resolves once the worker is RUNNING, onInit and onStart done', async () => {
    await using _worker = await running('a');

    expect(manager.getWorkerStatus('a').state).toBe('running');
    expect(seenBy('a')).toEqual(['init', 'start']);
  });

  it('runs it in a process of its own', async () => {
    await using _one = await running('a');
    await using _other = await running('b');

    const pids = ['a', 'b'].map((workerId) => manager.getWorkerStatus(workerId).pid ?? 0);
    expect(new Set([...pids, process.pid]).size).toBe(3);
    expect(pids.every(isAlive)).toBe(true);
  });

  it('takes the worker through the states in order', async () => {
    const seenBefore = manager.told.moves.length;
    await using _worker = await running('a');

    const moves = manager.told.moves.slice(seenBefore).map(({ move }) => `${move.from} ${move.to}`);
    expect(moves).toEqual(['initializing initialized', 'initialized starting', 'starting running']);
  });

  it('makes an id of the name of the file', async () => {
    const workerId = await manager.startStrategy(TELLS_ALL);

    expect(workerId).toMatch(/^tells-all-\d+$/);
    await manager.stopWorker(workerId);
    manager.removeWorker(workerId);
  });

  it('makes an id of the name of the folder where the file is called strategy', async () => {
    const workerId = await manager.startStrategy(fixture('imports-others/strategy'));

    expect(workerId).toMatch(/^imports-others-\d+$/);
    await manager.stopWorker(workerId);
    manager.removeWorker(workerId);
  });

  it('says in the status what runs', async () => {
    const beforeMs = Date.now();
    await using _worker = await running('a', {
      symbols: ['ETH/USDT', 'BTC/USDT'],
      dataTypes: ['kline', 'tick'],
      params: { n: 1 },
    });

    const status = manager.getWorkerStatus('a');
    expect(status).toMatchObject({
      workerId: 'a',
      strategyPath: TELLS_ALL,
      strategyName: 'tells all',
      symbols: ['ETH/USDT', 'BTC/USDT'],
      dataTypes: ['kline@1m', 'trade', 'quote'],
      params: { n: 1 },
      restartCount: 0,
      quarantine: null,
      stoppedAt: null,
      lastError: null,
      lastExit: null,
    });
    expect(status.createdAt).toBeGreaterThanOrEqual(beforeMs);
    expect(status.startedAt).toBeGreaterThanOrEqual(status.createdAt);
    expect(status.lastHeartbeatAt).toBeGreaterThanOrEqual(status.createdAt);
  });

  it('reports what the process measures of itself', async () => {
    await using _worker = await running('a');

    const { vitals } = await statusOf(manager, 'a', ({ vitals: { rssBytes } }) => rssBytes > 0);
    expect(vitals.heapUsedBytes).toBeGreaterThan(1_000_000);
    expect(vitals.cpuMs).toBeGreaterThan(0);
  });

  it('lets two strategies of one file run side by side', async () => {
    await using _one = await running('a', { symbols: ['BTC/USDT'] });
    await using _other = await running('b', { symbols: ['ETH/USDT'] });
    await manager.publishMarketData('ETH/USDT', 'kline', { close: 7 });

    await waitFor('the bar', () => seenBy('b').includes('ETH/USDT 7'));
    expect(seenBy('a')).toEqual(['init', 'start']);
  });

  it('starts several at once', async () => {
    const ids = ['a', 'b', 'c', 'd'];
    await Promise.all(ids.map((workerId) => manager.startStrategy(TELLS_ALL, {}, workerId)));

    expect(manager.getRunningWorkers().toSorted()).toEqual(ids);
    await manager.stopAllWorkers();
    for (const workerId of ids) manager.removeWorker(workerId);
  });
});

describe('stopping', () => {
  it('runs onStop, ends the process and says how', async () => {
    await using _worker = await running('stops');
    const pid = manager.getWorkerStatus('stops').pid ?? 0;
    await manager.stopWorker('stops');

    expect(isAlive(pid)).toBe(false);
    const status = manager.getWorkerStatus('stops');
    expect(status).toMatchObject({
      state: 'stopped',
      pid: null,
      lastExit: { cause: 'stopped', expected: true, code: 0, signal: null, stoppedBy: 'message' },
    });
    expect(status.stoppedAt).toBeGreaterThanOrEqual(status.startedAt ?? Infinity);
    expect(seenBy('stops').at(-1)).toBe('stop');
    expect(manager.told.states('stops')).toEqual([
      'initializing',
      'initialized',
      'starting',
      'running',
      'stopping',
      'stopped',
    ]);
  });

  it('delivers what the strategy logged last', async () => {
    await using _worker = await running('logs-last');
    await manager.stopWorker('logs-last');

    await waitFor('the line', () => manager.told.messages('logs-last').includes('stopping'));
  });

  it('does nothing to a worker that is stopped already', async () => {
    await using _worker = await running('a');
    await manager.stopWorker('a');
    const history = manager.getWorkerHistory('a');
    await manager.stopWorker('a');

    expect(manager.getWorkerHistory('a')).toEqual(history);
  });

  it('stops once, however often it is asked at once', async () => {
    await using _worker = await running('twice');
    await Promise.all([manager.stopWorker('twice'), manager.stopWorker('twice')]);

    expect(manager.told.exits.filter(({ workerId }) => workerId === 'twice')).toHaveLength(1);
  });

  it('frees the id, so that another worker can have it', async () => {
    await using _worker = await running('a');
    await manager.stopWorker('a');
    await manager.startStrategy(fixture('counts-bars'), {}, 'a');

    expect(manager.getWorkerStatus('a')).toMatchObject({
      strategyName: 'counts bars',
      state: 'running',
      lastExit: null,
    });
  });

  it('ends a worker that is asked to stop while it is being started', async () => {
    const starting = rejection(manager.startStrategy(fixture('never-ready'), {}, 'half-way'));
    await waitFor('a process', () => manager.getWorker('half-way').pid);
    const pid = manager.getWorker('half-way').pid ?? 0;
    await manager.stopWorker('half-way');

    expect(isAlive(pid)).toBe(false);
    expect((await starting).code).toBe('WORKER_ENDED');
    expect(manager.getAllStatus().map(({ workerId }) => workerId)).not.toContain('half-way');
  });

  it('ends a worker that is asked to stop before it has a process', async () => {
    const starting = manager.startStrategy(TELLS_ALL, {}, 'early').catch(() => undefined);
    const stopping = manager.stopWorker('early').catch(() => undefined);
    await Promise.all([starting, stopping]);

    expect(manager.getRunningWorkers()).not.toContain('early');
    expect(manager.getStats().pool.busy).toBe(0);
  });
});

describe('pausing and resuming', () => {
  it('keeps events from the strategy in between, and counts them', async () => {
    await using _worker = await running('a');
    await manager.pauseWorker('a');
    expect(manager.getWorkerStatus('a').state).toBe('paused');
    void manager.broker.publishBatch([bar(1), bar(2)]);
    await statusOf(manager, 'a', ({ counters }) => counters.messagesSkipped === 2);
    await manager.resumeWorker('a');
    expect(manager.getWorkerStatus('a').state).toBe('running');
    void manager.broker.publishBatch([bar(3)]);

    await waitFor('the bar', () => seenBy('a').includes('BTC/USDT 3'));
    expect(seenBy('a')).not.toContain('BTC/USDT 1');
    expect(seenBy('a').filter((what) => /pause|resume/.test(what))).toEqual(['pause', 'resume']);
    expect(manager.getWorkerStatus('a').counters).toMatchObject({
      messagesReceived: 3 + 0,
      messagesProcessed: 1,
    });
  });

  it('says in its counts who runs and who pauses', async () => {
    await using _one = await running('a');
    await using _other = await running('b');
    await manager.pauseWorker('b');

    expect(manager.getRunningWorkers()).toEqual(['a']);
    expect(manager.runningCount).toBe(1);
    expect(manager.workerCount).toBe(2);
    expect(manager.getStats().workers).toMatchObject({ running: 1, paused: 1 });
  });

  it('rejects a pause of a worker that pauses already', async () => {
    await using _worker = await running('a');
    await manager.pauseWorker('a');

    const error = await rejection(manager.pauseWorker('a'));
    expect(error.code).toBe('ILLEGAL_TRANSITION');
    expect(error.message).toContain('paused');
    expect(manager.getWorkerStatus('a').state).toBe('paused');
  });

  it('rejects resuming a worker that runs', async () => {
    await using _worker = await running('a');

    expect((await rejection(manager.resumeWorker('a'))).code).toBe('ILLEGAL_TRANSITION');
    expect(manager.getWorkerStatus('a').state).toBe('running');
  });

  it('can stop a paused worker', async () => {
    await using _worker = await running('a');
    await manager.pauseWorker('a');
    await manager.stopWorker('a');

    expect(manager.getWorkerStatus('a').lastExit).toMatchObject({
      cause: 'stopped',
      stoppedBy: 'message',
    });
  });
});

describe('restarting', () => {
  it('brings the strategy up in a new process and counts it', async () => {
    await using _worker = await running('again');
    const before = manager.getWorkerStatus('again').pid ?? 0;
    await manager.restartWorker('again');

    const { pid, state, restartCount, lastExit } = manager.getWorkerStatus('again');
    expect({ state, restartCount }).toEqual({ state: 'running', restartCount: 1 });
    expect(pid).not.toBe(before);
    expect(isAlive(before)).toBe(false);
    expect(lastExit).toMatchObject({ cause: 'stopped' });
    expect(manager.told.states('again').slice(3)).toEqual([
      'running',
      'stopping',
      'stopped',
      'restarting',
      'initializing',
      'initialized',
      'starting',
      'running',
    ]);
  });

  it('starts a stopped worker again', async () => {
    await using _worker = await running('a');
    await manager.stopWorker('a');
    await manager.restartWorker('a');

    expect(manager.getWorkerStatus('a').state).toBe('running');
  });

  it('leaves one process when it is asked twice at once', async () => {
    await using _worker = await running('a');
    await Promise.all([manager.restartWorker('a'), manager.restartWorker('a')]);

    expect(manager.getWorkerStatus('a').state).toBe('running');
    await waitFor('one busy process', () => manager.getStats().pool.busy === 1);
  });

  it('keeps the parameters and subscriptions that were changed since', async () => {
    await using _worker = await running('a', { params: { n: 1 } });
    await manager.updateParams('a', { n: 2 });
    await manager.reloadConfig('a', { symbols: ['ETH/USDT'] });
    await manager.restartWorker('a');

    expect(manager.getWorkerStatus('a')).toMatchObject({
      params: { n: 2 },
      symbols: ['ETH/USDT'],
      report: { params: { n: 2 }, symbols: ['ETH/USDT'] },
    });
  });

  it('does not come back when it is stopped meanwhile', async () => {
    await using _worker = await running('a');
    const restarting = manager.restartWorker('a').catch(() => undefined);
    await manager.stopWorker('a');
    await restarting;

    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'stopped', pid: null });
    expect(manager.getStats().pool.busy).toBe(0);
  });
});

describe('changing a running worker', () => {
  it('gives it other parameters and calls onParams with the old ones', async () => {
    await using _worker = await running('a', { params: { n: 1 } });
    const { pid } = manager.getWorkerStatus('a');
    await manager.updateParams('a', { n: 2 });

    expect(manager.getWorkerStatus('a')).toMatchObject({
      pid,
      params: { n: 2 },
      report: { params: { n: 2 } },
    });
    expect(seenBy('a').at(-1)).toBe('params after {"n":1}');
  });

  it('gives it other symbols in the same process', async () => {
    await using _worker = await running('reloads');
    const { pid } = manager.getWorkerStatus('reloads');
    await manager.reloadConfig('reloads', { symbols: ['ETH/USDT'] });
    void manager.broker.publishBatch([bar(1, 'BTC/USDT'), bar(2, 'ETH/USDT')]);

    await waitFor('the bar', () => seenBy('reloads').includes('ETH/USDT 2'));
    expect(seenBy('reloads')).not.toContain('BTC/USDT 1');
    expect(manager.getWorkerStatus('reloads')).toMatchObject({
      pid,
      state: 'running',
      symbols: ['ETH/USDT'],
      report: { symbols: ['ETH/USDT'] },
    });
    expect(manager.told.states('reloads').slice(3)).toEqual(['running', 'reloading', 'running']);
  });

  it('gives it other data types in the same process', async () => {
    await using _worker = await running('a');
    await manager.reloadConfig('a', { dataTypes: ['kline', 'depth'], timeframe: '5m' });

    expect(manager.getWorkerStatus('a').dataTypes).toEqual(['kline@5m', 'depth']);
  });

  it('can not be cut off at the broker, which is for other programs', async () => {
    await using _worker = await running('a');
    const { broker } = manager;
    const calls = [
      () => broker.subscribe('a', ['ETH/USDT'], ['kline']),
      () => broker.resubscribe('a', ['ETH/USDT'], ['kline']),
      () => broker.unsubscribe('a', ['BTC/USDT']),
      () => broker.unsubscribeAll('a'),
    ];
    for (const call of calls) {
      expect(call).toThrow(expect.objectContaining({ code: 'WORKER_SUBSCRIBED' }));
      expect(call).toThrow('reloadConfig');
    }
    await manager.stopWorker('a');
    broker.subscribe('a', ['ETH/USDT'], ['kline']);
    broker.unsubscribeAll('a');
    expect(broker.getSubscribers('ETH/USDT', 'kline')).toEqual([]);
  });

  it('keeps a timeframe over later reloads and restarts', async () => {
    await using _worker = await running('a');
    const dataTypes = (): readonly string[] => manager.getWorkerStatus('a').dataTypes;
    await manager.reloadConfig('a', { timeframe: '5m' });
    expect(dataTypes()).toEqual(['kline@5m']);
    await manager.restartWorker('a');
    expect(dataTypes()).toEqual(['kline@5m']);
    await manager.reloadConfig('a', { dataTypes: ['kline', 'trade'] });
    expect(dataTypes()).toEqual(['kline@5m', 'trade']);
    await manager.reloadConfig('a', { symbols: ['ETH/USDT'] });
    await manager.restartWorker('a');
    expect(manager.getWorkerStatus('a')).toMatchObject({
      symbols: ['ETH/USDT'],
      dataTypes: ['kline@5m', 'trade'],
    });
  });

  it('returns to PAUSED after a reload of a paused worker', async () => {
    await using _worker = await running('a');
    await manager.pauseWorker('a');
    await manager.reloadConfig('a', { symbols: ['ETH/USDT'] });

    expect(manager.getWorkerStatus('a').state).toBe('paused');
  });

  it('is paused in the end when a pause comes during a reload', async () => {
    await using _worker = await running('a');
    await Promise.all([
      manager.reloadConfig('a', { symbols: ['ETH/USDT'] }),
      manager.pauseWorker('a'),
    ]);
    await manager.updateParams('a', { n: 2 });

    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'paused', symbols: ['ETH/USDT'] });
  });

  it('applies two reloads in their order', async () => {
    await using _worker = await running('a');
    await Promise.all([
      manager.reloadConfig('a', { symbols: ['ETH/USDT'] }),
      manager.reloadConfig('a', { symbols: ['SOL/USDT'] }),
    ]);
    void manager.broker.publishBatch([bar(1, 'ETH/USDT'), bar(2, 'SOL/USDT')]);

    await waitFor('the bar', () => seenBy('a').includes('SOL/USDT 2'));
    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'running', symbols: ['SOL/USDT'] });
    expect(seenBy('a')).not.toContain('ETH/USDT 1');
  });
});

describe('listeners', () => {
  it('may throw without harm to the workers and the sockets', async () => {
    const { malformed } = manager.getStats().sockets;
    const onStatus = (): void => {
      throw new Error('a listener of its own');
    };
    manager.on('status', onStatus);
    manager.on('log', onStatus);
    try {
      await using _worker = await running('heard');
      void manager.broker.publishBatch([bar(1)]);
      await waitFor('the bar', () => seenBy('heard').includes('BTC/USDT 1'));
      expect(manager.getWorkerStatus('heard').state).toBe('running');
    } finally {
      manager.off('status', onStatus);
      manager.off('log', onStatus);
    }
    expect(manager.getStats().sockets.malformed).toBe(malformed);
  });
});
