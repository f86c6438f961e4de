import { connect } from 'node:net';
import { createServer, type Server } from 'node:http';
import { Hono } from 'hono';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { bodyLimit, MAX_ORDER_BODY_BYTES } from '../../../../src/api/security/body-limit.ts';
import { idempotency, IdempotencyStore } from '../../../../src/api/security/idempotency.ts';
import { audited } from '../../../../src/api/security/audited.ts';
import { Authenticator } from '../../../../src/api/security/authenticate.ts';
import type { SecurityEnv } from '../../../../src/api/security/environment.ts';
import { guard, guardUpgrade, type Guards } from '../../../../src/api/security/guards.ts';
import { AllowedHosts } from '../../../../src/api/security/host-check.ts';
import { LockOut } from '../../../../src/api/security/lock-out.ts';
import { AllowedOrigins } from '../../../../src/api/security/origin-check.ts';
import { refuseUpgrade } from '../../../../src/api/security/problem.ts';
import { RateLimits } from '../../../../src/api/security/rate-limit.ts';
import { Sessions } from '../../../../src/api/security/sessions.ts';
import { QuantCellError } from '../../../../src/base/errors.ts';
import { silentLogger } from '../../../../src/base/logger.ts';
import { AccessTokens } from '../../../../src/system/access/access-tokens.ts';
import { AuditLog } from '../../../../src/system/audit/audit-log.ts';
import { listening, temporaryHome } from './support.ts';

function guardsOf(isTls = false) {
  const tokens = AccessTokens.open(temporaryHome(), { env: {} });
  const audit = AuditLog.open({ home: undefined });
  onTestFinished(() => {
    tokens.close();
    audit.close();
  });
  const sessions = new Sessions({ isTokenLive: (id) => tokens.has(id) });
  const limits = new RateLimits();
  const guards: Guards = {
    hosts: new AllowedHosts(),
    origins: new AllowedOrigins(),
    authenticator: new Authenticator({ tokens, sessions, lockOut: new LockOut(), limits, audit }),
    limits,
    isTls,
    logger: silentLogger,
    isPublic: (c) => c.req.path === '/api/v1/health/live' || c.req.path === '/index.html',
    isUnlimited: (c) => c.req.path === '/api/v1/health/live',
  };
  return { tokens, audit, sessions, guards, bearer: `Bearer ${tokens.firstToken?.token ?? ''}` };
}

async function server(isTls = false) {
  const all = guardsOf(isTls);
  const app = new Hono<SecurityEnv>();
  guard(app, all.guards);
  let done = 0;
  app.get('/api/v1/health/live', (c) => c.json({ live: true }));
  app.get('/index.html', (c) => c.html('<p>page'));
  app.get('/api/v1/info', (c) => c.json({}));
  app.post(
    '/api/v1/workers/:id/start',
    audited(all.audit, {
      action: 'workers.start',
      needs: 'operate',
      target: (c) => c.req.param('id') ?? null,
      detail: (c) => c.req.json(),
    }),
    (c) => {
      done += 1;
      if (c.req.param('id') === 'none') throw new QuantCellError('UNKNOWN_WORKER', 'no');
      if (c.req.param('id') === 'slow') throw new QuantCellError('COMMAND_TIMED_OUT', 'late');
      return c.json({ state: 'RUNNING' });
    },
  );
  return { ...all, ...(await listening(app)), done: () => done };
}

it('each answer has the headers of security: pages, errors and what is public', async () => {
  const { ask, bearer } = await server();
  for (const what of [
    { path: '/api/v1/health/live' },
    { path: '/index.html' },
    { path: '/api/v1/info', headers: { authorization: bearer } },
    { path: '/api/v1/info' },
    { path: '/api/v1/info', headers: { host: 'evil.example.com' } },
    { path: '/api/v1/none', headers: { authorization: bearer } },
  ]) {
    const { headers } = await ask(what);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|http:/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers['permissions-policy']).toContain('camera=()');
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(headers['cache-control']).toBe(what.path === '/index.html' ? undefined : 'no-store');
    expect(headers['x-powered-by']).toBeUndefined();
  }
  const { ask: askTls } = await server(true);
  expect((await askTls()).headers['strict-transport-security']).toBe('max-age=31536000');
});

