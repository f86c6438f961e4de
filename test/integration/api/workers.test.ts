import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { strategyRoutes } from '../../../src/api/contract/strategy-routes.ts';
import type { workerRoutes } from '../../../src/api/contract/worker-routes.ts';
import { ROUTES, type AnswerOf, type CallInput } from '../../../src/api/contract/routes.ts';
import { ApiServer } from '../../../src/api/server.ts';
import { ApiCallError, QuantCellClient, type Problem } from '../../../src/client/index.ts';
import { completeConfig } from '../../../src/system/config/config-schema.ts';
import { Service } from '../../../src/system/service/service.ts';

/** Buys at its first bar and sells at its second, again and again; keeps count, and says what it is told. */
const TRADER = `export default {
  name: 'Trader', symbols: ['BTC/USDT'], dataTypes: ['kline@1s'],
  state: () => ({ bars: 0, signals: [] }),
  async onBar(ctx, bar) {
    ctx.state.bars += 1;
    if (ctx.state.bars % 2 === 1) await ctx.buy(bar.symbol, 0.1);
    else await ctx.closePosition(bar.symbol);
    ctx.report({ bars: ctx.state.bars });
    if (ctx.state.bars === 1) ctx.log.warn('the first bar');
  },
  onSignal(ctx, { name, data }) { ctx.report({ signal: [name, data] }); },
  onCommand(ctx, { name, args }) { return { name, args, bars: ctx.state.bars }; },
};`;

const WITH_PARAMS = `import { defineStrategy } from 'quantcell/strategy';
import { z } from 'zod';
export default defineStrategy({
  name: 'With params', symbols: ['ETH/USDT'], dataTypes: ['trade'],
  params: z.object({ size: z.int().min(1).default(1) }),
});`;

const IDLE = `export default { name: 'Idle', symbols: ['BTC/USDT'], dataTypes: ['trade'] };`;
const NEVER_STARTS = `export default {
  name: 'Never starts', symbols: ['BTC/USDT'], dataTypes: ['trade'],
  onStart() { throw new Error('no luck today'); },
};`;
const SLOW = `export default {
  name: 'Slow', symbols: ['BTC/USDT'], dataTypes: ['trade'],
  onStart: () => new Promise((resolve) => setTimeout(resolve, 3_000)),
};`;

type Name = keyof typeof workerRoutes | keyof typeof strategyRoutes;

let home: string;
let service: Service;
let server: ApiServer;
let client: QuantCellClient;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'quantcell-api-'));
  const strategies = join(home, 'strategies');
  mkdirSync(strategies, { mode: 0o700 });
  const files = {
    'trader.mjs': TRADER,
    'with-params.ts': WITH_PARAMS,
    'idle.mjs': IDLE,
    'never-starts.mjs': NEVER_STARTS,
    'slow.mjs': SLOW,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(strategies, name), text);
  const config = completeConfig({
    server: { port: 0, requestsPerSecond: 10_000, totalRequestsPerSecond: 10_000 },
    market: { source: 'synthetic', timeframe: '1s', stepMs: 50 },
    workers: {
      idle: 2,
      run: [
        { id: 'trader', strategy: 'trader' },
        { id: 'broken', strategy: 'never-starts' },
        { id: 'kept', strategy: 'idle', start: false },
      ],
    },
  });
  service = new Service({ config, configPath: null, home });
  await service.start();
  await service.startWorkers();
  server = new ApiServer({ service });
  const url = await server.start();
  const { token } = service.tokens.create('ada', 'admin');
  client = new QuantCellClient({ url, token });
}, 60_000);

afterAll(async () => {
  await server.stop();
  await service.stop();
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}, 60_000);

/** Does an operation, and sees that the answer is as the contract says. */
async function call<Key extends Name>(
  name: Key,
  input: Partial<CallInput<Key>> = {},
): Promise<AnswerOf<Key>> {
  const ask = client.call.bind(client) as (name: Key, input: unknown) => Promise<AnswerOf<Key>>;
  const answer = await ask(name, input);
  const { answer: schema } = ROUTES[name];
  if (schema === null) expect(answer).toBeNull();
  else expect(schema.parse(answer)).toEqual(answer);
  return answer;
}

