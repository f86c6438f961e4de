import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixture, temporaryDirectory } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { rejection, waitFor } from '../support/wait.ts';

let home: string;
let manager: Awaited<ReturnType<typeof startManager>>;

beforeEach(async () => {
  home = temporaryDirectory();
  manager = await startManager({ home, pool: { minSize: 1 } });
});
afterEach(() => manager.stop());

const TELLS_ALL = fixture('tells-all');
const WITH_PARAMS = fixture('with-params');

const seen = (): readonly string[] => manager.getWorkerStatus('a').report['seen'] as string[];

describe('a worker that runs', () => {
  it('gets at once what can be changed, and the rest at its next start', async () => {
    await manager.startStrategy(WITH_PARAMS, { params: { n1: 1 } }, 'a');
    const { pid } = manager.getWorkerStatus('a');
    const result = await manager.configureWorker('a', {
      symbols: ['ETH/USDT'],
      params: { n1: 2 },
      warmup: 5,
      whenDown: 'cancel',
    });

    expect(result).toEqual({ applied: ['symbols', 'params', 'whenDown'], atNextStart: ['warmup'] });
    expect(manager.getWorkerStatus('a')).toMatchObject({
      state: 'running',
      pid,
      symbols: ['ETH/USDT'],
      params: { n1: 2 },
    });
    expect(manager.getWorkerConfig('a')).toMatchObject({
      symbols: ['ETH/USDT'],
      params: { n1: 2 },
      warmup: 5,
      whenDown: 'cancel',
    });
  });

  it('is shown the data of its new symbols', async () => {
    await manager.startStrategy(TELLS_ALL, {}, 'a');
    await manager.configureWorker('a', { symbols: ['ETH/USDT'], dataTypes: ['kline@5m'] });
    await manager.publishMarketData('ETH/USDT', 'kline@5m', { close: 7 });

    await waitFor('the bar', () => seen().includes('ETH/USDT 7'));
  });

  it('is changed while it is paused', async () => {
    await manager.startStrategy(TELLS_ALL, {}, 'a');
    await manager.pauseWorker('a');
    const result = await manager.configureWorker('a', { timeframe: '5m' });

    expect(result).toEqual({ applied: ['timeframe'], atNextStart: [] });
    expect(manager.getWorkerStatus('a')).toMatchObject({
      state: 'paused',
      dataTypes: ['kline@5m'],
    });
  });

  it('stays as it is where one of the changes is wrong', async () => {
    await manager.startStrategy(WITH_PARAMS, { params: { n1: 1 } }, 'a');
    const before = manager.getWorkerConfig('a');
    const codes = [
      await rejection(manager.configureWorker('a', { params: { n1: 0 }, warmup: 5 })),
      await rejection(manager.configureWorker('a', { params: { n1: 2 }, symbols: ['no symbol'] })),
      await rejection(manager.configureWorker('a', { params: { n1: 2 }, maxHeapMb: 1 })),
      await rejection(manager.configureWorker('a', { params: { n1: 5n } })),
    ].map(({ code }) => code);

    expect(codes).toEqual(['INVALID_PARAMS', 'INVALID_SYMBOL', 'INVALID_OPTION', 'INVALID_PARAMS']);
    expect(manager.getWorkerConfig('a')).toEqual(before);
    expect(manager.getWorkerStatus('a')).toMatchObject({
      params: { n1: 1 },
      report: { params: { n1: 1 } },
    });
  });

  it('watches its file from its next start on', async () => {
    const file = join(home, 'watched.mjs');
    const version = (n: number): string =>
      `export default { name: 'v${n}', symbols: ['A/B'], onInit: (ctx) => ctx.report({ v: ${n} }) };`;
    writeFileSync(file, version(1));
    await manager.startStrategy(file, {}, 'a');
    expect(await manager.configureWorker('a', { watch: true })).toEqual({
      applied: [],
      atNextStart: ['watch'],
    });
    await manager.restartWorker('a');
    writeFileSync(file, version(2));

    await statusOf(manager, 'a', ({ report }) => report['v'] === 2);
  });
});

describe('a worker that does not run', () => {
  it('is started with the changes', async () => {
    await manager.createWorker(WITH_PARAMS, { params: { n1: 1 } }, 'a');
    const result = await manager.configureWorker('a', {
      symbols: ['ETH/USDT'],
      timeframe: '5m',
      params: { n1: 2 },
    });
    expect(result).toEqual({ applied: [], atNextStart: ['symbols', 'timeframe', 'params'] });
    const changed = { symbols: ['ETH/USDT'], dataTypes: ['kline@5m'], params: { n1: 2 } };
    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'stopped', ...changed });
    await manager.startWorker('a');

    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'running', ...changed });
  });

  it('has the bars that it had of another timeframe', async () => {
    await manager.startStrategy(TELLS_ALL, {}, 'a');
    await manager.reloadConfig('a', { dataTypes: ['kline@1m', 'trade'] });
    await manager.stopWorker('a');
    await manager.configureWorker('a', { timeframe: '5m' });
    await manager.startWorker('a');

    expect(manager.getWorkerStatus('a').dataTypes).toEqual(['kline@5m', 'trade']);
  });

  it('keeps the changes over hosts', async () => {
    await manager.createWorker(WITH_PARAMS, {}, 'a');
    await manager.configureWorker('a', { params: { n1: 2 } });
    await manager.stop();
    manager = await startManager({ home, pool: { minSize: 1 } });

    expect(manager.getWorkerConfig('a')).toEqual({ params: { n1: 2 } });
  });

  it('stays as it is where one of the changes is wrong', async () => {
    await manager.createWorker(WITH_PARAMS, {}, 'a');
    const wrong = await rejection(manager.configureWorker('a', { warmup: 5, params: { n1: 0 } }));

    expect([wrong.code, manager.getWorkerConfig('a')]).toEqual(['INVALID_PARAMS', {}]);
  });

  it('is not written down again where it was removed meanwhile', async () => {
    await manager.createWorker(WITH_PARAMS, {}, 'a');
    const changed = rejection(manager.configureWorker('a', { warmup: 5 }));
    manager.removeWorker('a');
    expect((await changed).code).toBe('UNKNOWN_WORKER');
    await manager.stop();
    manager = await startManager({ home, pool: { minSize: 1 } });

    expect(manager.workerCount).toBe(0);
  });
});

it('quotes a field that there is not', async () => {
  await manager.createWorker(WITH_PARAMS, {}, 'a');
  const error = await rejection(manager.configureWorker('a', { symbolz: ['A/B'] } as object));

  expect(error.code).toBe('INVALID_OPTION');
  expect(error.message).toMatch(
    /^a field of the configuration is "symbolz": expected one of symbols, dataTypes, /,
  );
});

it('takes nothing for a default that is null', async () => {
  await manager.createWorker(WITH_PARAMS, {}, 'a');
  const error = await rejection(manager.configureWorker('a', { symbols: null } as object));

  expect([error.code, error.message]).toEqual([
    'INVALID_OPTION',
    'symbols is null: expected a value, or nothing at all to leave it as it is',
  ]);
});

it('refuses a worker that is being started', async () => {
  await manager.createWorker(fixture('busy-in-init'), { params: { busyMs: 1 } }, 'a');
  const started = manager.startWorker('a');
  const error = await rejection(manager.configureWorker('a', { warmup: 5 }));
  await started.catch(() => undefined);

  expect(error.code).toBe('ILLEGAL_TRANSITION');
  expect(error.message).toContain('it can be changed once it runs, or has stopped');
});