it('a write passes all of it with a token, and what is wrong with one says what', async () => {
  const { ask, bearer, done } = await server();
  const path = '/api/v1/workers/a/start';
  const good = { authorization: bearer, 'content-type': 'application/json' };
  const post = async (headers: Record<string, string>, body = '{"params":{}}') => {
    const told = await ask({ method: 'POST', path, headers, body });
    return told.code ?? told.status;
  };
  expect(await post(good)).toBe(200);
  expect(await post({ ...good, host: 'evil.example.com' })).toBe('WRONG_HOST');
  expect(await post({ ...good, origin: 'https://evil.example.com' })).toBe('WRONG_ORIGIN');
  expect(await post({ ...good, 'content-type': 'text/plain' })).toBe('WRONG_CONTENT_TYPE');
  expect(await post({ ...good, authorization: 'Bearer x' })).toBe('NOT_AUTHENTICATED');
  expect(await post(good, `"${'x'.repeat(2_097_152)}"`)).toBe('BODY_TOO_LARGE');
  expect(await post(good, '{"__proto__":{}}')).toBe('MALFORMED_BODY');
  expect(done()).toBe(1);
});

it('each write is in the audit log: who, from where, what, to what, and what came of it', async () => {
  const { ask, bearer, audit, tokens, done } = await server();
  const start = (id: string, authorization: string) =>
    ask({
      method: 'POST',
      path: `/api/v1/workers/${id}/start`,
      headers: { authorization, 'content-type': 'application/json' },
      body: '{"params":{"fast":5,"webhookToken":"canary"}}',
    });
  const reader = tokens.create('reader', 'read');
  await start('a', bearer);
  await start('none', bearer);
  await start('slow', bearer);
  expect((await start('a', `Bearer ${reader.token}`)).code).toBe('ROLE_TOO_LOW');
  expect(done()).toBe(3);
  const entries = audit.list().toReversed();
  expect(entries.map(({ name, target, result, reason }) => [name, target, result, reason])).toEqual(
    [
      ['admin', 'a', 'applied', null],
      ['admin', 'none', 'rejected', 'UNKNOWN_WORKER'],
      ['admin', 'slow', 'timed-out', 'COMMAND_TIMED_OUT'],
      ['reader', 'a', 'denied', 'ROLE_TOO_LOW'],
    ],
  );
  expect(entries[0]).toMatchObject({
    tokenId: tokens.firstToken?.id,
    role: 'admin',
    source: '127.0.0.1',
    action: 'workers.start',
    detail: { params: { fast: 5, webhookToken: '[secret]' } },
  });
  expect(await audit.verify()).toMatchObject({ isWhole: true, count: 4 });
});

it('while the audit log takes nothing a write is refused, and a halt is done', async () => {
  const { guards, bearer, audit } = guardsOf();
  const app = new Hono<SecurityEnv>();
  guard(app, guards);
  const seen: string[] = [];
  for (const [action, mustPass] of [
    ['halt', true],
    ['start', false],
  ] as const) {
    app.post(
      `/api/${action}`,
      audited(audit, { action, needs: 'operate', mustPass: async () => mustPass }),
      (c) => {
        seen.push(action);
        return c.text('done');
      },
    );
  }
  const { ask } = await listening(app);
  audit.close();
  const post = (path: string) => ask({ method: 'POST', path, headers: { authorization: bearer } });
  const start = await post('/api/start');
  expect([start.status, start.code]).toEqual([503, 'AUDIT_UNAVAILABLE']);
  expect((await post('/api/halt')).status).toBe(200);
  expect(seen).toEqual(['halt']);
});

