import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WorkerError } from '../../../src/host/errors.ts';
import type { WorkerConfig } from '../../../src/host/worker-config.ts';
import { bars } from '../support/bars.ts';
import { filesOutside, fixture } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { rejection, waitFor } from '../support/wait.ts';

let manager: Awaited<ReturnType<typeof startManager>>;

beforeAll(async () => {
  manager = await startManager({ maxWorkers: 2, deadlines: { readyMs: 10_000 } });
});
afterAll(() => manager.stop());
afterEach(async () => {
  await manager.stopAllWorkers();
  for (const { workerId } of manager.getAllStatus()) manager.removeWorker(workerId);
});

async function refusal(
  path: string,
  config: WorkerConfig = {},
  workerId?: string,
): Promise<WorkerError> {
  return (await rejection(manager.startStrategy(path, config, workerId))) as WorkerError;
}

/** Starts it, expects a refusal, and that no process of the pool was taken for it. */
async function refusalWithoutProcess(
  path: string,
  config: WorkerConfig = {},
): Promise<WorkerError> {
  await waitFor('a pool at rest', () => {
    const { idle, busy, starting } = manager.getStats().pool;
    return idle === 2 && busy + starting === 0;
  });
  const before = manager.getStats().pool;
  const error = await refusal(path, config);
  expect(manager.getStats().pool).toEqual(before);
  expect(manager.getAllStatus()).toEqual([]);
  return error;
}

describe('a strategy file that is not what it should be', () => {
  it('is refused if it is not there', async () => {
    const error = await refusalWithoutProcess('/nowhere/sma.ts');

    expect(error.code).toBe('STRATEGY_NOT_FOUND');
    expect(error.message).toContain('"/nowhere/sma.ts"');
  });

  it('is refused if it is a folder', async () => {
    const directory = filesOutside({ 'a.ts/file': '' });

    expect((await refusalWithoutProcess(join(directory, 'a.ts'))).code).toBe('STRATEGY_NOT_FOUND');
  });

  it('is refused if its name does not end as it should', async () => {
    const error = await refusalWithoutProcess(join(filesOutside({ 'a.py': 'pass' }), 'a.py'));

    expect(error.code).toBe('STRATEGY_NOT_FOUND');
    expect(error.message).toContain('.ts .mts .js .mjs');
  });

  it('is refused with file, line and column if it has a syntax error', async () => {
    const directory = filesOutside({
      'broken.ts': "const a = 1;\n\nexport default { name: 'a', ) };\n",
    });
    const error = await refusalWithoutProcess(join(directory, 'broken.ts'));

    expect(error.code).toBe('STRATEGY_COMPILE_FAILED');
    expect(error.message).toContain('broken.ts:3:29: ');
    expect(error.message).toContain("export default { name: 'a', ) };");
  });

  it('is refused with file, line and column if a file that it imports is not there', async () => {
    const directory = filesOutside({ 'a.ts': "import { b } from './b.ts';\nexport default b;\n" });
    const error = await refusalWithoutProcess(join(directory, 'a.ts'));

    expect(error.code).toBe('STRATEGY_COMPILE_FAILED');
    expect(error.message).toContain('a.ts:1:19: Could not resolve "./b.ts"');
  });

  it('is refused if it has no default export', async () => {
    const error = await refusalWithoutProcess(fixture('no-default-export'));

    expect(error.code).toBe('BAD_STRATEGY');
    expect(error.message).toContain('no-default-export.ts has no default export');
  });

  it('is refused if a callback is not a function', async () => {
    const error = await refusalWithoutProcess(fixture('callback-not-a-function.mjs'));

    expect(error.code).toBe('BAD_STRATEGY');
    expect(error.message).toContain('has onBar "buy low": a callback is a function');
  });

  it.each([
    ['no name', "export default { symbols: ['A/B'] }", 'name undefined'],
    ['a number', 'export default 5', 'exports 5 as its default'],
    ['symbols that are no list', "export default { name: 'a', symbols: 'A/B' }", 'symbols "A/B"'],
    ['a warm-up below 0', "export default { name: 'a', warmup: -1 }", 'warmup -1'],
    ['params that are no schema', "export default { name: 'a', params: {} }", 'not a schema'],
  ])('is refused if it has %s', async (_what, text, quoted) => {
    const directory = filesOutside({ 'odd.mjs': text });
    const error = await refusalWithoutProcess(join(directory, 'odd.mjs'));

    expect(error.code).toBe('BAD_STRATEGY');
    expect(error.message).toContain(quoted);
  });

  it('is refused with its own file and line if it throws at load', async () => {
    const error = await refusalWithoutProcess(fixture('throws-at-load'));

    expect(error.code).toBe('STRATEGY_LOAD_FAILED');
    expect(error.message).toContain('no settings');
    expect(error.remoteStack).toMatch(/throws-at-load\.ts:4:\d+/);
  });

  it('is refused if it throws more than a message has room for at load', async () => {
    const directory = filesOutside({ 'loud.mjs': "throw new Error('x'.repeat(2_000_000));" });
    const error = await refusalWithoutProcess(join(directory, 'loud.mjs'));

    expect(error.code).toBe('STRATEGY_LOAD_FAILED');
  });

  it('is refused if it ends its process at load', async () => {
    const error = await refusalWithoutProcess(fixture('exits-at-load'));

    expect(error.code).toBe('STRATEGY_LOAD_FAILED');
    expect(error.message).toContain('code 7');
  });

  it('is refused if its top level never ends, and the next strategy is not held up', async () => {
    const impatient = await startManager({ pool: { minSize: 0 }, deadlines: { readyMs: 1_500 } });
    try {
      const error = (await rejection(
        impatient.startStrategy(fixture('loops-at-load')),
      )) as WorkerError;
      expect(error.code).toBe('STRATEGY_LOAD_TIMED_OUT');
      expect(error.message).toContain('loops-at-load.ts');
      await impatient.startStrategy(fixture('counts-bars'), {}, 'next');
      expect(impatient.getWorkerStatus('next').state).toBe('running');
    } finally {
      await impatient.stop();
    }
  });

  it('is refused with the error of the constructor if its class throws', async () => {
    const directory = filesOutside({
      'odd.ts':
        "export default class { name = 'a'; constructor() { throw new Error('no luck'); } }",
    });
    const error = await refusalWithoutProcess(join(directory, 'odd.ts'));

    expect(error.code).toBe('STRATEGY_LOAD_FAILED');
    expect(error.message).toContain('no luck');
  });
});

