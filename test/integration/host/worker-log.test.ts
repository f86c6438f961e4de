import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { WorkerManagerOptions } from '../../../src/host/worker-manager-options.ts';
import { bar, bars } from '../support/bars.ts';
import { fixture, temporaryDirectory } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { rejection, waitFor } from '../support/wait.ts';

let manager: Awaited<ReturnType<typeof startManager>>;

afterEach(() => manager.stop());

async function start(home?: string, options: WorkerManagerOptions = {}): Promise<void> {
  manager = await startManager({
    pool: { minSize: 0 },
    restartPolicy: { mode: 'temporary' },
    ...options,
    ...(home !== undefined && { home }),
  });
}

const messages = (workerId: string, lines = 100): string[] =>
  manager.readLog(workerId, { lines }).map(({ message }) => message);

it('has what the strategy says and what happens to it, over hosts', async () => {
  const home = temporaryDirectory();
  await start(home);
  await manager.startStrategy(fixture('logs-bars'), {}, 'a');
  void manager.broker.publishBatch(bars(1, 2));
  await waitFor('the line', () => messages('a').includes('close 2'));
  await manager.pauseWorker('a');
  await manager.resumeWorker('a');
  const follow = manager.followLog('a', AbortSignal.timeout(60_000));
  await manager.stop();
  expect((await follow.next()).value).toMatchObject({
    level: 'info',
    message: 'ended: stopped when asked',
    facts: { cause: 'stopped' },
  });

  await start(home);
  await statusOf(manager, 'a', ({ state }) => state === 'running');
  expect(messages('a')).toEqual([
    'started',
    'close 1',
    'close 2',
    'paused: asked to pause',
    'resumed: asked to resume',
    'ended: stopped when asked',
    'recovered from its saved state',
    'started',
  ]);
  expect(manager.readLog('a')[1]).toMatchObject({ level: 'info', facts: { close: 1 } });
  expect(messages('a', 1)).toEqual(['started']);
});

it('has the last lines before a crash, why it ended and where, and what follows from that', async () => {
  await start(temporaryDirectory(), { restartPolicy: { maxRestarts: 1, initialDelayMs: 1 } });
  await manager.startStrategy(fixture('logs-bars'), {}, 'a');
  void manager.broker.publishBatch([bar(-1)]);
  await statusOf(manager, 'a', ({ quarantine }) => quarantine !== null);

  const told = await waitFor('the quarantine', () => {
    const lines = messages('a');
    return lines.at(-1)?.startsWith('quarantined: ') === true && lines;
  });
  const end = 'ended: unhandled rejection: nobody took -1';
  expect(told[0]).toBe('started');
  expect(told.filter((text) => text === end)).toHaveLength(2);
  expect(told[told.indexOf(end) - 1]).toBe('close -1');
  expect(told[told.indexOf(end) + 1]).toMatch(/^restart 1 in \d+ ms$/);
  expect(told.at(-2)).toBe(end);
  const ended = manager.readLog('a').find(({ message }) => message === end);
  expect(ended).toMatchObject({ level: 'error', facts: { cause: 'exception', code: 1 } });
  expect(ended?.facts?.['place']).toMatch(/logs-bars\.ts:9:\d+$/);
});

it('has the last lines of stderr of a process that could not say why it ended', async () => {
  await start(temporaryDirectory());
  await manager.startStrategy(fixture('out-of-heap'), { maxHeapMb: 48 }, 'a');
  void manager.broker.publishBatch([bar(1)]);
  await manager.told.exit('a');
  const [last] = manager.readLog('a', { lines: 1 });
  expect(last).toMatchObject({ level: 'error', facts: { cause: 'out-of-memory' } });
  const stderr = String(last?.facts?.['stderr']);
  expect(stderr.split('\n').length).toBeLessThanOrEqual(10);
  expect(stderr).toContain('node');
});

it('is put aside when it is full, and goes with its worker', async () => {
  const home = temporaryDirectory();
  await start(home, { logFile: { maxBytes: 65_536, keep: 2 } });
  const logs = join(home, 'logs');
  await manager.startStrategy(fixture('floods-stdout'), { logLinesPerSecond: 100_000 }, 'a');
  await manager.startStrategy(fixture('counts-bars'), {}, 'a.jsonl');
  void manager.broker.publishBatch([bar(10_000)]);
  await statusOf(manager, 'a', ({ report }) => report['printed'] === 10_000);
  await waitFor('the last line', () => messages('a', 1)[0] === 'line 9999 of 10000');

  const own = readdirSync(logs).filter((name) => name !== 'a.jsonl.jsonl');
  expect(own.toSorted()).toEqual(['a.jsonl', 'a.jsonl.1', 'a.jsonl.2']);
  for (const name of own) expect(readFileSync(join(logs, name)).length).toBeLessThan(65_537);
  expect(messages('a', 1_000)[0]).toBe('line 9000 of 10000');

  await manager.stopWorker('a');
  manager.removeWorker('a');
  expect(readdirSync(logs)).toEqual(['a.jsonl.jsonl']);
});

it.skipIf(!existsSync('/dev/full'))(
  'costs lines where the disk is full, and nothing else',
  async () => {
    const home = temporaryDirectory();
    mkdirSync(join(home, 'logs'));
    symlinkSync('/dev/full', join(home, 'logs', 'a.jsonl'));
    await start(home);
    await manager.startStrategy(fixture('logs-bars'), {}, 'a');
    void manager.broker.publishBatch(bars(1, 3));

    const { state, counters } = await statusOf(
      manager,
      'a',
      (status) => status.counters.logWritesFailed === 3,
    );
    expect([state, counters.errorCount]).toEqual(['running', 0]);
    await waitFor('the lines', () => manager.told.messages('a').length === 3);
  },
);

it('is not kept without a home', async () => {
  await start();
  await manager.startStrategy(fixture('logs-bars'), {}, 'a');
  void manager.broker.publishBatch(bars(1, 1));
  await waitFor('the line', () => manager.told.messages('a').length === 1);
  expect(manager.readLog('a')).toEqual([]);
});

it('is refused for an unknown worker, or no lines', async () => {
  const home = temporaryDirectory();
  writeFileSync(join(home, 'x'), '');
  await start(home);
  await manager.startStrategy(fixture('logs-bars'), {}, 'a');
  const signal = AbortSignal.abort();
  for (const call of [() => manager.readLog('b'), () => manager.followLog('b', signal)]) {
    expect(call).toThrowError(expect.objectContaining({ code: 'UNKNOWN_WORKER' }));
  }
  expect(() => manager.readLog('a', { lines: 0 })).toThrowError(
    expect.objectContaining({ code: 'INVALID_OPTION' }),
  );
  expect(await rejection(start(home, { logFile: { keep: 0 } }))).toMatchObject({
    code: 'INVALID_OPTION',
  });
});