it('10,000 malformed requests: 4xx, no stack in an answer, and the server goes on', async () => {
  const { ask, port, bearer, done } = await server();
  const targets = [
    '/..%2f..%2fetc/passwd',
    '///etc/passwd',
    '/%00',
    '/%',
    '/api/v1/%2e%2e/%2e%2e/x',
    '/\\..\\x',
  ];
  let seed = 1;
  const next = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  const raw = (): string => {
    const target = targets[next(targets.length)] ?? '/';
    const body = Array.from({ length: next(60) }, () => String.fromCharCode(32 + next(95))).join(
      '',
    );
    const method = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'][next(6)] ?? 'GET';
    const host = ['localhost', 'evil', '[', ''][next(4)] ?? '';
    const head = `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${next(2) === 0 ? bearer : 'Bearer x'}\r\n`;
    return `${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  };
  for (let batch = 0; batch < 100; batch += 1) {
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => {
        socket.end(Array.from({ length: 100 }, raw).join(''));
      });
      socket.setEncoding('latin1');
      socket.on('data', (chunk: string) => (text += chunk));
      socket.on('close', () => resolve(text));
      socket.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(text) : reject(error),
      );
    });
    const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d\d\d)/g)].map(([, status]) => status ?? '');
    expect(statuses).toHaveLength(100);
    expect(statuses.filter((status) => !status.startsWith('4'))).toEqual([]);
    expect(answer).not.toMatch(/node_modules|\bat .*\.[jt]s:\d/);
  }
  expect(done()).toBe(0);
  expect((await ask({ path: '/api/v1/health/live' })).status).toBe(200);
});

it('a WebSocket upgrade is refused before it is one: wrong host, wrong origin, no token, token in the address', async () => {
  const { guards, bearer } = guardsOf();
  const sockets = new WebSocketServer({ noServer: true });
  const http: Server = createServer();
  http.on('upgrade', (request, socket, head) => {
    try {
      guardUpgrade(request, guards);
    } catch (thrown) {
      refuseUpgrade(socket, thrown, 'r-1');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => opened.send('welcome'));
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate();
    http.close();
  });
  const { port } = http.address() as { port: number };
  const open = (headers: Record<string, string>, query = ''): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/stream${query}`, { headers });
      socket.on('message', (data: Buffer) => resolve(data.toString()));
      socket.on('error', () => undefined);
      socket.on('unexpected-response', (_request, response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          const { code } = JSON.parse(text) as { code: string };
          resolve(`${response.statusCode} ${code}`);
        });
      });
    });
  const good = { authorization: bearer };
  expect(await open(good)).toBe('welcome');
  expect(await open({ ...good, origin: `http://127.0.0.1:${port}` })).toBe('welcome');
  expect(await open({ ...good, host: 'evil.example.com' })).toBe('421 WRONG_HOST');
  expect(await open({ ...good, origin: 'https://evil.example.com' })).toBe('403 WRONG_ORIGIN');
  expect(await open({})).toBe('401 NOT_AUTHENTICATED');
  expect(await open(good, `?token=${bearer.slice(7)}`)).toBe('400 TOKEN_IN_URL');
});

it('an app without routes answers 404 to whoever has a token, and 401 to others', async () => {
  const { guards, bearer } = guardsOf();
  const app = new Hono<SecurityEnv>();
  guard(app, guards);
  const { ask } = await listening(app);
  expect((await ask({ headers: { authorization: bearer } })).code).toBe('UNKNOWN_ROUTE');
  expect((await ask()).code).toBe('NOT_AUTHENTICATED');
});

it('a route of the contract gets its body behind all of it, and with a key it is done once', async () => {
  const { guards, bearer, audit } = guardsOf();
  const app = new OpenAPIHono<SecurityEnv>();
  guard(app, guards);
  const seen: unknown[] = [];
  const route = createRoute({
    method: 'post',
    path: '/api/v1/orders',
    middleware: [
      bodyLimit(MAX_ORDER_BODY_BYTES),
      idempotency(new IdempotencyStore(), { isRequired: true }),
      audited(audit, { action: 'orders.submit', needs: 'trade', detail: (c) => c.req.json() }),
    ] as const,
    request: {
      body: { content: { 'application/json': { schema: z.object({ quantity: z.string() }) } } },
    },
    responses: { 201: { description: 'taken' } },
  });
  app.openapi(route, (c) => {
    seen.push(c.req.valid('json'));
    return c.json({ id: seen.length }, 201);
  });
  const { ask } = await listening(app as unknown as Hono<SecurityEnv>);
  const post = (key: string, body: string) =>
    ask({
      method: 'POST',
      path: '/api/v1/orders',
      headers: {
        authorization: bearer,
        'content-type': 'application/json',
        ...(key === '' ? {} : { 'idempotency-key': key }),
      },
      body,
    });
  const first = await post('k1', '{"quantity":"0.1"}');
  const again = await post('k1', '{"quantity":"0.1"}');
  expect([first.status, again.status, again.json]).toEqual([201, 201, { id: 1 }]);
  expect(again.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
  expect((await post('', '{"quantity":"0.1"}')).code).toBe('INVALID_IDEMPOTENCY_KEY');
  expect((await post('k2', `{"quantity":"${'1'.repeat(66_000)}"}`)).code).toBe('BODY_TOO_LARGE');
  expect(seen).toEqual([{ quantity: '0.1' }]);
  expect(audit.list().map(({ result }) => result)).toEqual(['applied']);
});
