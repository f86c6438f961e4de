import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { AllowedHosts, hostCheck } from '../../../../src/api/security/host-check.ts';
import { AllowedOrigins, originCheck } from '../../../../src/api/security/origin-check.ts';
import { bareApp, listening } from './support.ts';

async function guarded(
  names: readonly string[] = [],
  origins: readonly string[] = [],
  isTls = false,
) {
  const app = bareApp();
  app.use(hostCheck(new AllowedHosts(names)), originCheck(new AllowedOrigins({ origins, isTls })));
  let writes = 0;
  app.get('/', (c) => c.text('read'));
  app.on(['POST', 'PUT', 'PATCH', 'DELETE'], '/', (c) => {
    writes += 1;
    return c.text('written');
  });
  return { ...(await listening(app)), writes: () => writes };
}

it.each(['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST:7411', '127.0.0.1:1', '[::1]:65535'])(
  'the host %s is ours',
  async (host) => {
    const { ask } = await guarded();
    expect((await ask({ headers: { host } })).status).toBe(200);
  },
);

it.each([
  'evil.example.com',
  'evil.example.com:7411',
  '127.0.0.1.evil.example.com',
  'localhost.evil.example.com',
  'evil-localhost',
  'localhost:7411@evil.example.com',
  '127.0.0.2',
  '0.0.0.0',
  '2130706433',
  '[::]',
  '::1',
  'localhost:99999999',
  'localhost,evil',
])('the host %j is none of ours', async (host) => {
  expect(new AllowedHosts().allows(host)).toBe(false);
  const { ask } = await guarded();
  const told = await ask({ headers: { host } });
  // What is no host at all gets no further than the HTTP server.
  expect([421, 400]).toContain(told.status);
  if (told.status === 421) expect(told.code).toBe('WRONG_HOST');
});

it('a request without a host is refused', async () => {
  const { port } = await guarded();
  const socket = connect(port, '127.0.0.1');
  socket.end('GET / HTTP/1.0\r\n\r\n');
  const [data] = (await once(socket, 'data')) as [Buffer];
  expect(data.toString()).toMatch(/^HTTP\/1\.1 4\d\d/);
});

it('a name that is configured is ours, with any port; what is none fails at the start', async () => {
  const { ask } = await guarded(['Quant.Example.com', 'fd00::7']);
  for (const host of ['quant.example.com', 'quant.example.com:443', '[fd00::7]:7411']) {
    expect((await ask({ headers: { host } })).status).toBe(200);
  }
  for (const name of ['', '*', 'https://a.example.com', 'a.example.com:443', 'a b']) {
    expect(() => new AllowedHosts([name])).toThrow(/no name of a host/);
  }
});

it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s from another page is refused', async (method) => {
  const { ask, port, writes } = await guarded();
  const host = `localhost:${port}`;
  for (const origin of [
    'https://evil.example.com',
    'null',
    `http://localhost:${port + 1}`,
    `http://127.0.0.1:${port}`,
    `http://localhost:${port}.evil.example.com`,
    `http://localhost:${port}@evil.example.com`,
    `file://localhost:${port}`,
    'http://localhost',
    '',
  ]) {
    const told = await ask({ method, headers: { host, origin } });
    expect([origin, told.status, told.code]).toEqual([origin, 403, 'WRONG_ORIGIN']);
  }
  expect(writes()).toBe(0);
});

it('the page of this server and programs may write', async () => {
  const { ask, port, writes } = await guarded();
  const host = `localhost:${port}`;
  const own = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
  expect((await ask({ method: 'POST', headers: own })).status).toBe(200);
  expect((await ask({ method: 'POST', headers: { host } })).status).toBe(200);
  expect(writes()).toBe(2);
});

it('a write that a browser says is of another site is refused, even without an origin', async () => {
  const { ask } = await guarded();
  for (const site of ['cross-site', 'same-site']) {
    const told = await ask({ method: 'POST', headers: { 'sec-fetch-site': site } });
    expect([told.status, told.code]).toEqual([403, 'WRONG_ORIGIN']);
  }
});

it('an origin that is configured may write; a scheme other than its own may not', async () => {
  const { ask } = await guarded([], ['https://ops.example.com']);
  const status = async (origin: string) =>
    (await ask({ method: 'POST', headers: { origin } })).status;
  expect(await status('https://ops.example.com')).toBe(200);
  expect(await status('http://ops.example.com')).toBe(403);
  for (const origin of [
    '*',
    'null',
    'ops.example.com',
    'https://a.example.com/',
    'https://*.example.com',
  ]) {
    expect(() => new AllowedOrigins({ origins: [origin] })).toThrow(/no origin/);
  }
});

it('where the server speaks TLS, a page without it is another one', () => {
  const origins = new AllowedOrigins({ isTls: true });
  const from = (origin: string) =>
    origins.allows({ origin, host: 'localhost:7411', fetchSite: undefined });
  expect([from('https://localhost:7411'), from('http://localhost:7411')]).toEqual([true, false]);
});

it('there are no CORS headers, not even for a preflight', async () => {
  const { ask, port } = await guarded([], ['https://ops.example.com']);
  for (const method of ['GET', 'OPTIONS', 'POST']) {
    const { headers } = await ask({
      method,
      headers: {
        host: `localhost:${port}`,
        origin: 'https://ops.example.com',
        'access-control-request-method': 'POST',
      },
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
});
