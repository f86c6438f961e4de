import type { IncomingMessage } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { authenticate, Authenticator } from '../../../../src/api/security/authenticate.ts';
import { LockOut } from '../../../../src/api/security/lock-out.ts';
import { needsRole } from '../../../../src/api/security/needs-role.ts';
import { RateLimits } from '../../../../src/api/security/rate-limit.ts';
import {
  clearSessionCookie,
  setSessionCookie,
} from '../../../../src/api/security/session-cookie.ts';
import { Sessions } from '../../../../src/api/security/sessions.ts';
import { ManualClock } from '../../../../src/base/clock.ts';
import { ROLES } from '../../../../src/model/role.ts';
import { AccessTokens } from '../../../../src/system/access/access-tokens.ts';
import { AuditLog } from '../../../../src/system/audit/audit-log.ts';
import { bareApp, listening, temporaryHome } from './support.ts';

const STRONG = 'Zk3v9QpLw7Xy2Tn8Rb5Mc1Hd6Gf4Js0Aq';

function parts(env: Record<string, string> = {}) {
  const clock = new ManualClock(1_000_000);
  const tokens = AccessTokens.open(temporaryHome(), { env });
  const audit = AuditLog.open({ home: undefined, clock });
  onTestFinished(() => {
    tokens.close();
    audit.close();
  });
  const sessions = new Sessions({ isTokenLive: (id) => tokens.has(id), clock });
  const lockOut = new LockOut({ clock });
  const limits = new RateLimits({ clock });
  const authenticator = new Authenticator({ tokens, sessions, lockOut, limits, audit });
  return { clock, tokens, sessions, audit, authenticator };
}

async function server({
  isTls = false,
  env = {},
}: { isTls?: boolean; env?: Record<string, string> } = {}) {
  const all = parts(env);
  const app = bareApp();
  app.use(authenticate(all.authenticator, { isPublic: (c) => c.req.path === '/live', isTls }));
  app.get('/live', (c) => c.text(c.get('identity')?.name ?? 'nobody'));
  app.get('/api/who', (c) => c.json({ name: c.get('identity')?.name }));
  app.post('/api/write', (c) => c.text('written'));
  app.post('/api/session', (c) => {
    const session = all.sessions.login(c.get('identity') ?? fail());
    setSessionCookie(c, session, isTls);
    return c.json({ csrf: session.csrf });
  });
  app.delete('/api/session', (c) => {
    all.sessions.logout(c.get('session')?.id ?? fail());
    clearSessionCookie(c, isTls);
    return c.body(null, 204);
  });
  for (const role of ROLES) app.get(`/api/needs/${role}`, needsRole(role), (c) => c.text('ok'));
  const token = all.tokens.firstToken?.token ?? STRONG;
  return { ...all, ...(await listening(app)), token, bearer: { authorization: `Bearer ${token}` } };
}

function fail(): never {
  throw new Error('expected somebody');
}

/** Logs in and returns the headers that a page sends. */
async function loggedIn({ ask, bearer }: Awaited<ReturnType<typeof server>>) {
  const told = await ask({ method: 'POST', path: '/api/session', headers: bearer });
  const attributes = told.headers['set-cookie']?.[0] ?? '';
  return { cookie: attributes.split(';', 1)[0] ?? '', csrf: String(told.json['csrf']), attributes };
}

it('without a token there is nothing but what is public', async () => {
  const { ask } = await server();
  expect((await ask({ path: '/live' })).text).toBe('nobody');
  for (const path of ['/api/who', '/api/write', '/api/none', '/live/more', '/']) {
    const told = await ask({ path });
    expect([told.status, told.code]).toEqual([401, 'NOT_AUTHENTICATED']);
    expect(told.headers['www-authenticate']).toBe('Bearer realm="quantcell"');
  }
});

it('a token in the header gets in, and may write without more', async () => {
  const { ask, bearer } = await server();
  expect((await ask({ path: '/api/who', headers: bearer })).json).toEqual({ name: 'admin' });
  expect((await ask({ method: 'POST', path: '/api/write', headers: bearer })).status).toBe(200);
});

it.each([
  'Bearer',
  'Bearer ',
  'Bearer qc_wrong',
  'Bearer a b',
  'Basic YWRtaW46YWRtaW4=',
  `Bearer ${'x'.repeat(600)}`,
  'Token qc_wrong',
])('the header %j does not', async (authorization) => {
  const { ask } = await server();
  const told = await ask({ path: '/api/who', headers: { authorization } });
  expect([told.status, told.code]).toEqual([401, 'NOT_AUTHENTICATED']);
  expect(told.text).not.toContain('qc_wrong');
});

