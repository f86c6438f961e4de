import { readdirSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WorkerExit } from '../../../src/lifecycle/worker-exit.ts';
import { bar, bars } from '../support/bars.ts';
import { fixture, temporaryDirectory } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { isAlive } from '../support/processes.ts';
import { waitFor } from '../support/wait.ts';

let symbols = 0;
/** One that no test before has used: a worker begins with the last value of its topics. */
let symbol = '';

let manager: Awaited<ReturnType<typeof startManager>>;

beforeAll(async () => {
  manager = await startManager({ maxWorkers: 3, restartPolicy: { mode: 'temporary' } });
});
afterAll(() => manager.stop());
beforeEach(() => {
  symbols += 1;
  symbol = `COIN${symbols}/USDT`;
});
afterEach(async () => {
  await manager.stopAllWorkers();
  for (const { workerId } of manager.getAllStatus()) manager.removeWorker(workerId);
  for (const told of [manager.told.exits, manager.told.logs, manager.told.faults]) told.length = 0;
});

/** Runs a strategy beside one that counts, does something, and returns how the strategy ended. */
async function endOf(name: string, act: (pid: number) => unknown): Promise<WorkerExit> {
  await manager.startStrategy(fixture('counts-bars'), { symbols: [symbol] }, 'sibling');
  await manager.startStrategy(fixture(name), { symbols: [symbol] }, 'a');
  await act(manager.getWorkerStatus('a').pid ?? 0);
  return manager.told.exit('a');
}

async function expectSiblingGoesOn(): Promise<void> {
  const { report } = manager.getWorkerStatus('sibling');
  const next = ((report['last'] as number | undefined) ?? 0) + 1;
  void manager.broker.publishBatch([bar(next, symbol)]);
  await statusOf(manager, 'sibling', (status) => status.report['last'] === next);
}

const publish = (close: number) => (): unknown => manager.broker.publishBatch([bar(close, symbol)]);

describe('a callback that throws', () => {
  it('is counted and shown with the file and line of the strategy; the strategy goes on', async () => {
    await manager.startStrategy(fixture('throws-in-on-bar'), { symbols: [symbol] }, 'a');
    void manager.broker.publishBatch([bar(1, symbol), bar(-2, symbol), bar(3, symbol)]);

    const status = await statusOf(manager, 'a', ({ report }) => report['good'] === 2);
    expect(status.state).toBe('running');
    expect(status.counters).toMatchObject({ errorCount: 1, messagesProcessed: 3 });
    expect(status.lastError).toMatchObject({ where: 'onBar', message: 'close is -2' });
    expect(status.lastError?.stack).toMatch(/throws-in-on-bar\.ts:10:\d+/);
  });

  it('is logged with the file and line of the strategy', async () => {
    await manager.startStrategy(fixture('throws-in-on-bar'), { symbols: [symbol] }, 'a');
    void manager.broker.publishBatch([bar(-2, symbol)]);

    const { line } = await waitFor('the line', () =>
      manager.told.logs.find((told) => told.line.level === 'error'),
    );
    expect(line.message).toBe('onBar threw: close is -2');
    expect(line.facts?.['stack']).toMatch(/throws-in-on-bar\.ts:10:\d+/);
  });

  it('is told as an error event', async () => {
    await manager.startStrategy(fixture('throws-in-on-bar'), { symbols: [symbol] }, 'a');
    void manager.broker.publishBatch([bar(-2, symbol)]);

    const told = await waitFor('the event', () => manager.told.faults[0]);
    expect(told).toMatchObject({
      workerId: 'a',
      fault: { where: 'onBar', message: 'close is -2' },
    });
  });

  it('is told once, each of several in a row', async () => {
    await manager.startStrategy(fixture('throws-in-on-bar'), { symbols: [symbol] }, 'a');
    void manager.broker.publishBatch([-1, -2, -3, 4].map((close) => bar(close, symbol)));
    await statusOf(manager, 'a', ({ report }) => report['good'] === 1);
    await statusOf(manager, 'a', ({ counters }) => counters.errorCount === 3);
    // Reports that repeat the last error come in between.
    await delay(200);

    const messages = manager.told.faults.map(({ fault }) => fault.message);
    expect(messages).toEqual(['close is -1', 'close is -2', 'close is -3']);
  });

  it('does not disturb a sibling that gets the same data', async () => {
    await manager.startStrategy(fixture('counts-bars'), { symbols: [symbol] }, 'sibling');
    await manager.startStrategy(fixture('throws-in-on-bar'), { symbols: [symbol] }, 'a');
    void manager.broker.publishBatch(bars(-5, -1, symbol));

    await statusOf(manager, 'a', ({ counters }) => counters.errorCount === 5);
    await statusOf(manager, 'sibling', ({ report }) => report['bars'] === 5);
  });

  it('ends the worker in ERROR after so many in a row as its configuration says', async () => {
    await manager.startStrategy(
      fixture('throws-in-on-bar'),
      { symbols: [symbol], maxConsecutiveErrors: 3 },
      'a',
    );
    void manager.broker.publishBatch([
      bar(-1, symbol),
      bar(-2, symbol),
      bar(3, symbol),
      bar(-4, symbol),
      bar(-5, symbol),
      bar(-6, symbol),
      bar(7, symbol),
    ]);

    const exit = await manager.told.exit('a');
    expect(exit).toMatchObject({ cause: 'exception', expected: false, code: 1 });
    expect(exit.reason).toContain('3 callbacks in a row threw, the last was onBar: close is -6');
    const status = await statusOf(manager, 'a', ({ counters }) => counters.errorCount === 5);
    expect(status).toMatchObject({ state: 'error', pid: null, counters: { messagesProcessed: 6 } });
    expect(status.lastError?.message).toBe('close is -6');
  });

  it('never ends the worker if its configuration says 0', async () => {
    await manager.startStrategy(
      fixture('throws-in-on-bar'),
      { symbols: [symbol], maxConsecutiveErrors: 0 },
      'a',
    );
    void manager.broker.publishBatch(bars(-50, 1, symbol));

    await statusOf(manager, 'a', ({ report }) => report['good'] === 2);
    expect(manager.getWorkerStatus('a')).toMatchObject({
      state: 'running',
      counters: { errorCount: 50 },
    });
  });

  it.each([1, 2, 3, 4, 5])('may throw what nobody expects (kind %i)', async (kind) => {
    await manager.startStrategy(fixture('throws-odd-things'), { symbols: [symbol] }, 'a');
    const { malformed } = manager.getStats().sockets;
    void manager.broker.publishBatch([bar(kind, symbol)]);

    const { lastError } = await statusOf(manager, 'a', ({ counters }) => counters.errorCount === 1);
    expect(lastError?.where).toBe('onBar');
    expect(lastError?.message.length).toBeLessThan(5_000);
    expect(manager.getStats().sockets.malformed).toBe(malformed);
    await manager.stopWorker('a');
  });

  it('may end the worker with what nobody expects', async () => {
    await manager.startStrategy(
      fixture('throws-odd-things'),
      { symbols: [symbol], maxConsecutiveErrors: 1 },
      'a',
    );
    void manager.broker.publishBatch([bar(4, symbol)]);

    const exit = await manager.told.exit('a');
    expect(exit.cause).toBe('exception');
    expect(exit.reason).toMatch(/1 callbacks in a row threw, the last was onBar: x+/);
    expect(exit.reason.length).toBeLessThan(5_000);
  });
});