async function refused<Key extends Name>(
  name: Key,
  input: Partial<CallInput<Key>> = {},
): Promise<Problem> {
  const thrown = await call(name, input).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(ApiCallError);
  return (thrown as ApiCallError).problem;
}

/** Asks again until there is something to be seen. */
async function eventually<T>(ask: () => Promise<T | undefined | null>): Promise<T> {
  for (;;) {
    const found = await ask();
    if (found !== undefined && found !== null) return found;
    await delay(50);
  }
}

const worker = (id: string) => ({ params: { id } });

it('shows the workers of the configuration: one that runs, one that could not be started, one that waits', async () => {
  const { items, total, byState } = await call('listWorkers');
  expect(items.map(({ id, state, health }) => [id, state, health])).toEqual([
    ['broken', 'error', 'down'],
    ['kept', 'stopped', 'down'],
    ['trader', 'running', 'ok'],
  ]);
  expect(total).toBe(3);
  expect(byState).toEqual({ error: 1, stopped: 1, running: 1 });
  expect(items[0]?.quarantine).toContain('no luck today');
  expect(items[2]).toMatchObject({
    strategy: 'trader',
    strategyName: 'Trader',
    symbols: ['BTC/USDT'],
    dataTypes: ['kline@1s'],
    mode: 'paper',
    tradingState: 'active',
  });
});

it('filters, sorts and pages', async () => {
  const { items } = await call('listWorkers', { query: { state: 'stopped,error' } });
  expect(items.map(({ id }) => id)).toEqual(['broken', 'kept']);
  const found = await call('listWorkers', { query: { search: 'NEVER' } });
  expect(found.items.map(({ id }) => id)).toEqual(['broken']);
  const page = await call('listWorkers', {
    query: { sort: 'state', descending: 'true', limit: 1, offset: 1 },
  });
  expect(page).toMatchObject({ total: 3, items: [{ id: 'trader' }] });
});

it('says why a worker is down', async () => {
  const health = await call('getWorkerHealth', worker('broken'));
  expect(health).toMatchObject({ health: 'down', state: 'error', silentMs: null });
  expect(health.reason).toContain('no luck today');
  expect(await call('getWorkerHealth', worker('trader'))).toMatchObject({
    health: 'ok',
    reason: 'it runs',
    staleTopics: [],
  });
});

it('makes a worker, and takes it through its life with truthful answers', async () => {
  const made = await call('createWorker', { body: { strategy: 'idle', id: 'one', start: false } });
  expect(made.worker).toMatchObject({ id: 'one', state: 'stopped', pid: null });
  const states: unknown[] = [];
  for (const name of ['startWorker', 'pauseWorker', 'resumeWorker', 'reloadWorker'] as const) {
    states.push((await call(name, worker('one'))).worker.state);
  }
  const before = (await call('getWorker', worker('one'))).pid;
  const restarted = await call('restartWorker', worker('one'));
  states.push(restarted.worker.state, (await call('stopWorker', worker('one'))).worker.state);
  expect(states).toEqual(['running', 'paused', 'running', 'running', 'running', 'stopped']);
  expect(restarted.worker.pid).not.toBe(before);
  const { transitions, exits } = await call('getWorkerHistory', worker('one'));
  expect(transitions.at(-1)).toMatchObject({ from: 'stopping', to: 'stopped' });
  expect(exits.length).toBeGreaterThan(0);
  await call('deleteWorker', worker('one'));
  expect(await refused('getWorker', worker('one'))).toMatchObject({
    status: 404,
    code: 'UNKNOWN_WORKER',
  });
});

