import { expect, it } from 'vitest';
import { idempotency, IdempotencyStore } from '../../../../src/api/security/idempotency.ts';
import { ManualClock } from '../../../../src/base/clock.ts';
import { ROLES } from '../../../../src/model/role.ts';
import { bareApp, listening } from './support.ts';

async function server(isRequired = false) {
  const clock = new ManualClock(0);
  const store = new IdempotencyStore({ clock });
  const app = bareApp();
  const gate = { status: 201, open: Promise.resolve() };
  let done = 0;
  app.use(async (c, next) => {
    const name = c.req.header('x-who') ?? 'a';
    c.set('identity', { tokenId: name, name, role: ROLES[3] });
    await next();
  });
  app.use(idempotency(store, { isRequired }));
  app.post('/orders/*', async (c) => {
    done += 1;
    const number = done;
    await gate.open;
    if (gate.status === 0) throw new Error('no');
    c.header('Location', `/orders/${number}`);
    return c.json({ number }, gate.status as 201);
  });
  app.get('/orders', (c) => c.text('read'));
  const { ask } = await listening(app);
  const post = (key: string | undefined, body = '{"a":1}', more = {}, path = '/orders/new') =>
    ask({
      method: 'POST',
      path,
      body,
      headers: { ...(key === undefined ? {} : { 'idempotency-key': key }), ...more },
    });
  return { ask, post, gate, store, clock, done: () => done };
}

it('the same request with the same key is done once, and answered the same', async () => {
  const { post, done } = await server();
  const first = await post('k1');
  const second = await post('k1');
  expect([
    second.status,
    second.text,
    second.headers['location'],
    second.headers['content-type'],
  ]).toEqual([first.status, first.text, first.headers['location'], first.headers['content-type']]);
  expect([first.headers['idempotency-replayed'], second.headers['idempotency-replayed']]).toEqual([
    undefined,
    'true',
  ]);
  expect(done()).toBe(1);
});

it('whoever comes while the first is under way waits for its answer', async () => {
  const { post, gate, done } = await server();
  let open = (): void => undefined;
  gate.open = new Promise((resolve) => {
    open = resolve;
  });
  const all = [1, 2, 3, 4].map(() => post('k1'));
  await expect.poll(done, { timeout: 20_000 }).toBe(1);
  open();
  expect((await Promise.all(all)).map(({ text }) => text)).toEqual(Array(4).fill('{"number":1}'));
  expect(done()).toBe(1);
});

it('another request with the same key is refused', async () => {
  const { post, done } = await server();
  await post('k1');
  for (const told of [
    await post('k1', '{"a":2}'),
    await post('k1', '{"a":1}', {}, '/orders/new?x=1'),
  ]) {
    expect([told.status, told.code]).toEqual([422, 'IDEMPOTENCY_MISMATCH']);
  }
  expect(done()).toBe(1);
});

it('a key is of one token and one route', async () => {
  const { post, done } = await server();
  await post('k1');
  await post('k1', '{"a":2}', { 'x-who': 'b' });
  await post('k1', '{"a":2}', {}, '/orders/other');
  expect(done()).toBe(3);
});

it.each(['', 'a b', 'x'.repeat(129), 'ä'])('%j is no key', async (key) => {
  const { post, done } = await server();
  const told = await post(
    encodeURIComponent(key) === key ? key : Buffer.from(key).toString('latin1'),
  );
  expect([told.status, told.code]).toEqual([400, 'INVALID_IDEMPOTENCY_KEY']);
  expect(done()).toBe(0);
});

it('where it is required a write without a key is refused; else it is done each time; reading needs none', async () => {
  const required = await server(true);
  expect((await required.post(undefined)).code).toBe('INVALID_IDEMPOTENCY_KEY');
  expect((await required.ask({ path: '/orders' })).status).toBe(200);
  const { post, done } = await server();
  await post(undefined);
  await post(undefined);
  expect([required.done(), done()]).toEqual([0, 2]);
});

it('an answer that says that nothing was done is not kept; a failure and a time-out are', async () => {
  const { post, gate, done } = await server();
  for (const status of [429, 503]) {
    gate.status = status;
    expect((await post('k1')).status).toBe(status);
  }
  for (const [index, status] of [409, 504, 500].entries()) {
    gate.status = status;
    expect((await post(`k-${status}`)).status).toBe(status);
    gate.status = 201;
    expect((await post(`k-${status}`)).status).toBe(status);
    expect(done()).toBe(3 + index);
  }
  gate.status = 0;
  await post('k2');
  gate.status = 201;
  expect((await post('k2')).status).toBe(500);
});

it('a key is new after a day', async () => {
  const { post, clock, done } = await server();
  await post('k1');
  clock.advance(86_399_999);
  await post('k1');
  expect(done()).toBe(1);
  clock.advance(1);
  await post('k1', '{"a":2}');
  expect(done()).toBe(2);
});

it('what is kept is bounded in number and in size, and the newest stay', async () => {
  const store = new IdempotencyStore({
    clock: new ManualClock(0),
    maxAnswers: 100,
    maxBytes: 10_000,
  });
  let done = 0;
  const once = (key: string, body: string) =>
    store.once(key, 'same', async () => {
      done += 1;
      return { status: 200, headers: [], body };
    });
  for (let index = 0; index < 1_000; index += 1) await once(`k${index}`, '');
  expect(store.size).toBe(100);
  await once('k999', '');
  expect(done).toBe(1_000);
  for (let index = 0; index < 50; index += 1) await once(`large${index}`, 'x'.repeat(999));
  expect(store.size).toBeLessThanOrEqual(11);
});