describe('a process that ends', () => {
  it('by process.exit(3) is told from others by its code', async () => {
    const exit = await endOf('exits', publish(3));

    expect(exit).toMatchObject({
      cause: 'exit-code',
      expected: false,
      code: 3,
      signal: null,
      stoppedBy: null,
    });
    expect(exit.reason).toContain('code 3');
    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'error', pid: null });
    await expectSiblingGoesOn();
  });

  it('by process.exit(0) has finished: it is STOPPED and not started again', async () => {
    const exit = await endOf('exits', publish(0));

    expect(exit).toMatchObject({ cause: 'finished', expected: true, code: 0, stoppedBy: null });
    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'stopped', pid: null });
    await expectSiblingGoesOn();
  });

  it('by SIGKILL from outside is told from one that we killed', async () => {
    const exit = await endOf('tells-all', (pid) => process.kill(pid, 'SIGKILL'));

    expect(exit).toMatchObject({
      cause: 'signal',
      expected: false,
      code: null,
      signal: 'SIGKILL',
      stoppedBy: null,
    });
    expect(manager.getWorkerStatus('a').state).toBe('error');
    await expectSiblingGoesOn();
  });

  it('by SIGTERM from outside runs onStop first', async () => {
    const exit = await endOf('tells-all', (pid) => process.kill(pid, 'SIGTERM'));

    expect(exit).toMatchObject({ cause: 'signal', expected: false });
    expect(exit.reason).toContain('SIGTERM from outside');
    await waitFor('the line', () => manager.told.messages('a').includes('stopping'));
    await expectSiblingGoesOn();
  });

  it('by a rejection that nobody handled says what it was', async () => {
    const exit = await endOf('unhandled-rejection', publish(4));

    expect(exit).toMatchObject({ cause: 'exception', expected: false, code: 1 });
    expect(exit.reason).toBe('unhandled rejection: nobody took 4');
    expect(exit.place).toMatch(/^\/.*\/unhandled-rejection\.ts:4:\d+$/);
    await expectSiblingGoesOn();
  });

  it('by a fault in native code is told from other signals', async () => {
    const exit = await endOf('counts-bars', (pid) => process.kill(pid, 'SIGSEGV'));

    expect(exit).toMatchObject({ cause: 'native-fault', signal: 'SIGSEGV', place: null });
    await expectSiblingGoesOn();
  });

  it('by kill() says so', async () => {
    const exit = await endOf('tells-all', () => manager.getWorker('a').kill());

    expect(exit).toMatchObject({ cause: 'killed', signal: 'SIGKILL', reason: 'killed on request' });
  });

  it('is no longer among those that get data', async () => {
    await endOf('exits', publish(1));

    expect(manager.broker.getSubscribers(symbol, 'kline')).toEqual(['sibling']);
    expect(manager.getStats().broker.subscribers).toBe(1);
  });

  it('takes its own processes with it', async () => {
    await manager.startStrategy(fixture('starts-a-process'), { symbols: [symbol] }, 'a');
    const grandchild = manager.getWorkerStatus('a').report['pid'] as number;
    expect(isAlive(grandchild)).toBe(true);
    await manager.stopWorker('a');

    await waitFor('its end', () => !isAlive(grandchild));
  });
});