it('refuses what would do nothing, with the state', async () => {
  const problems = [
    await refused('startWorker', worker('trader')),
    await refused('resumeWorker', worker('trader')),
    await refused('stopWorker', worker('kept')),
    await refused('pauseWorker', worker('kept')),
    await refused('reloadWorker', worker('kept')),
    await refused('deleteWorker', worker('trader')),
  ];
  expect(problems.map(({ status, code, result, state }) => [status, code, result, state])).toEqual([
    [409, 'ILLEGAL_TRANSITION', 'rejected', 'running'],
    [409, 'ILLEGAL_TRANSITION', 'rejected', 'running'],
    [409, 'ILLEGAL_TRANSITION', 'rejected', 'stopped'],
    [409, 'ILLEGAL_TRANSITION', 'rejected', 'stopped'],
    [409, 'ILLEGAL_TRANSITION', 'rejected', 'stopped'],
    [409, 'WORKER_RUNS', 'rejected', 'running'],
  ]);
  expect(problems[0]?.detail).toContain('runs already');
  expect(problems[3]?.detail).toContain('only one that runs can be paused');
});

it('refuses a worker before anything is made of it', async () => {
  const creations = [
    { strategy: 'idl' },
    { strategy: 'idle', symbols: ['NOPE/USDT'] },
    { strategy: 'idle', dataTypes: ['nonsense'] },
    { strategy: 'with-params', params: { size: 0 } },
    { strategy: 'idle', id: 'trader' },
    { strategy: 'never-starts' },
  ];
  const problems: Problem[] = [];
  for (const body of creations) problems.push(await refused('createWorker', { body }));
  expect(problems.map(({ status, code }) => [status, code])).toEqual([
    [404, 'UNKNOWN_STRATEGY'],
    [404, 'UNKNOWN_MARKET_SYMBOL'],
    [400, 'INVALID_DATA_TYPE'],
    [422, 'INVALID_PARAMS'],
    [409, 'DUPLICATE_WORKER_ID'],
    [problems[5]?.status, problems[5]?.code],
  ]);
  expect(problems[0]?.detail).toContain('"idle"');
  expect(problems[5]?.detail).toContain('no luck today');
  expect((await call('listWorkers')).total).toBe(3);
});

it('says that a command is not done yet, and what the state is', async () => {
  const { worker: made } = await call('createWorker', {
    body: { strategy: 'slow', id: 'slow', start: false },
  });
  const { workerHandlers } = await import('../../../src/api/handlers/workers.ts');
  const handlers = workerHandlers({ service, commandLimitMs: 200 });
  const parts = { params: { id: made.id }, query: undefined, body: undefined };
  const thrown: unknown = await Promise.resolve(handlers.startWorker(parts as never)).catch(
    (error: unknown) => error,
  );
  expect(thrown).toMatchObject({
    code: 'COMMAND_PENDING',
    facts: { result: 'timed-out', workerId: 'slow', state: expect.any(String) },
  });
  await eventually(async () => {
    const { state } = await call('getWorker', worker('slow'));
    return state === 'running' ? state : undefined;
  });
  await call('stopWorker', worker('slow'));
  await call('deleteWorker', worker('slow'));
});

it('does the same with many, each with its own result', async () => {
  const ids = ['b1', 'b2', 'b3'];
  for (const id of ids)
    await call('createWorker', { body: { strategy: 'idle', id, start: false } });
  const started = await call('batchWorkers', {
    body: { action: 'start', ids: [...ids, 'none', 'b1'] },
  });
  expect(
    started.results.map(({ workerId, result, code, state }) => [workerId, result, code, state]),
  ).toEqual([
    ['b1', 'applied', null, 'running'],
    ['b2', 'applied', null, 'running'],
    ['b3', 'applied', null, 'running'],
    ['none', 'rejected', 'UNKNOWN_WORKER', null],
  ]);
  const deleted = await call('batchWorkers', { body: { action: 'delete', ids } });
  expect(deleted.results.map(({ code }) => code)).toEqual(ids.map(() => 'WORKER_RUNS'));
  await call('batchWorkers', { body: { action: 'stop', ids } });
  const gone = await call('batchWorkers', { body: { action: 'delete', ids } });
  expect(gone.results.map(({ result, state }) => [result, state])).toEqual(
    ids.map(() => ['applied', null]),
  );
});

