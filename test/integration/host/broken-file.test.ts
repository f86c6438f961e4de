import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryDirectory } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { rejection } from '../support/wait.ts';

const SLOW_TO_START = `export default {
  name: 'slow to start',
  symbols: ['BTC/USDT'],
  onInit: () => new Promise((resolve) => setTimeout(resolve, 700)),
};`;

let manager: Awaited<ReturnType<typeof startManager>>;

beforeAll(async () => {
  manager = await startManager({ maxWorkers: 1, pool: { minSize: 1 } });
});
afterAll(() => manager.stop());

it('a restart with a broken file leaves a recovery that is under way to go on', async () => {
  const file = join(temporaryDirectory(), 'slow.mjs');
  writeFileSync(file, SLOW_TO_START);
  await manager.startStrategy(file, { restartPolicy: { initialDelayMs: 1 } }, 'a');
  const kill = (): void => {
    process.kill(manager.getWorkerStatus('a').pid ?? 0, 'SIGKILL');
  };
  kill();
  await statusOf(manager, 'a', ({ state, pid }) => state === 'recovering' && pid !== null);
  writeFileSync(file, 'export default {');
  expect((await rejection(manager.restartWorker('a'))).code).toBe('STRATEGY_COMPILE_FAILED');
  writeFileSync(file, SLOW_TO_START);

  await statusOf(manager, 'a', ({ state }) => state === 'running');
  // It is supervised: another end is followed by another restart.
  kill();
  await statusOf(
    manager,
    'a',
    ({ state, restartCount }) => state === 'running' && restartCount === 2,
  );
});

it('a restart with a broken file that comes as a recovery begins leaves no worker RECOVERING', async () => {
  const file = join(temporaryDirectory(), 'breaks.mjs');
  writeFileSync(file, SLOW_TO_START);
  await manager.stopAllWorkers();
  await manager.startStrategy(file, { restartPolicy: { initialDelayMs: 1 } }, 'b');
  const restarted = new Promise<Error & { code?: string }>((resolve) => {
    manager.on('status', (_status, move) => {
      if (move?.to !== 'recovering') return;
      writeFileSync(file, 'export default {');
      resolve(rejection(manager.restartWorker('b')));
    });
  });
  process.kill(manager.getWorkerStatus('b').pid ?? 0, 'SIGKILL');

  expect((await restarted).code).toBe('STRATEGY_COMPILE_FAILED');
  await statusOf(manager, 'b', ({ state, quarantine }) => state === 'error' && quarantine !== null);
});
