import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { problem as problemSchema, type Problem } from '../../../src/api/contract/common.ts';
import {
  OPERATION_NAMES,
  ROUTES,
  routeOf,
  type AnswerOf,
  type CallInput,
  type OperationName,
} from '../../../src/api/contract/routes.ts';
import { ApiCallError, QuantCellClient } from '../../../src/client/index.ts';
import { Sandbox } from './sandbox.ts';

/** An answer as it came over the wire. */
interface Raw {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

interface Document {
  readonly paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        responses: Record<string, { content?: Record<string, { schema: object }> }>;
      }
    >
  >;
  readonly components: { readonly schemas: Record<string, object> };
}

const HANGS = `export default {
  name: 'Hangs', symbols: ['BTC/USDT'], dataTypes: ['trade'],
  onTrade: () => new Promise(() => undefined),
};`;
const NEVER_STARTS = `export default {
  name: 'Never starts', symbols: ['BTC/USDT'], dataTypes: ['trade'],
  onStart: () => new Promise(() => undefined),
};`;
const IDLE = `export default { name: 'Idle', symbols: ['BTC/USDT'], dataTypes: ['trade'] };`;
const CONFIG = {
  server: { port: 0, requestsPerSecond: 60, totalRequestsPerSecond: 1_000 },
  market: { source: 'synthetic' as const, symbols: ['BTC/USDT', 'ETH/USDT'], stepMs: 20 },
  alerts: { webhook: { url: 'http://127.0.0.1:9/hook', secret: 'hush' } },
  workers: {
    idle: 2,
    survive: false,
    run: [
      { id: 'flipper', strategy: 'flips', symbols: ['BTC/USDT'] },
      { id: 'asked', strategy: 'answers' },
      { id: 'hanging', strategy: 'hangs' },
    ],
  },
};

let sandbox: Sandbox;
let client: QuantCellClient;
let document: Document;
/** The last answer that each got. */
const lastOf = new WeakMap<QuantCellClient, Raw>();
/** Refusals that take their time: they are waited for at the end. */
let slow: Readonly<Record<'pause' | 'start', Promise<Problem>>>;
const called = new Set<string>();

beforeAll(async () => {
  sandbox = await Sandbox.start({
    config: CONFIG,
    fixtures: ['flips', 'answers', 'with-params'],
    files: { 'hangs.mjs': HANGS, 'never-starts.mjs': NEVER_STARTS },
    reread: { ...CONFIG, log: { level: 'error' } },
  });
  client = clientWith(sandbox.tokenOf('admin'));
  const { text } = await sandbox.ask({
    path: '/api/v1/openapi.json',
    headers: sandbox.bearer('read'),
  });
  document = JSON.parse(text) as Document;
  await call('createWorker', { body: { strategy: 'never-starts', id: 'late', start: false } });
  slow = {
    pause: refused('pauseWorker', one('hanging'), clientWith(sandbox.tokenOf('admin'))),
    start: refused('startWorker', one('late'), clientWith(sandbox.tokenOf('admin'))),
  };
}, 60_000);

afterAll(() => sandbox[Symbol.asyncDispose](), 60_000);

/** Leaves each answer in `lastOf`, as it came. */
function clientWith(token: string): QuantCellClient {
  const made: QuantCellClient = new QuantCellClient({
    url: sandbox.url,
    token,
    fetch: async (...asked) => {
      const response = await fetch(...asked);
      const type = response.headers.get('content-type');
      const text = await response.clone().text();
      lastOf.set(made, { status: response.status, type, text });
      return response;
    },
  });
  return made;
}

function rawOf(by: QuantCellClient): Raw {
  return lastOf.get(by) ?? { status: 0, type: null, text: '' };
}

/** The schema of the document for an answer, as what checks it. */
function documented(name: OperationName, status: number, type: string): z.ZodType {
  const { method, path } = routeOf(name);
  const operation = document.paths[path]?.[method];
  expect(operation?.operationId).toBe(name);
  const { responses = {} } = operation ?? {};
  const { schema } = (responses[status] ?? responses['default'])?.content?.[type] ?? {};
  if (schema === undefined) throw new Error(`${name}: the document has no ${status} ${type}`);
  const whole = { ...schema, $defs: document.components.schemas };
  const local = JSON.stringify(whole).replaceAll('#/components/schemas/', '#/$defs/');
  return z.fromJSONSchema(JSON.parse(local) as z.core.JSONSchema.JSONSchema);
}

