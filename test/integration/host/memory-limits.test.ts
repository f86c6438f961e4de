import { afterAll, beforeAll, expect, it } from 'vitest';
import { bar } from '../support/bars.ts';
import { fixture } from '../support/files.ts';
import { startManager } from '../support/managers.ts';

let manager: Awaited<ReturnType<typeof startManager>>;

beforeAll(async () => {
  manager = await startManager({ restartPolicy: { mode: 'temporary' } });
});
afterAll(() => manager.stop());

it('a heap that reaches its own limit is named with it; a sibling goes on', async () => {
  const symbols = ['HEAP/USDT'];
  await manager.startStrategy(fixture('counts-bars'), { symbols }, 'sibling');
  await manager.startStrategy(fixture('out-of-heap'), { symbols, maxHeapMb: 48 }, 'heap');
  void manager.broker.publishBatch([bar(1, 'HEAP/USDT')]);

  expect(await manager.told.exit('heap')).toMatchObject({
    cause: 'out-of-memory',
    reason: 'the V8 heap reached its limit of 48 MB (maxHeapMb)',
    expected: false,
  });
  expect(manager.getWorkerStatus('sibling').state).toBe('running');
});

it('memory outside of the heap that passes its limit ends the worker by name', async () => {
  const symbols = ['BUFFER/USDT'];
  const config = { symbols, maxMemoryMb: 150 };
  await manager.startStrategy(fixture('leaks-buffers'), config, 'buffers');
  void manager.broker.publishBatch([bar(1, 'BUFFER/USDT')]);

  const exit = await manager.told.exit('buffers');
  expect(exit).toMatchObject({ cause: 'out-of-memory', expected: false, signal: 'SIGKILL' });
  expect(exit.reason).toMatch(
    /^it used \d+ MB of memory, at most 150 MB are allowed \(maxMemoryMb\)$/,
  );
});

it('a limit that can not be is refused before there is a process', async () => {
  const { started } = manager.getStats().pool;
  await expect(
    manager.startStrategy(fixture('counts-bars'), { maxMemoryMb: 3 }, 'refused'),
  ).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  expect(manager.getStats().pool.started).toBe(started);
});

it('a worker with a heap of its own finds room in a pool that is full of idle processes', async () => {
  const small = await startManager({ maxWorkers: 1, pool: { minSize: 2, maxSize: 2 } });
  try {
    await small.startStrategy(fixture('counts-bars'), { maxHeapMb: 64 }, 'own');
    expect(small.getStats().pool).toMatchObject({ busy: 1, hits: 0, misses: 1 });
  } finally {
    await small.stop();
  }
});