describe('the stop ladder', () => {
  it('ends at SIGTERM with a strategy that never finishes onStop', async () => {
    const hurried = await startManager({ deadlines: { stopMs: 500 } });
    try {
      await hurried.startStrategy(fixture('stop-never-resolves'), { symbols: [symbol] }, 'a');
      await hurried.stopWorker('a');
      expect(hurried.getWorkerStatus('a')).toMatchObject({
        state: 'stopped',
        lastExit: { cause: 'stopped', expected: true, stoppedBy: 'sigterm', code: 143 },
      });
    } finally {
      await hurried.stop();
    }
  });

  it('ends at SIGKILL with a strategy that keeps its event loop busy', async () => {
    const hurried = await startManager({ deadlines: { stopMs: 500, termMs: 500 } });
    try {
      await hurried.startStrategy(fixture('ignores-stop'), { symbols: [symbol] }, 'a');
      const pid = hurried.getWorkerStatus('a').pid ?? 0;
      await hurried.stopWorker('a');
      expect(isAlive(pid)).toBe(false);
      const { state, lastExit } = hurried.getWorkerStatus('a');
      expect(state).toBe('stopped');
      expect(lastExit).toMatchObject({
        cause: 'stopped',
        expected: true,
        stoppedBy: 'sigkill',
        signal: 'SIGKILL',
      });
      expect(lastExit?.reason).toContain('ended by SIGKILL');
    } finally {
      await hurried.stop();
    }
  });
});

describe('a heap that is full', () => {
  it('is told from other ends', async () => {
    const small = await startManager({
      workerExecArgv: ['--max-old-space-size=48'],
      restartPolicy: { mode: 'temporary' },
    });
    try {
      await small.startStrategy(fixture('out-of-heap'), { symbols: [symbol] }, 'a');
      void small.broker.publishBatch([bar(1, symbol)]);
      const exit = await small.told.exit('a');
      expect(exit).toMatchObject({ cause: 'out-of-memory', expected: false });
      expect(exit.stderrTail).toContain('heap');
    } finally {
      await small.stop();
    }
  });
});

/** What the reason of an end by silence says of its length. */
function silentMsOf({ reason }: WorkerExit): number {
  return Number(/^no heartbeat for (\d+) ms: /.exec(reason)?.[1]);
}