describe('parameters', () => {
  it('are refused with path and value if they break the schema', async () => {
    const error = await refusalWithoutProcess(fixture('with-params'), { params: { n1: 'abc' } });

    expect(error.code).toBe('INVALID_PARAMS');
    expect(error.message).toContain('params.n1 is "abc"');
    expect(error.facts['faults']).toEqual([expect.objectContaining({ path: 'params.n1' })]);
  });

  it('are refused with the path of a nested member', async () => {
    const error = await refusalWithoutProcess(fixture('with-params'), {
      params: { risk: { perTrade: 2 } },
    });

    expect(error.code).toBe('INVALID_PARAMS');
    expect(error.message).toContain('params.risk.perTrade is 2');
  });

  it('are refused if they are not an object', async () => {
    const error = await refusalWithoutProcess(fixture('with-params'), { params: 'n1=5' });

    expect(error.code).toBe('INVALID_PARAMS');
    expect(error.message).toContain('params is "n1=5"');
  });

  it.each([
    ['a bigint', { n1: 5n }],
    ['a cycle', Object.assign({ n1: 5 }, { self: [] as unknown[] })],
  ])(
    'are refused if they are not plain data: %s',
    async (_what, params: Record<string, unknown>) => {
      if (Array.isArray(params['self'])) params['self'].push(params);
      const error = await refusalWithoutProcess(fixture('counts-bars'), { params });

      expect(error.code).toBe('INVALID_PARAMS');
    },
  );

  it('are refused if they are larger than a message may be', async () => {
    const params = { text: 'x'.repeat(2_000_000) };
    const error = await refusalWithoutProcess(fixture('counts-bars'), { params });

    expect(error.code).toBe('INVALID_PARAMS');
    expect(error.message).toContain('at most 524288');
  });

  it('have the defaults of the schema where they are not given', async () => {
    await manager.startStrategy(fixture('with-params'), { params: { n1: 5 } }, 'a');

    expect(manager.getWorkerStatus('a').report['params']).toEqual({
      n1: 5,
      risk: { perTrade: 0.01 },
    });
  });

  it('are refused while the strategy runs, and the old ones stay', async () => {
    await manager.startStrategy(fixture('with-params'), { params: { n1: 5 } }, 'a');
    const error = await rejection(manager.updateParams('a', { n1: 0 }));

    expect(error.code).toBe('INVALID_PARAMS');
    expect(error.message).toContain('params.n1 is 0');
    expect(manager.getWorkerStatus('a')).toMatchObject({
      state: 'running',
      params: { n1: 5 },
      report: { params: { n1: 5, risk: { perTrade: 0.01 } } },
    });
  });

  it('that are no plain data are refused while the strategy runs', async () => {
    await manager.startStrategy(fixture('with-params'), {}, 'a');

    expect((await rejection(manager.updateParams('a', { n1: 5n }))).code).toBe('INVALID_PARAMS');
    expect(manager.getWorkerStatus('a').params).toEqual({});
  });

  it('get their defaults again when they are changed', async () => {
    await manager.startStrategy(fixture('with-params'), { params: { n1: 5 } }, 'a');
    await manager.updateParams('a', { risk: { perTrade: 0.5 } });

    expect(manager.getWorkerStatus('a').report).toMatchObject({
      params: { n1: 10, risk: { perTrade: 0.5 } },
      previous: { n1: 5, risk: { perTrade: 0.01 } },
    });
  });
});