/** Does an operation; its answer keeps to the contract and to the document. */
async function call<Name extends OperationName>(
  name: Name,
  input: Partial<CallInput<Name>> = {},
  by = client,
): Promise<AnswerOf<Name>> {
  const ask = by.call.bind(by) as (name: Name, input: unknown) => Promise<AnswerOf<Name>>;
  const answer = await ask(name, input);
  called.add(name);
  const { status, type, text } = rawOf(by);
  const { answer: schema, status: good = 200 } = routeOf(name);
  if (schema === null) {
    expect([name, status, text]).toEqual([name, 204, '']);
    return answer;
  }
  const raw = JSON.parse(text) as unknown;
  expect([name, status, type]).toEqual([name, good, expect.stringContaining('application/json')]);
  // Nothing more than the contract says either.
  expect(schema.parse(raw)).toEqual(raw);
  documented(name, status, 'application/json').parse(raw);
  return answer;
}

/** What an operation is refused with; a problem as contract and document have it. */
async function refused<Name extends OperationName>(
  name: Name,
  input: Partial<CallInput<Name>> = {},
  by = client,
): Promise<Problem> {
  const ask = by.call.bind(by) as (name: Name, input: unknown) => Promise<unknown>;
  const thrown = await ask(name, input).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(ApiCallError);
  return problemIn(name, rawOf(by));
}

function problemIn(name: OperationName, { status, type, text }: Raw): Problem {
  expect(type).toBe('application/problem+json');
  const problem = problemSchema.parse(JSON.parse(text));
  documented(name, status, 'application/problem+json').parse(problem);
  expect(problem).toMatchObject({
    status,
    type: `urn:quantcell:error:${problem.code}`,
    instance: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  return problem;
}

/** Asks again until there is something to be seen. */
async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    await delay(50);
  }
}

const one = (id: string) => ({ params: { id } });