describe('an event loop that is kept busy', () => {
  it.each([
    ['by a regular expression', 'endless-regex', 'the strategy keeps its event loop busy'],
    [
      'by a process that was made to stand still',
      'counts-bars',
      'its process was made to stand still',
    ],
  ])('is named stalled: %s', async (_what, name, why) => {
    const watchful = await startManager({
      healthCheck: { heartbeatIntervalMs: 100, heartbeatTimeoutMs: 1_000, checkIntervalMs: 100 },
      restartPolicy: { mode: 'temporary' },
    });
    try {
      await watchful.startStrategy(fixture(name), { symbols: [symbol] }, 'a');
      if (name === 'counts-bars') process.kill(watchful.getWorkerStatus('a').pid ?? 0, 'SIGSTOP');
      else void watchful.broker.publishBatch([bar(1, symbol)]);
      const exit = await watchful.told.exit('a');
      expect(exit).toMatchObject({ cause: 'stalled', expected: false, signal: 'SIGKILL' });
      expect(exit.reason).toContain(why);
      expect(silentMsOf(exit)).toBeGreaterThanOrEqual(1_000);
    } finally {
      await watchful.stop();
    }
  });

  it('falls silent, is found and killed; siblings go on', async () => {
    const watchful = await startManager({
      healthCheck: { heartbeatIntervalMs: 100, heartbeatTimeoutMs: 2_000, checkIntervalMs: 100 },
      restartPolicy: { mode: 'temporary' },
    });
    try {
      await watchful.startStrategy(fixture('counts-bars'), { symbols: [symbol] }, 'sibling');
      await watchful.startStrategy(fixture('loops-forever'), { symbols: [symbol] }, 'a');
      void watchful.broker.publishBatch([bar(1, symbol)]);
      const exit = await watchful.told.exit('a');
      expect(exit).toMatchObject({ cause: 'stalled', expected: false, signal: 'SIGKILL' });
      expect(exit.reason).toContain('keeps its event loop busy');
      expect(silentMsOf(exit)).toBeGreaterThanOrEqual(2_000);
      expect(watchful.getWorkerStatus('a').state).toBe('error');
      expect(watchful.getWorkerStatus('sibling')).toMatchObject({
        state: 'running',
        report: { bars: 1 },
      });
    } finally {
      await watchful.stop();
    }
  });

  it('counts as a start that takes its time, not as a stall, until the strategy is ready', async () => {
    const watchful = await startManager({
      healthCheck: { heartbeatIntervalMs: 100, heartbeatTimeoutMs: 700, checkIntervalMs: 50 },
      restartPolicy: { initialDelayMs: 1 },
    });
    try {
      await watchful.startStrategy(
        fixture('busy-in-init'),
        { symbols: [symbol], params: { busyMs: 2_000 } },
        'a',
      );
      process.kill(watchful.getWorkerStatus('a').pid ?? 0, 'SIGKILL');
      await watchful.told.exit('a');
      await statusOf(watchful, 'a', ({ state }) => state === 'running');
      expect(watchful.getWorkerExits('a').map(({ cause }) => cause)).toEqual(['signal']);
    } finally {
      await watchful.stop();
    }
  });
});

describe('a flood of output', () => {
  it('is cut, and what was cut is counted', async () => {
    await manager.startStrategy(
      fixture('floods-stdout'),
      { symbols: [symbol], logLinesPerSecond: 50 },
      'a',
    );
    void manager.broker.publishBatch([bar(100_000, symbol)]);

    const { counters } = await statusOf(
      manager,
      'a',
      ({ report }) => report['printed'] === 100_000,
    );
    const told = await waitFor('the lines', () => {
      const lines = manager.told.messages('a').length;
      return lines + manager.getWorkerStatus('a').counters.logLinesDropped === 100_000 && lines;
    });
    expect(counters.logLinesDropped).toBeGreaterThan(50_000);
    // A second or two, each with its share.
    expect(told).toBeGreaterThanOrEqual(50);
    expect(manager.told.messages('a')[0]).toBe('line 0 of 100000');
  });

  it('does not hold up a sibling', async () => {
    await manager.startStrategy(fixture('counts-bars'), { symbols: [symbol] }, 'sibling');
    await manager.startStrategy(fixture('floods-stdout'), { symbols: [symbol] }, 'a');
    void manager.broker.publishBatch([bar(300_000, symbol)]);
    await expectSiblingGoesOn();
  });

  it('comes through in parts however long its lines are', async () => {
    await manager.startStrategy(
      fixture('writes-long-lines'),
      { symbols: [symbol], logLinesPerSecond: 1_000 },
      'a',
    );
    const { malformed } = manager.getStats().sockets;
    void manager.broker.publishBatch([bar(300, symbol)]);

    await waitFor('the lines', () => manager.told.messages('a').length === 300);
    expect(manager.getStats().sockets.malformed).toBe(malformed);
    expect(manager.getWorkerStatus('a').counters.logLinesDropped).toBe(0);
  });

  it('that goes past the log does not fill the disk', async () => {
    const home = temporaryDirectory();
    const own = await startManager({ home });
    try {
      await own.startStrategy(fixture('writes-past-the-log'), { symbols: [symbol] }, 'a');
      void own.broker.publishBatch([bar(200, symbol)]);
      await statusOf(own, 'a', ({ report }) => report['megabytes'] === 200);
      const output = `${home}/run/output`;
      await waitFor('small files', () =>
        readdirSync(output).every((name) => statSync(`${output}/${name}`).size < 2_000_000),
      );
      // All but what is there, and what came in the very moment of a cut.
      const { outputBytesDropped } = own.getWorkerStatus('a');
      expect(outputBytesDropped).toBeGreaterThan(150_000_000);
      expect(outputBytesDropped).toBeLessThanOrEqual(200_000_000);
    } finally {
      await own.stop();
    }
  });
});