describe('a configuration that is out of range', () => {
  const path = fixture('counts-bars');

  it.each<[string, WorkerConfig, string, string]>([
    ['symbol', { symbols: ['BTC/USDT', 'BTC USDT'] }, 'INVALID_SYMBOL', '"BTC USDT"'],
    ['symbol', { symbols: ['../etc'] }, 'INVALID_SYMBOL', '"../etc"'],
    ['symbol', { symbols: ['BTC/USDT\n'] }, 'INVALID_SYMBOL', String.raw`"BTC/USDT\n"`],
    ['symbol', { symbols: ['X'.repeat(65)] }, 'INVALID_SYMBOL', '1 to 64'],
    ['list of symbols', { symbols: [] }, 'INVALID_OPTION', 'symbols'],
    ['data type', { dataTypes: ['kline', 'candles'] }, 'INVALID_DATA_TYPE', '"candles"'],
    ['timeframe', { timeframe: '7x' }, 'INVALID_TIMEFRAME', '"7x"'],
    ['list of data types', { dataTypes: [] }, 'INVALID_OPTION', 'dataTypes'],
    ['warm-up', { warmup: -1 }, 'INVALID_OPTION', 'warmup is -1'],
    ['error limit', { maxConsecutiveErrors: 1.5 }, 'INVALID_OPTION', 'maxConsecutiveErrors is 1.5'],
    ['log limit', { logLinesPerSecond: -5 }, 'INVALID_OPTION', 'logLinesPerSecond is -5'],
    ['restart policy', { restartPolicy: { maxRestarts: -1 } }, 'INVALID_OPTION', 'maxRestarts'],
  ])('is refused: %s %j', async (_what, config, code, quoted) => {
    const error = await refusalWithoutProcess(path, config);

    expect(error.code).toBe(code);
    expect(error.message).toContain(quoted);
  });

  it.each(['', 'a b', '../x', '.hidden', 'ä', 'x'.repeat(65), 5 as never])(
    'is refused: worker id %j',
    async (workerId) => {
      const error = await refusal(path, {}, workerId);

      expect(error.code).toBe('INVALID_WORKER_ID');
      expect(manager.getAllStatus()).toEqual([]);
    },
  );

  it('is refused if the strategy names no symbols and neither does the configuration', async () => {
    const directory = filesOutside({ 'bare.mjs': "export default { name: 'bare' };" });
    const error = await refusalWithoutProcess(join(directory, 'bare.mjs'));

    expect(error.code).toBe('INVALID_OPTION');
    expect(error.message).toContain('strategy "bare" names none itself');
  });
});