describe('each operation answers as the contract and the served document say:', () => {
  it('workers', async () => {
    await call('createWorker', { body: { strategy: 'with-params', id: 'made' } });
    await call('getWorker', one('made'));
    await call('listWorkers', { query: { state: 'running', limit: 10 } });
    await call('getWorkerParams', one('made'));
    await call('putWorkerParams', { ...one('made'), body: { params: { n1: 3 } } });
    await call('updateWorker', { ...one('made'), body: { maxHeapMb: 128 } });
    await call('pauseWorker', one('made'));
    await call('resumeWorker', one('made'));
    await call('reloadWorker', one('made'));
    await call('restartWorker', one('made'));
    await call('stopWorker', one('made'));
    await call('startWorker', one('made'));
    for (const name of ['getWorkerHealth', 'getWorkerHistory', 'getWorkerConfig'] as const) {
      await call(name, one('made'));
    }
    await call('getWorkerLogs', { ...one('made'), query: { limit: 5 } });
    await call('clearWorkerLogs', one('made'));
    const { worker } = await call('cloneWorker', { ...one('made'), body: { id: 'twin' } });
    expect(worker).toMatchObject({ id: 'twin', state: 'stopped' });
    await call('batchWorkers', { body: { action: 'stop', ids: ['made', 'twin', 'nobody'] } });
    await call('deleteWorker', one('twin'));
    await call('deleteWorker', one('made'));
  });

  it('what is asked of strategies, and their states and figures', async () => {
    await call('signalWorker', { ...one('asked'), body: { name: 'go', data: { far: [1, null] } } });
    const { answer } = await call('commandWorker', {
      ...one('asked'),
      body: { name: 'echo', args: 5 },
    });
    expect(answer).toMatchObject({ name: 'echo', args: 5 });
    await eventually(async () => (await call('getWorkerState', one('asked'))).state ?? undefined);
    await eventually(
      async () => (await call('getWorkerMetrics', one('asked'))).current ?? undefined,
    );
  });

  it('strategies', async () => {
    const name = { params: { name: 'up' } };
    await call('validateStrategy', { body: { source: IDLE, extension: 'mjs' } });
    await call('validateStrategy', { body: { source: 'export default 1;' } });
    await call('uploadStrategy', { ...name, body: { source: IDLE, extension: 'mjs' } });
    const source = `${IDLE}\n`;
    await call('uploadStrategy', { ...name, body: { source, extension: 'mjs' } });
    await call('listStrategies');
    await call('getStrategy', { params: { name: 'with-params' } });
    const { items } = await call('listStrategyVersions', name);
    expect(items.length).toBeGreaterThan(0);
    expect(await call('getStrategySource', name)).toMatchObject({ source });
    await call('deleteStrategy', name);
  });

  it('market', async () => {
    await call('listSymbols');
    await call('listLastValues', { query: { symbols: 'BTC/USDT' } });
    await call('getFeed');
    await eventually(async () => {
      const { items } = await call('listBars', { query: { symbol: 'BTC/USDT', timeframe: '1s' } });
      return items.length > 0 ? items : undefined;
    });
  });

  it('what was traded by a worker', async () => {
    const flipper = one('flipper');
    const query = { open: 'true', limit: 10 } as const;
    await eventually(async () => {
      const { items } = await call('getWorkerTrades', { ...flipper, query: { limit: 10 } });
      return items.length > 3 ? items : undefined;
    });
    const { items } = await call('getWorkerOrders', { ...flipper, query });
    expect(items.map(({ tag }) => tag)).toContain('resting');
    expect((await call('getWorkerPositions', flipper)).items).not.toEqual([]);
    expect((await call('getWorkerPerformance', flipper)).fills).toBeGreaterThan(3);
  });

  it('execution', async () => {
    await call('getTrading');
    const { items } = await call('listOrders', { query: { open: 'true' } });
    const clientOrderId = items.find(({ tag }) => tag === 'resting')?.clientOrderId ?? '';
    await call('getOrder', { params: { clientOrderId } });
    expect((await call('listFills', { query: { workerId: 'flipper' } })).items).not.toEqual([]);
    await call('listDenials', { query: { workerId: 'flipper' } });
    await call('listPositions');
    await call('getAccount');
    await call('getRisk');
    await call('putRisk', { body: { limits: { all: { maxOpenOrders: 100 } }, confirm: true } });
    await call('reconcile');
    const halt = { scope: 'strategy:flipper', state: 'halted', reason: 'a test' } as const;
    expect((await call('setKillSwitch', { body: halt })).kept).toBe(true);
    await call('getKillSwitch');
    const { outcome } = await call('cancelOrder', { params: { clientOrderId } });
    expect(outcome).toBe('accepted');
    await call('cancelOrders', { body: { workerId: 'flipper' } });
    const scope = 'strategy:flipper';
    await call('flatten', { body: { scope, reason: 'a test', confirm: true } });
  });

  it('system', async () => {
    for (const name of ['getLive', 'getReady', 'getSystem', 'getConfig'] as const) await call(name);
    expect(await call('reloadConfig')).toEqual({ applied: ['log.level'], atNextStart: [] });
    expect((await call('listAudit', { query: { limit: 20 } })).items).toHaveLength(20);
    expect(await call('verifyAudit')).toMatchObject({ isWhole: true, firstBad: null });
    const { channels } = await call('testAlerts');
    expect(channels).toMatchObject([{ isSent: false, reason: expect.any(String) }]);
    await call('listAlerts', { query: { limit: 5 } });
  });

  it('access and sessions', async () => {
    const { token, text } = await call('createToken', { body: { name: 'guest', role: 'read' } });
    await call('listTokens');
    expect(await call('login', { body: { token: text } })).toMatchObject({ name: 'guest' });
    const guest = clientWith(text);
    expect(await call('getSession', {}, guest)).toMatchObject({ role: 'read', csrf: null });
    await call('logout', {}, guest);
    await call('revokeToken', one(token.id));
    expect((await refused('getSession', {}, guest)).code).toBe('NOT_AUTHENTICATED');
  });

  it('and no operation of the contract is left out', () => {
    expect(OPERATION_NAMES.filter((name) => !called.has(name))).toEqual([]);
    const documentedNames = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(documentedNames.toSorted()).toEqual(Object.keys(ROUTES).toSorted());
  });
});

