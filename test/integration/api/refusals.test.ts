import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { API_BASE, OPERATION_NAMES, routeOf } from '../../../src/api/contract/routes.ts';
import { STREAM_PATH } from '../../../src/api/contract/stream.ts';
import { mayAct, ROLES } from '../../../src/model/role.ts';
import { Sandbox, type RawAnswer } from './sandbox.ts';

const EVIL = 'https://evil.example.com';

let sandbox: Sandbox;
let before: string;

beforeAll(async () => {
  const much = { requestsPerSecond: 100_000, totalRequestsPerSecond: 100_000 };
  sandbox = await Sandbox.start({
    config: {
      server: { port: 0, ...much },
      workers: {
        idle: 0,
        run: [{ id: 'x', strategy: 'flips', symbols: ['BTC/USDT'], start: false }],
      },
    },
    fixtures: ['flips'],
  });
  for (const role of ROLES) sandbox.tokenOf(role);
  before = await stateOf();
}, 60_000);

afterAll(() => sandbox[Symbol.asyncDispose](), 60_000);

/** Everything that the requests here could change. */
async function stateOf(): Promise<string> {
  const paths = ['workers', 'strategies', 'risk', 'kill-switch', 'tokens'];
  const headers = sandbox.bearer('admin');
  const answers = await Promise.all(
    paths.map((path) => sandbox.ask({ path: `${API_BASE}/${path}`, headers })),
  );
  return answers.map(({ text }) => text).join('\n');
}

function codeOf({ status, text }: RawAnswer): string {
  return `${status} ${(JSON.parse(text) as { code: string }).code}`;
}

/** The operations, as a request asks for them, and what has no operation. */
const ROUTES = [
  ...OPERATION_NAMES.map((name) => routeOf(name)).map(({ method, path, role }) => ({
    method: method.toUpperCase(),
    path: `${API_BASE}${path.replaceAll(/\{\w+\}/g, 'x')}`,
    role,
  })),
  ...['/api/v1/openapi.json', '/docs', '/docs/style.css', '/metrics'].map((path) => ({
    method: 'GET',
    path,
    role: 'read' as const,
  })),
];
const GUARDED = ROUTES.filter(({ role }) => role !== null);
const WRITES = ROUTES.filter(({ method }) => method !== 'GET');

async function refusalsOf(
  routes: readonly { readonly method: string; readonly path: string }[],
  headers: Readonly<Record<string, string>>,
  query = '',
): Promise<readonly string[]> {
  const answers = await Promise.all(
    routes.map(({ method, path }) => sandbox.ask({ method, path: `${path}${query}`, headers })),
  );
  return answers.map((answer, index) => `${routes[index]?.path} ${codeOf(answer)}`);
}

function all(routes: readonly { readonly path: string }[], code: string): readonly string[] {
  return routes.map(({ path }) => `${path} ${code}`);
}