describe('a call that can not be done', () => {
  const path = fixture('counts-bars');

  it.each<[string, () => unknown]>([
    ['stopWorker', () => manager.stopWorker('nobody')],
    ['pauseWorker', () => manager.pauseWorker('nobody')],
    ['resumeWorker', () => manager.resumeWorker('nobody')],
    ['restartWorker', () => manager.restartWorker('nobody')],
    ['reloadConfig', () => manager.reloadConfig('nobody', {})],
    ['updateParams', () => manager.updateParams('nobody', {})],
    ['removeWorker', async () => manager.removeWorker('nobody')],
    ['getWorker', async () => manager.getWorker('nobody')],
    ['getWorkerStatus', async () => manager.getWorkerStatus('nobody')],
    ['getWorkerExits', async () => manager.getWorkerExits('nobody')],
    ['getWorkerHistory', async () => manager.getWorkerHistory('nobody')],
  ])('is refused for a worker that is not known: %s', async (_name, call) => {
    const error = await rejection(Promise.resolve().then(call));

    expect(error.code).toBe('UNKNOWN_WORKER');
    expect(error.message).toContain('"nobody"');
  });

  it('is refused for an id that a running worker has', async () => {
    await manager.startStrategy(path, {}, 'a');

    expect((await refusal(path, {}, 'a')).code).toBe('DUPLICATE_WORKER_ID');
    expect(manager.getWorkerStatus('a').state).toBe('running');
  });

  it('is refused for an id that a worker which is being started has', async () => {
    const starting = manager.startStrategy(path, {}, 'a');

    expect((await refusal(path, {}, 'a')).code).toBe('DUPLICATE_WORKER_ID');
    await starting;
  });

  it('is refused when as many workers run as may', async () => {
    await Promise.all([manager.startStrategy(path, {}, 'a'), manager.startStrategy(path, {}, 'b')]);
    const error = await refusal(path, {}, 'c');

    expect(error.code).toBe('WORKER_LIMIT_REACHED');
    expect(error.message).toContain('at most 2');
    await manager.stopWorker('a');
    await manager.startStrategy(path, {}, 'c');
  });

  it.each(['pauseWorker', 'resumeWorker'] as const)(
    'is refused for a worker that has ended: %s',
    async (name) => {
      await manager.startStrategy(path, {}, 'a');
      await manager.stopWorker('a');

      expect((await rejection(manager[name]('a'))).code).toBe('WORKER_ENDED');
    },
  );

  it('is refused for the removal of a worker that runs', async () => {
    await manager.startStrategy(path, {}, 'a');

    expect(() => manager.removeWorker('a')).toThrow(
      expect.objectContaining({ code: 'WORKER_RUNS' }),
    );
  });
});

describe('a start that fails', () => {
  it('says what onInit threw, with the file and line, and leaves nothing', async () => {
    const error = await refusal(fixture('init-throws'), {}, 'a');

    expect(error.code).toBe('WORKER_ENDED');
    expect(error.message).toContain('onInit threw: no balance to trade with');
    expect(error.remoteStack).toMatch(/init-throws\.ts:7:\d+/);
    expect(manager.getAllStatus()).toEqual([]);
    expect(manager.broker.getSubscribers('BTC/USDT', 'kline')).toEqual([]);
    await waitFor('no busy process', () => manager.getStats().pool.busy === 0);
  });

  it.each([1, 2, 3, 4, 5])('says what onInit threw, however odd (kind %i)', async (kind) => {
    const error = await refusal(fixture('throws-odd-things'), { params: { kind } }, 'a');

    expect(error.code).toBe('WORKER_ENDED');
    expect(error.message).toContain('onInit threw: ');
    expect(error.message.length).toBeLessThan(5_000);
  });

  it('says with which code the process ended in onStart', async () => {
    const error = await refusal(fixture('start-exits'), {}, 'a');

    expect(error.code).toBe('WORKER_ENDED');
    expect(error.message).toContain('code 5');
    expect(manager.getStats().pool.busy).toBe(0);
  });

  it('is given up after its deadline if the strategy is never ready, its process killed', async () => {
    const impatient = await startManager({
      maxWorkers: 1,
      pool: { minSize: 1 },
      deadlines: { readyMs: 1_000 },
    });
    try {
      const error = await rejection(impatient.startStrategy(fixture('never-ready'), {}, 'a'));
      expect(error.code).toBe('NEVER_READY');
      expect(error.message).toContain('within 1000 ms');
      expect(impatient.getStats().pool.busy).toBe(0);
      expect(impatient.getAllStatus()).toEqual([]);
      expect(impatient.told.exits).toMatchObject([
        { workerId: 'a', exit: { cause: 'never-ready', signal: 'SIGKILL' } },
      ]);
    } finally {
      await impatient.stop();
    }
  });

  it('says so if what it needs does not go into a message', async () => {
    const symbols = Array.from({ length: 20_000 }, (_, index) => `COIN${index}/USDT`);
    const error = await refusal(fixture('counts-bars'), { symbols }, 'a');

    expect(error.code).toBe('MESSAGE_TOO_LARGE');
    expect(manager.getAllStatus()).toEqual([]);
    await waitFor('no busy process', () => manager.getStats().pool.busy === 0);
  });

  it('is not tried again by itself', async () => {
    await refusal(
      fixture('init-throws'),
      { restartPolicy: { mode: 'permanent', initialDelayMs: 1 } },
      'a',
    );
    const { started } = manager.getStats().pool;
    await waitFor('the pool', () => manager.getStats().pool.idle === 2);

    expect(manager.getAllStatus()).toEqual([]);
    expect(manager.getStats().pool.started).toBeLessThanOrEqual(started + 2);
    expect(manager.getStats().supervisor.restarts).toBe(0);
  });
});

