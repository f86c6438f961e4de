import { expect, it } from 'vitest';
import { WorkerManager } from '../../../src/host/worker-manager.ts';
import { rejection } from '../support/wait.ts';

it('of start and stop in one turn, the last call wins', async () => {
  await using manager = new WorkerManager({ maxWorkers: 1, pool: { minSize: 0 } });
  await manager.start();
  const calls = [manager.stop(), manager.start(), manager.stop()];
  await Promise.all(calls);
  expect((await rejection(manager.startStrategy('x.ts'))).code).toBe('NOT_STARTED');

  await Promise.all([manager.start(), manager.stop(), manager.start()]);
  expect((await rejection(manager.startStrategy('x.ts'))).code).toBe('STRATEGY_NOT_FOUND');
});
