import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WorkerManager } from '../../../src/host/worker-manager.ts';
import { fixture } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { rejection } from '../support/wait.ts';

let manager: WorkerManager;

beforeAll(async () => {
  manager = await startManager({ maxWorkers: 2 });
});
afterAll(() => manager.stop());

it('refuses to remove a worker that is about to be restarted, also while its end is told', async () => {
  await manager.startStrategy(fixture('counts-bars'), { symbols: ['A/B'] }, 'a');
  const { pid } = manager.getWorker('a');
  const refused = new Promise<string>((resolve) => {
    manager.once('exit', () => {
      rejection(Promise.resolve().then(() => manager.removeWorker('a'))).then(
        ({ code }) => resolve(String(code)),
        () => resolve('removed'),
      );
    });
  });
  process.kill(pid ?? 0, 'SIGKILL');

  expect(await refused).toBe('WORKER_RUNS');
  await statusOf(manager, 'a', (now) => now.state === 'running' && now.pid !== pid);
  expect(manager.workerCount).toBe(1);
});

it('ends in stopped where a stop comes in the middle of a change of topics', async () => {
  await manager.startStrategy(fixture('counts-bars'), { symbols: ['A/B'] }, 'b');
  const reload = manager.reloadConfig('b', { symbols: ['C/D'] }).catch(() => undefined);
  await manager.stopWorker('b');
  await reload;

  expect(manager.getWorkerStatus('b')).toMatchObject({ state: 'stopped', pid: null });
});
