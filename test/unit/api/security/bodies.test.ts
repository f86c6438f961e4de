import { expect, it } from 'vitest';
import {
  bodyLimit,
  jsonCheck,
  MAX_ORDER_BODY_BYTES,
} from '../../../../src/api/security/body-limit.ts';
import { contentTypeCheck } from '../../../../src/api/security/content-type.ts';
import { bareApp, listening } from './support.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const UPLOAD = '/upload';

async function guarded(maxBytes = 1_000) {
  const app = bareApp();
  const typesOf = (path: string) => (path === UPLOAD ? ['text/plain'] : ['application/json']);
  app.use(
    contentTypeCheck((c) => typesOf(c.req.path)),
    bodyLimit(maxBytes),
    jsonCheck(),
  );
  const seen: unknown[] = [];
  app.post('/', async (c) => {
    seen.push(await c.req.json());
    return c.text('taken');
  });
  app.post('/empty', (c) => c.text('taken'));
  app.post(UPLOAD, async (c) => c.text(String((await c.req.text()).length)));
  return { ...(await listening(app)), seen };
}

it.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/jsonp',
  'text/plain; application/json',
  undefined,
])('a body of the type %s is refused', async (type) => {
  const { ask, seen } = await guarded();
  const headers = type === undefined ? {} : { 'content-type': type };
  const told = await ask({ method: 'POST', body: '{"a":1}', headers });
  expect([told.status, told.code]).toEqual([415, 'WRONG_CONTENT_TYPE']);
  const chunked = await ask({
    method: 'POST',
    body: '{"a":1}',
    headers: { ...headers, 'transfer-encoding': 'chunked' },
  });
  expect(chunked.status).toBe(415);
  expect(seen).toEqual([]);
});

it('JSON is taken, with a charset as well, and an empty body needs no type', async () => {
  const { ask, seen } = await guarded();
  for (const type of ['application/json', 'Application/JSON; charset=utf-8']) {
    const headers = { 'content-type': type };
    expect((await ask({ method: 'POST', body: '{"a":1}', headers })).status).toBe(200);
  }
  expect((await ask({ method: 'POST', path: '/empty' })).status).toBe(200);
  expect(seen).toEqual([{ a: 1 }, { a: 1 }]);
});

it('a route with a type of its own takes that alone', async () => {
  const { ask } = await guarded();
  const upload = { method: 'POST', path: UPLOAD, body: '{"__proto__":1}' };
  expect((await ask({ ...upload, headers: { 'content-type': 'text/plain' } })).text).toBe('15');
  expect((await ask({ ...upload, headers: JSON_TYPE })).status).toBe(415);
});

it('a body that is too large is refused, whether it says so or not', async () => {
  const { ask, seen } = await guarded();
  const body = JSON.stringify('x'.repeat(1_000));
  const told = await ask({ method: 'POST', body, headers: JSON_TYPE });
  expect([told.status, told.code, told.json['maxBytes']]).toEqual([413, 'BODY_TOO_LARGE', 1_000]);
  const headers = { ...JSON_TYPE, 'transfer-encoding': 'chunked' };
  expect((await ask({ method: 'POST', body, headers })).status).toBe(413);
  const fits = JSON.stringify('x'.repeat(998));
  expect((await ask({ method: 'POST', body: fits, headers })).status).toBe(200);
  expect(seen).toHaveLength(1);
});

it('an order has at most 64 KiB', async () => {
  const { ask } = await guarded(MAX_ORDER_BODY_BYTES);
  const body = JSON.stringify('x'.repeat(65_536));
  expect((await ask({ method: 'POST', body, headers: JSON_TYPE })).status).toBe(413);
});

it('JSON with the name of a trap in it is refused with its path, before the route', async () => {
  const { ask, seen } = await guarded();
  const body = '{"params":{"__proto__":{"isAdmin":true}}}';
  const told = await ask({ method: 'POST', body, headers: JSON_TYPE });
  expect([told.status, told.code, told.json['path']]).toEqual([
    400,
    'MALFORMED_BODY',
    '$.params.__proto__',
  ]);
  expect((await ask({ method: 'POST', body: '{"a":', headers: JSON_TYPE })).status).toBe(400);
  expect(seen).toEqual([]);
});