describe('a strategy file in any form', () => {
  const code = `
    import { defineStrategy } from 'quantcell';
    import { z } from 'zod';
    export default defineStrategy({
      name: 'from outside',
      symbols: ['BTC/USDT'],
      params: z.object({ n: z.number().default(3) }),
      onStart: (ctx) => ctx.report({ n: ctx.params.n }),
    });
  `;

  it.each(['strategy.ts', 'strategy.mts', 'strategy.js', 'strategy.mjs'])(
    'runs from a folder outside of the project: %s',
    async (name) => {
      await manager.startStrategy(join(filesOutside({ [name]: code }), name), {}, 'a');

      expect(manager.getWorkerStatus('a')).toMatchObject({
        strategyName: 'from outside',
        report: { n: 3 },
      });
    },
  );

  it('runs from a path with spaces and other scripts', async () => {
    const name = 'my strategies #1/均线 %20.ts';
    await manager.startStrategy(join(filesOutside({ [name]: code }), name), {}, 'a');

    expect(manager.getWorkerStatus('a').report).toEqual({ n: 3 });
  });

  it('runs as a class, with fields and private members', async () => {
    await manager.startStrategy(fixture('class-form'), {}, 'a');
    void manager.broker.publishBatch(bars(1, 3));

    await waitFor('the bars', () => manager.getWorkerStatus('a').report['highest'] === 3);
    expect(manager.getWorkerStatus('a')).toMatchObject({
      strategyName: 'class form',
      report: { closes: [1, 2, 3] },
      counters: { errorCount: 0 },
    });
  });

  it('runs with a file of its own and an npm package', async () => {
    await manager.startStrategy(fixture('imports-others/strategy'), { symbols: ['ETH/USDT'] }, 'a');
    void manager.broker.publishBatch(bars(1, 3, 'ETH/USDT'));

    await statusOf(manager, 'a', ({ report }) => report['average'] === 2.5);
  });

  it('runs with an npm package of the folder that it is in', async () => {
    const directory = filesOutside({
      'strategy.ts': `
        import { SMA } from 'trading-signals';
        const average = new SMA(2);
        export default {
          name: 'own package',
          symbols: ['SOL/USDT'],
          onBar(ctx, bar) {
            average.add(bar.close);
            if (average.isStable) ctx.report({ average: Number(average.getResult()) });
          },
        };
      `,
    });
    mkdirSync(join(directory, 'node_modules'));
    const installed = fileURLToPath(
      new URL('../../../node_modules/trading-signals', import.meta.url),
    );
    symlinkSync(installed, join(directory, 'node_modules/trading-signals'));
    await manager.startStrategy(join(directory, 'strategy.ts'), {}, 'a');
    void manager.broker.publishBatch(bars(1, 3, 'SOL/USDT'));

    await statusOf(manager, 'a', ({ report }) => report['average'] === 2.5);
  });

  it('is read anew when it has changed', async () => {
    const path = join(filesOutside({ 'a.ts': code }), 'a.ts');
    await manager.startStrategy(path, {}, 'a');
    writeFileSync(path, code.replace('default(3)', 'default(44)'));
    await manager.restartWorker('a');

    expect(manager.getWorkerStatus('a').report).toEqual({ n: 44 });
  });

  it('goes on as it is when a restart finds its file broken', async () => {
    const path = join(filesOutside({ 'a.ts': code }), 'a.ts');
    await manager.startStrategy(path, {}, 'a');
    const { pid } = manager.getWorkerStatus('a');
    writeFileSync(path, 'export default {');

    expect((await rejection(manager.restartWorker('a'))).code).toBe('STRATEGY_COMPILE_FAILED');
    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'running', pid, restartCount: 0 });
  });
});