it('changes how a worker is run, copies it, and tells its configuration', async () => {
  await call('createWorker', { body: { strategy: 'with-params', id: 'p' } });
  const { params, schema } = await call('getWorkerParams', worker('p'));
  expect(schema).toMatchObject({ properties: { size: { minimum: 1 } } });
  expect(params).toEqual({});
  const changed = await call('putWorkerParams', { ...worker('p'), body: { params: { size: 5 } } });
  expect(changed.worker.params).toEqual({ size: 5 });
  const wrong = { ...worker('p'), body: { params: { size: 'x' } } };
  expect(await refused('putWorkerParams', wrong)).toMatchObject({
    status: 422,
    code: 'INVALID_PARAMS',
  });
  const updated = await call('updateWorker', {
    ...worker('p'),
    body: { symbols: ['SOL/USDT'], maxHeapMb: 128 },
  });
  expect(updated).toMatchObject({
    applied: ['symbols'],
    atNextStart: ['maxHeapMb'],
    worker: { symbols: ['SOL/USDT'] },
  });
  const unknown = { ...worker('p'), body: { symbols: ['NOPE/USDT'] } };
  expect(await refused('updateWorker', unknown)).toMatchObject({ code: 'UNKNOWN_MARKET_SYMBOL' });
  expect((await call('getWorker', worker('p'))).symbols).toEqual(['SOL/USDT']);
  const copy = await call('cloneWorker', { ...worker('p'), body: { id: 'p2' } });
  expect(copy.worker).toMatchObject({ id: 'p2', state: 'stopped', symbols: ['SOL/USDT'] });
  expect(await call('getWorkerConfig', worker('p2'))).toMatchObject({
    params: { size: 5 },
    maxHeapMb: 128,
  });
  await call('stopWorker', worker('p'));
  await call('batchWorkers', { body: { action: 'delete', ids: ['p', 'p2'] } });
});

it('shows what a worker trades, and how it did', async () => {
  const performance = await eventually(async () => {
    const answer = await call('getWorkerPerformance', worker('trader'));
    return answer.trades > 0 ? answer : undefined;
  });
  expect(performance).toMatchObject({ currency: 'USDT', maxDrawdown: { share: null } });
  expect(performance.wins + performance.losses).toBe(performance.trades);
  expect(performance.curve[0]?.pnl).toBe(0);
  const { items: fills } = await call('getWorkerTrades', worker('trader'));
  expect(fills.length).toBeGreaterThan(1);
  expect(fills.map(({ side }) => side).slice(0, 2)).toEqual(['buy', 'sell']);
  const { items: orders } = await call('getWorkerOrders', {
    ...worker('trader'),
    query: { limit: 1 },
  });
  expect(orders).toMatchObject([{ workerId: 'trader', symbol: 'BTC/USDT' }]);
  const { items: positions } = await call('getWorkerPositions', worker('trader'));
  expect(positions).toMatchObject([{ owner: 'trader', symbol: 'BTC/USDT' }]);
  expect(await call('getWorkerPerformance', worker('kept'))).toMatchObject({ fills: 0, curve: [] });
});

it('shows the figures, the state and the log of a worker', async () => {
  const { current, history } = await eventually(async () => {
    const metrics = await call('getWorkerMetrics', worker('trader'));
    return metrics.history.length > 1 ? metrics : undefined;
  });
  expect(current?.memoryBytes).toBeGreaterThan(1_000_000);
  expect(history.at(-1)?.at).toBeGreaterThan(history[0]?.at ?? Number.POSITIVE_INFINITY);
  const { state } = await call('getWorkerState', worker('trader'));
  expect(state?.data).toMatchObject({ bars: expect.any(Number) });
  expect(await call('getWorkerState', worker('kept'))).toEqual({ state: null });
  const warned = await call('getWorkerLogs', { ...worker('trader'), query: { level: 'warn' } });
  expect(warned.lines.map(({ message }) => message)).toEqual(['the first bar']);
  const found = await call('getWorkerLogs', { ...worker('trader'), query: { search: 'FIRST' } });
  expect(found.lines).toHaveLength(1);
  const at = found.lines[0]?.at ?? 0;
  const before = await call('getWorkerLogs', { ...worker('trader'), query: { before: at } });
  expect(before.lines.every((line) => line.at < at)).toBe(true);
  await call('clearWorkerLogs', worker('trader'));
  const after = await call('getWorkerLogs', { ...worker('trader'), query: { search: 'first' } });
  expect(after.lines).toEqual([]);
});