describe('what is refused is a problem as the contract and the document have it:', () => {
  it.each([
    [400, 'INVALID_INPUT', 'listWorkers', { query: { limit: 0 } }],
    [404, 'UNKNOWN_WORKER', 'getWorker', one('nobody')],
    [404, 'UNKNOWN_ORDER', 'getOrder', { params: { clientOrderId: 'none' } }],
    [404, 'UNKNOWN_MARKET_SYMBOL', 'listBars', { query: { symbol: 'XX/YY' } }],
    [409, 'ILLEGAL_TRANSITION', 'startWorker', one('asked')],
    [413, 'BODY_TOO_LARGE', 'commandWorker', bodyOf({ name: 'x', args: 'x'.repeat(70_000) })],
    [
      422,
      'INVALID_PARAMS',
      'createWorker',
      { body: { strategy: 'with-params', params: { n1: 0 } } },
    ],
    [422, 'STRATEGY_COMPILE_FAILED', 'uploadStrategy', upload('broken', 'export default {')],
  ] as const)('%i %s', async (status, code, name, input) => {
    expect(await refused(name, input as never)).toMatchObject({ status, code });
  });

  function bodyOf(body: { name: string; args: string }) {
    return { ...one('asked'), body };
  }

  function upload(name: string, source: string) {
    return { params: { name }, body: { source } };
  }

  it('401 and 403 by who asks', async () => {
    const stranger = clientWith('wrong');
    expect(await refused('getSystem', {}, stranger)).toMatchObject({ status: 401 });
    const reader = clientWith(sandbox.tokenOf('read'));
    const refusal = await refused('stopWorker', one('asked'), reader);
    expect(refusal).toMatchObject({ status: 403, code: 'ROLE_TOO_LOW' });
  });

  it.each([
    [421, 'WRONG_HOST', { host: 'evil.example.com' }, '{}'],
    [415, 'WRONG_CONTENT_TYPE', { 'content-type': 'text/plain' }, '{}'],
    [400, 'MALFORMED_BODY', { 'content-type': 'application/json' }, '{"action":'],
  ] as const)('%i %s', async (status, code, headers, body) => {
    const answer = await sandbox.ask({
      method: 'POST',
      path: '/api/v1/workers/batch',
      headers: { ...sandbox.bearer('admin'), ...headers },
      body,
    });
    const raw = { ...answer, type: answer.headers['content-type'] ?? null };
    expect(problemIn('batchWorkers', raw)).toMatchObject({ status, code });
  });

  it('504 with the state of the worker where a callback is not over in time', async () => {
    expect(await slow.pause).toMatchObject({
      status: 504,
      code: 'COMMAND_TIMED_OUT',
      result: 'timed-out',
      state: 'running',
    });
  });

  it('422 with the state of the worker where onStart does not end', async () => {
    const refusal = await slow.start;
    expect(refusal).toMatchObject({ status: 422, code: 'NEVER_READY', result: 'rejected' });
    expect(refusal.state).toBe((await call('getWorker', one('late'))).state);
  });

  it('429, with when to try again', async () => {
    // As many as a token has at once, and what it gets meanwhile.
    const reader = sandbox.bearer('operate');
    const ask = () => sandbox.ask({ path: '/api/v1/market/feed', headers: reader });
    let refusal: Awaited<ReturnType<typeof ask>> | undefined;
    while (refusal === undefined) {
      const answers = await Promise.all(Array.from({ length: 100 }, ask));
      refusal = answers.find(({ status }) => status === 429);
    }
    const raw = { ...refusal, type: refusal.headers['content-type'] ?? null };
    expect(problemIn('getFeed', raw)).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS' });
    expect(Number(refusal.headers['retry-after'])).toBeGreaterThan(0);
  });
});