describe('every route', () => {
  it('needs a token, but health and the login', async () => {
    expect(await refusalsOf(GUARDED, {})).toEqual(all(GUARDED, '401 NOT_AUTHENTICATED'));
    const open = ROUTES.filter(({ role }) => role === null).map(({ path }) => path);
    expect(open).toEqual(['/health/live', '/health/ready', '/session'].map((p) => API_BASE + p));
    const live = await sandbox.ask({ path: `${API_BASE}/health/live` });
    expect(live.status).toBe(200);
  });

  it('whose role is higher is closed to a token that may read', async () => {
    const higher = GUARDED.filter(({ role }) => !mayAct('read', role ?? 'admin'));
    expect(higher.length).toBeGreaterThan(30);
    const refusals = await refusalsOf(higher, sandbox.bearer('read'));
    expect(refusals).toEqual(all(higher, '403 ROLE_TOO_LOW'));
  });

  it('is closed under a name that is not ours, health and the page as well', async () => {
    const everything = [...ROUTES, { method: 'GET', path: '/' }];
    const headers = { ...sandbox.bearer('admin'), host: 'evil.example.com' };
    expect(await refusalsOf(everything, headers)).toEqual(all(everything, '421 WRONG_HOST'));
  });

  it('that writes is closed to pages of elsewhere', async () => {
    const bearer = sandbox.bearer('admin');
    for (const headers of [
      { origin: EVIL },
      { origin: 'null' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const refusals = await refusalsOf(WRITES, { ...bearer, ...headers });
      expect(refusals).toEqual(all(WRITES, '403 WRONG_ORIGIN'));
    }
  });

  it('that writes needs the value of its session with a cookie', async () => {
    const { cookie, csrf } = await login();
    const guarded = WRITES.filter(({ path }) => !path.endsWith('/session'));
    for (const headers of [{ cookie }, { cookie, 'x-quantcell-csrf': `${csrf}x` }]) {
      expect(await refusalsOf(guarded, headers)).toEqual(all(guarded, '403 WRONG_CSRF'));
    }
    const read = await sandbox.ask({ path: `${API_BASE}/workers`, headers: { cookie } });
    expect(read.status).toBe(200);
    const write = { method: 'POST', path: `${API_BASE}/workers/x/stop` };
    const withValue = await sandbox.ask({
      ...write,
      headers: { cookie, 'x-quantcell-csrf': csrf },
    });
    expect(codeOf(withValue)).toBe('409 ILLEGAL_TRANSITION');
  });

  it('takes no token from the address', async () => {
    for (const name of ['token', 'access_token', 'Authorization']) {
      const query = `?${name}=${sandbox.tokenOf('admin')}`;
      const refusals = await refusalsOf(ROUTES, {}, query);
      expect(refusals).toEqual(all(ROUTES, '400 TOKEN_IN_URL'));
    }
  });

  it('tells what is no text from a source, whatever it is', async () => {
    for (const source of [{ toString: 1 }, [{ toString: null }], null]) {
      const answer = await sandbox.ask({
        method: 'PUT',
        path: `${API_BASE}/strategies/x`,
        headers: { ...sandbox.bearer('admin'), 'content-type': 'application/json' },
        body: JSON.stringify({ source, extension: 'ts' }),
      });
      expect(codeOf(answer)).toBe('400 INVALID_INPUT');
    }
  });

  it('has changed nothing', async () => {
    expect(await stateOf()).toBe(before);
  });
});

describe('the stream', () => {
  it.each([
    ['401 NOT_AUTHENTICATED', 'no token', () => ({})],
    ['401 NOT_AUTHENTICATED', 'a wrong token', () => ({ authorization: 'Bearer wrong' })],
    ['401 NOT_AUTHENTICATED', 'a wrong session', () => ({ cookie: 'quantcell_session=x' })],
    ['421 WRONG_HOST', 'another name', () => ({ ...reader(), host: 'evil.example.com' })],
    ['403 WRONG_ORIGIN', 'another page', () => ({ ...reader(), origin: EVIL })],
  ])('%s: %s', async (expected, _, headers) => {
    expect(await opened(STREAM_PATH, headers())).toBe(expected);
  });

  it('takes no token from the address, and is nowhere else', async () => {
    const query = `?token=${sandbox.tokenOf('read')}`;
    expect(await opened(`${STREAM_PATH}${query}`, {})).toBe('400 TOKEN_IN_URL');
    expect(await opened(`${API_BASE}/streams`, reader())).toBe('404 UNKNOWN_ROUTE');
    expect(await opened('//', reader())).toBe('404 UNKNOWN_ROUTE');
  });

  it('is open to a token that may read, and to a session', async () => {
    expect(await opened(STREAM_PATH, reader())).toBe('open');
    const { cookie } = await login();
    expect(await opened(STREAM_PATH, { cookie, origin: sandbox.url })).toBe('open');
    expect(await opened(STREAM_PATH, { cookie, origin: EVIL })).toBe('403 WRONG_ORIGIN');
  });

  it('counts upgrades as requests, also those without a token', async () => {
    await using few = await Sandbox.start({
      config: { server: { port: 0, requestsPerSecond: 1 }, workers: { idle: 0 } },
    });
    const answers: string[] = [];
    for (let count = 0; count < 8; count += 1) answers.push(await opened(STREAM_PATH, {}, few));
    expect(answers[0]).toBe('401 NOT_AUTHENTICATED');
    expect(answers).toContain('429 TOO_MANY_REQUESTS');
    answers.length = 0;
    const headers = few.bearer('read');
    for (let count = 0; count < 8; count += 1) {
      answers.push(await opened(STREAM_PATH, headers, few));
    }
    expect(answers[0]).toBe('open');
    expect(answers).toContain('429 TOO_MANY_REQUESTS');
  });
});

const reader = () => sandbox.bearer('read');

async function login(): Promise<{ readonly cookie: string; readonly csrf: string }> {
  const { headers, text } = await sandbox.ask({
    method: 'POST',
    path: `${API_BASE}/session`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: sandbox.tokenOf('admin') }),
  });
  const [cookie = ''] = headers['set-cookie']?.[0]?.split(';') ?? [];
  return { cookie, csrf: (JSON.parse(text) as { csrf: string }).csrf };
}

/** What becomes of an upgrade: `open`, or the status and the code of the problem. */
function opened(
  path: string,
  headers: Readonly<Record<string, string>>,
  { url } = sandbox,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers });
    socket.on('open', () => {
      socket.close();
      resolve('open');
    });
    socket.on('error', reject);
    socket.on('unexpected-response', (_, response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        resolve(codeOf({ status: response.statusCode ?? 0, headers: {}, text })),
      );
    });
  });
}