it.each(['token', 'access_token', 'TOKEN', 'api_key', 'quantcell_session', 'tok%65n'])(
  'a right token as ?%s= is refused, and the answer names the header',
  async (name) => {
    const { ask, token, bearer } = await server();
    for (const path of ['/api/who', '/live']) {
      const told = await ask({ path: `${path}?a=1&${name}=${token}`, headers: bearer });
      expect([told.status, told.code]).toEqual([400, 'TOKEN_IN_URL']);
      expect(told.text).toContain('Authorization: Bearer');
      expect(told.text).not.toContain(token);
    }
  },
);

it('the cookie of a login is for no script, no other page, and lasts 12 hours', async () => {
  const { attributes, cookie } = await loggedIn(await server());
  expect(cookie).toMatch(/^quantcell_session=[A-Za-z0-9_-]{43}$/);
  expect(attributes.split('; ').slice(1).toSorted()).toEqual([
    'HttpOnly',
    'Max-Age=43200',
    'Path=/',
    'SameSite=Strict',
  ]);
  expect((await loggedIn(await server({ isTls: true }))).attributes).toContain('; Secure');
});

it('with a cookie one may read, and write only with the csrf value of the session', async () => {
  const all = await server();
  const { cookie, csrf } = await loggedIn(all);
  const other = await loggedIn(all);
  const write = async (more: Record<string, string>) => {
    const told = await all.ask({
      method: 'POST',
      path: '/api/write',
      headers: { cookie, ...more },
    });
    return told.code ?? told.status;
  };
  expect((await all.ask({ path: '/api/who', headers: { cookie } })).status).toBe(200);
  expect(await write({})).toBe('WRONG_CSRF');
  expect(await write({ 'x-quantcell-csrf': '' })).toBe('WRONG_CSRF');
  expect(await write({ 'x-quantcell-csrf': other.csrf })).toBe('WRONG_CSRF');
  expect(await write({ 'x-quantcell-csrf': csrf })).toBe(200);
});

it('a session lives 12 hours from the last request, and a week at most', async () => {
  const all = await server();
  const { cookie } = await loggedIn(all);
  const who = () => all.ask({ path: '/api/who', headers: { cookie } });
  for (let turn = 0; turn < 15; turn += 1) {
    all.clock.advance(11 * 3_600_000);
    const told = await who();
    expect(told.status).toBe(200);
    expect(told.headers['set-cookie']?.[0]).toContain(cookie);
  }
  all.clock.advance(11 * 3_600_000);
  expect((await who()).status).toBe(401);
  const second = await loggedIn(all);
  all.clock.advance(12 * 3_600_000);
  expect((await all.ask({ path: '/api/who', headers: { cookie: second.cookie } })).status).toBe(
    401,
  );
});

it('a session ends with its logout, and with its token', async () => {
  const all = await server();
  const { cookie, csrf } = await loggedIn(all);
  const out = await all.ask({
    method: 'DELETE',
    path: '/api/session',
    headers: { cookie, 'x-quantcell-csrf': csrf },
  });
  expect([out.status, out.headers['set-cookie']?.[0]]).toEqual([
    204,
    expect.stringContaining('quantcell_session=; Max-Age=0'),
  ]);
  expect((await all.ask({ path: '/api/who', headers: { cookie } })).status).toBe(401);
  const bot = all.tokens.create('bot', 'operate');
  const login = await all.ask({
    method: 'POST',
    path: '/api/session',
    headers: { authorization: `Bearer ${bot.token}` },
  });
  const botCookie = login.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? '';
  expect((await all.ask({ path: '/api/who', headers: { cookie: botCookie } })).status).toBe(200);
  all.tokens.revoke(bot.id);
  expect((await all.ask({ path: '/api/who', headers: { cookie: botCookie } })).status).toBe(401);
});

it('each role passes where it or less is needed, and nowhere else', async () => {
  const { ask, tokens } = await server();
  for (const [rank, role] of ROLES.entries()) {
    const headers = { authorization: `Bearer ${tokens.create(role, role).token}` };
    const told = await Promise.all(
      ROLES.map((needed) => ask({ path: `/api/needs/${needed}`, headers })),
    );
    expect(told.map(({ status, code }) => code ?? status)).toEqual(
      ROLES.map((_needed, index) => (index <= rank ? 200 : 'ROLE_TOO_LOW')),
    );
  }
});

