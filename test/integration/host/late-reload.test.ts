import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bar } from '../support/bars.ts';
import { temporaryDirectory } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { rejection } from '../support/wait.ts';

const TAKES_LONG = `
let seen = [];
export default {
  name: 'takes long',
  symbols: ['BTC/USDT'],
  async onBar(ctx, bar) {
    ctx.report({ seen: [...seen, bar.close] });
    if (bar.close < 0) await new Promise((resolve) => setTimeout(resolve, 2_000));
    seen.push(bar.close);
  },
};`;

let manager: Awaited<ReturnType<typeof startManager>>;

beforeAll(async () => {
  const deadlines = { commandMs: 500 };
  manager = await startManager({ maxWorkers: 1, pool: { minSize: 1 }, deadlines });
});
afterAll(() => manager.stop());

it('a worker that does not follow a reload in time is killed, and runs again with its old topics', async () => {
  const file = join(temporaryDirectory(), 'takes-long.mjs');
  writeFileSync(file, TAKES_LONG);
  await manager.startStrategy(file, { restartPolicy: { initialDelayMs: 1 } }, 'a');
  void manager.broker.publishBatch([bar(-1)]);
  await statusOf(manager, 'a', ({ report }) => (report['seen'] as number[])?.length === 1);

  const error = await rejection(manager.reloadConfig('a', { symbols: ['ETH/USDT'] }));
  expect(error.code).toBe('COMMAND_TIMED_OUT');
  expect(manager.getWorkerExits('a')).toMatchObject([
    { cause: 'stalled', reason: 'did not take over its new subscription within 500 ms' },
  ]);

  await statusOf(
    manager,
    'a',
    ({ state, restartCount }) => state === 'running' && restartCount === 1,
  );
  void manager.broker.publishBatch([bar(7)]);
  await statusOf(manager, 'a', ({ report }) => (report['seen'] as number[])?.at(-1) === 7);
  expect(manager.getWorkerStatus('a').symbols).toEqual(['BTC/USDT']);

  await manager.restartWorker('a');
  await manager.reloadConfig('a', { symbols: ['ETH/USDT'] });
  expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'running', symbols: ['ETH/USDT'] });
});
