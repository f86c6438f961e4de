import { expect, it } from 'vitest';
import { WorkerProcess } from '../../../src/host/worker-process.ts';
import { fixture } from '../support/files.ts';
import { startManager } from '../support/managers.ts';

function throwing(): never {
  throw new Error('not now');
}

it('a handler of moves that throws is logged and changes nothing, with a manager', async () => {
  const lines: string[] = [];
  const logger = { log: (_level: string, message: string) => void lines.push(message) };
  await using manager = await startManager({ maxWorkers: 1, pool: { minSize: 0 }, logger });
  await manager.startStrategy(fixture('tells-all'), {}, 'a');
  manager.getWorker('a').machine.onTransition(throwing);
  await manager.pauseWorker('a');
  await manager.resumeWorker('a');
  expect(manager.getWorkerStatus('a').state).toBe('running');

  await manager.stopWorker('a');
  expect(manager.getWorkerStatus('a').state).toBe('stopped');
  expect(lines.filter((line) => line === 'a transition handler threw: not now')).toHaveLength(4);
});

it('a handler of moves that throws from the beginning on keeps nothing from starting and ending', async () => {
  const worker = new WorkerProcess({ workerId: 'a', strategyPath: fixture('tells-all') });
  worker.machine.onTransition(throwing);
  await worker.start();
  expect(worker.state).toBe('running');
  expect(await worker.stop()).toMatchObject({ cause: 'stopped' });
});