it('wrong tokens lock out their address, longer each time; a right one of ours still passes', async () => {
  const { ask, clock, bearer } = await server();
  const wrong = async (text: string) =>
    ask({ path: '/api/who', headers: { authorization: `Bearer ${text}` } });
  for (let index = 0; index < 6; index += 1) {
    expect((await wrong(`wrong-${index}`)).code).toBe('NOT_AUTHENTICATED');
  }
  const told = await wrong('wrong-again');
  expect([told.status, told.code, told.headers['retry-after']]).toEqual([429, 'LOCKED_OUT', '1']);
  expect((await ask({ path: '/api/who', headers: bearer })).status).toBe(200);
  clock.advance(1_000);
  expect((await wrong('wrong-7')).code).toBe('NOT_AUTHENTICATED');
  clock.advance(1_000);
  expect((await wrong('wrong-8')).headers['retry-after']).toBe('1');
  clock.advance(1_000);
  expect((await wrong('wrong-9')).code).toBe('NOT_AUTHENTICATED');
  expect((await wrong('wrong-9')).headers['retry-after']).toBe('4');
});

it('a token of the environment may be guessed: it is locked out with its address unless it was right before', async () => {
  const first = await server({ env: { QUANTCELL_ADMIN_TOKEN: STRONG } });
  const lock = async ({ ask }: typeof first) => {
    for (let index = 0; index < 6; index += 1) {
      await ask({ path: '/api/who', headers: { authorization: `Bearer wrong-${index}` } });
    }
  };
  await lock(first);
  expect((await first.ask({ path: '/api/who', headers: first.bearer })).code).toBe('LOCKED_OUT');
  first.clock.advance(60_000);
  expect((await first.ask({ path: '/api/who', headers: first.bearer })).status).toBe(200);
  const second = await server({ env: { QUANTCELL_ADMIN_TOKEN: STRONG } });
  expect((await second.ask({ path: '/api/who', headers: second.bearer })).status).toBe(200);
  await lock(second);
  expect((await second.ask({ path: '/api/who', headers: second.bearer })).status).toBe(200);
});

it('one wrong token is locked out wherever it comes from', () => {
  const { authenticator } = parts();
  const from = (address: string): unknown => {
    try {
      return authenticator.login('revoked-long-ago', address);
    } catch (thrown) {
      return (thrown as { code: string }).code;
    }
  };
  const codes = Array.from({ length: 8 }, (_, index) => from(`10.0.0.${index}`));
  expect(codes.slice(-2)).toEqual(['LOCKED_OUT', 'LOCKED_OUT']);
});

it('who comes without a token, or with a session that is over, is not taken for somebody who guesses', async () => {
  const { ask, bearer, audit } = await server();
  const cookie = `quantcell_session=${'a'.repeat(43)}`;
  for (let index = 0; index < 20; index += 1) {
    expect(
      (await ask({ path: '/api/who', headers: index % 2 === 0 ? {} : { cookie } })).status,
    ).toBe(401);
  }
  expect((await ask({ path: '/api/who', headers: bearer })).status).toBe(200);
  expect(audit.list()).toEqual([]);
});

it('a wrong token is in the audit log with its address, and not with its text', async () => {
  const { ask, audit } = await server();
  await ask({ path: '/api/who', headers: { authorization: 'Bearer canary-4711' } });
  expect(audit.list()).toMatchObject([
    { action: 'access.login', result: 'denied', source: '127.0.0.1', name: null },
  ]);
  expect(JSON.stringify(audit.list())).not.toContain('canary');
});

it('a WebSocket upgrade is authenticated the same way', () => {
  const { authenticator, tokens, sessions } = parts();
  const request = (headers: Record<string, string>, url = '/api/v1/stream') =>
    ({ headers, url, socket: { remoteAddress: '::ffff:127.0.0.1' } }) as unknown as IncomingMessage;
  const admin = tokens.firstToken?.token ?? '';
  const { id } = sessions.login(authenticator.login(admin, '127.0.0.1'));
  expect(authenticator.check(request({ authorization: `Bearer ${admin}` }))?.identity.name).toBe(
    'admin',
  );
  expect(
    authenticator.check(request({ cookie: `a=b; quantcell_session=${id}` }))?.session?.id,
  ).toBe(id);
  expect(authenticator.check(request({}))).toBeUndefined();
  expect(() => authenticator.check(request({}, `/api/v1/stream?token=${admin}`))).toThrow(/Bearer/);
});