it('tells and asks a strategy', async () => {
  const body = { name: 'size', data: { to: 2 } };
  expect(await call('signalWorker', { ...worker('trader'), body })).toEqual({ result: 'applied' });
  await eventually(async () => {
    const { report } = await call('getWorker', worker('trader'));
    return report['signal'];
  });
  const asked = await call('commandWorker', {
    ...worker('trader'),
    body: { name: 'count', args: [1] },
  });
  expect(asked.answer).toMatchObject({ name: 'count', args: [1], bars: expect.any(Number) });
  expect(await refused('signalWorker', { ...worker('kept'), body })).toMatchObject({
    result: 'rejected',
    state: 'stopped',
  });
});

it('takes strategies, says what is wrong with them and where, and keeps their versions', async () => {
  const broken = 'export default {\n  name: "x",\n  oops oops\n};';
  const checked = await call('validateStrategy', { body: { source: broken, extension: 'mjs' } });
  expect(checked).toMatchObject({
    isValid: false,
    faults: [{ code: 'STRATEGY_COMPILE_FAILED', line: 3 }],
  });
  expect(checked.faults[0]?.message).toContain('strategy.mjs:3:');
  const put = { params: { name: 'fresh' }, body: { source: broken, extension: 'mjs' as const } };
  const problem = await refused('uploadStrategy', put);
  expect(problem).toMatchObject({ status: 422, code: 'STRATEGY_COMPILE_FAILED' });
  expect(problem.faults?.[0]?.path).toMatch(/^body\.source:3:/);
  expect((await call('listStrategies')).items.map(({ name }) => name)).not.toContain('fresh');

  const throws = 'export default {};\nthrow new Error("at load");';
  const thrown = await call('validateStrategy', { body: { source: throws, extension: 'mjs' } });
  expect(thrown.faults).toMatchObject([{ line: 2, message: expect.stringContaining('at load') }]);

  const first = await call('uploadStrategy', { ...put, body: { source: IDLE, extension: 'mjs' } });
  const second = await call('uploadStrategy', {
    ...put,
    body: { source: IDLE.replace('Idle', 'Fresh'), extension: 'mjs' },
  });
  expect(second.validation.description).toMatchObject({ title: 'Fresh', symbols: ['BTC/USDT'] });
  const { items: versions } = await call('listStrategyVersions', { params: { name: 'fresh' } });
  expect(versions.map(({ version, by }) => [version, by])).toEqual([
    [second.strategy.version, 'ada'],
    [first.strategy.version, 'ada'],
  ]);
  const { source } = await call('getStrategySource', {
    params: { name: 'fresh' },
    query: { version: first.strategy.version },
  });
  expect(source).toBe(IDLE);

  await call('createWorker', { body: { strategy: 'fresh', id: 'f', start: false } });
  const got = await call('getStrategy', { params: { name: 'fresh' } });
  expect(got).toMatchObject({ strategy: { workers: ['f'] }, validation: { isValid: true } });
  expect(await refused('deleteStrategy', { params: { name: 'fresh' } })).toMatchObject({
    status: 409,
    code: 'STRATEGY_IN_USE',
  });
  await call('deleteWorker', worker('f'));
  await call('deleteStrategy', { params: { name: 'fresh' } });
  expect((await call('listStrategies')).items.map(({ name }) => name)).not.toContain('fresh');
});
