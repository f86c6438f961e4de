import type { Hono } from 'hono';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createApp, type AppParts } from '../../../src/api/app.ts';
import { API_BASE, OPERATION_NAMES, routeOf } from '../../../src/api/contract/routes.ts';
import { Authenticator } from '../../../src/api/security/authenticate.ts';
import type { SecurityEnv } from '../../../src/api/security/environment.ts';
import { AllowedHosts } from '../../../src/api/security/host-check.ts';
import { LockOut } from '../../../src/api/security/lock-out.ts';
import { roleTable } from '../../../src/api/security/needs-role.ts';
import { AllowedOrigins } from '../../../src/api/security/origin-check.ts';
import { RateLimits } from '../../../src/api/security/rate-limit.ts';
import { Sessions } from '../../../src/api/security/sessions.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { mayAct, ROLES } from '../../../src/model/role.ts';
import { AccessTokens } from '../../../src/system/access/access-tokens.ts';
import { AuditLog } from '../../../src/system/audit/audit-log.ts';
import { listening, temporaryHome } from './security/support.ts';

/** The whole app in front of operations that only say that they were reached. */
function guardedApp() {
  const tokens = AccessTokens.open(temporaryHome(), { env: {} });
  const audit = AuditLog.open({ home: undefined });
  onTestFinished(() => {
    tokens.close();
    audit.close();
  });
  const sessions = new Sessions({ isTokenLive: (id) => tokens.has(id) });
  const much = { perSecond: 1e6, burst: 1e6 };
  const limits = new RateLimits({ perKey: much, overall: much });
  const authenticator = new Authenticator({ tokens, sessions, lockOut: new LockOut(), limits });
  const reached: string[] = [];
  const handlers = Object.fromEntries(
    OPERATION_NAMES.map((name) => [
      name,
      async () => {
        reached.push(name);
        return {};
      },
    ]),
  ) as unknown as AppParts['handlers'];
  const hosts = new AllowedHosts();
  const guards = { hosts, origins: new AllowedOrigins(), authenticator, limits, isTls: false };
  const app = createApp({
    handlers,
    guards,
    sessions,
    authenticator,
    audit,
    isTls: false,
    metrics: { render: async () => '', contentType: 'text/plain' },
    page: null,
    version: '0.0.0',
    logger: silentLogger,
  });
  return { app: app as Hono<SecurityEnv>, tokens, reached };
}

/** The routes of the contract that need somebody, as a request asks for them. */
const ROUTES = OPERATION_NAMES.map((name) => ({ name, ...routeOf(name) }))
  .filter(({ role }) => role !== null)
  .map(({ name, method, path, role }) => ({
    name,
    method: method.toUpperCase(),
    path: `${API_BASE}${path.replaceAll(/\{\w+\}/g, 'x')}`,
    role: role ?? 'admin',
  }));

describe('the routes of the app', () => {
  it('each ask for a role but those that are meant for everybody', () => {
    const open = OPERATION_NAMES.map((name) => routeOf(name))
      .filter(({ role }) => role === null)
      .map(({ method, path }) => `${method.toUpperCase()} ${API_BASE}${path}`);
    const withoutRole = roleTable(guardedApp().app).filter(({ role }) => role === null);
    expect(withoutRole.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(
      open.toSorted(),
    );
  });

  it('ask for the role that the contract says', () => {
    const table = new Map(
      roleTable(guardedApp().app).map(({ method, path, role }) => [
        `${method} ${path.replaceAll(/:\w+/g, 'x')}`,
        role,
      ]),
    );
    for (const { method, path, role } of ROUTES) {
      expect([path, table.get(`${method} ${path}`)]).toEqual([path, role]);
    }
  });

  it('are closed to whoever has no token, a token that is none, another host or another origin', async () => {
    const { app, tokens, reached } = guardedApp();
    const { ask } = await listening(app);
    const authorization = `Bearer ${tokens.firstToken?.token ?? ''}`;
    for (const { method, path } of ROUTES) {
      const codeOf = async (headers: Record<string, string>) =>
        (await ask({ method, path, headers })).code;
      expect([path, await codeOf({})]).toEqual([path, 'NOT_AUTHENTICATED']);
      expect([
        path,
        (await ask({ method, path, headers: { authorization: 'Bearer x' } })).status,
      ]).toEqual([path, expect.toSatisfy((status: number) => status === 401 || status === 429)]);
      expect([path, await codeOf({ authorization, host: 'evil.example.com' })]).toEqual([
        path,
        'WRONG_HOST',
      ]);
      if (method === 'GET') continue;
      expect([path, await codeOf({ authorization, origin: 'https://evil.example.com' })]).toEqual([
        path,
        'WRONG_ORIGIN',
      ]);
    }
    expect(reached).toEqual([]);
  });

  it('are closed to each role that is too low, and to no other', async () => {
    const { app, tokens, reached } = guardedApp();
    const { ask } = await listening(app);
    for (const role of ROLES) {
      const headers = { authorization: `Bearer ${tokens.create(role, role).token}` };
      for (const { name, method, path, role: needed } of ROUTES) {
        const { code } = await ask({ method, path, headers });
        const isDenied = code === 'ROLE_TOO_LOW';
        expect([role, name, isDenied]).toEqual([role, name, !mayAct(role, needed)]);
      }
    }
    expect(reached.length).toBeGreaterThan(0);
  });
});

describe('what is asked', () => {
  it('for the health may be a HEAD, as probes send it, and nothing else is open to that', async () => {
    const { port } = await listening(guardedApp().app);
    const statusOf = async (path: string): Promise<number> =>
      (await fetch(`http://127.0.0.1:${port}${API_BASE}${path}`, { method: 'HEAD' })).status;
    expect(await statusOf('/health/live')).toBe(200);
    expect(await statusOf('/health/ready')).toBe(200);
    expect(await statusOf('/system')).toBe(401);
    expect(await statusOf('/session')).toBe(401);
  });

  it('may have a source of a MiB, which is more as JSON; from a stranger it is never that much', async () => {
    const { app, tokens, reached } = guardedApp();
    const { ask } = await listening(app);
    const headers = {
      authorization: `Bearer ${tokens.firstToken?.token ?? ''}`,
      'content-type': 'application/json',
    };
    const body = JSON.stringify({ source: '\n'.repeat(1_000_000), extension: 'ts' });
    const path = `${API_BASE}/strategies/validate`;
    expect(await ask({ method: 'POST', path, headers, body })).toMatchObject({ status: 200 });
    expect(reached).toEqual(['validateStrategy']);
    const { code } = await ask({
      method: 'POST',
      path: `${API_BASE}/session`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: 'x'.repeat(65_536) }),
    });
    expect(code).toBe('BODY_TOO_LARGE');
  });

  it('twice with one key is done once; a halt each time, for it may be lifted meanwhile', async () => {
    const { app, tokens, reached } = guardedApp();
    const { ask } = await listening(app);
    const headers = {
      authorization: `Bearer ${tokens.firstToken?.token ?? ''}`,
      'content-type': 'application/json',
    };
    const twice = async (state: string): Promise<number> => {
      const body = JSON.stringify({ scope: 'all', state, reason: 'a test', confirm: true });
      const what = { method: 'PUT', path: `${API_BASE}/kill-switch`, body };
      const before = reached.length;
      const withKey = { ...headers, 'idempotency-key': state };
      for (let time = 0; time < 2; time += 1) await ask({ ...what, headers: withKey });
      return reached.length - before;
    };
    expect(await twice('halted')).toBe(2);
    expect(await twice('active')).toBe(1);
  });
});
