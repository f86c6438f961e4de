import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OPERATION_NAMES, routeOf } from '../../../src/api/contract/routes.ts';
import { ApiCallError, QuantCellClient, UnreachableError } from '../../../src/client/index.ts';
import { OPERATIONS } from '../../../src/client/operations.ts';

/** The address of a server that answers so, and what it was asked. */
async function serving(listener: RequestListener) {
  const asked: {
    method: string;
    url: string;
    headers: IncomingMessage['headers'];
    body: string;
  }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      asked.push({ method, url, headers, body });
      listener(request, response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked };
}

const answering =
  (text: string, status = 200): RequestListener =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  };

async function thrownBy(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => expect.fail('nothing was thrown'),
    (thrown: Error) => thrown,
  );
}

it('knows each operation of the contract', () => {
  const routes = OPERATION_NAMES.map((name) => [name, routeOf(name)] as const);
  expect(OPERATIONS).toEqual(
    Object.fromEntries(routes.map(([name, { method, path }]) => [name, `${method} ${path}`])),
  );
});

describe('a call', () => {
  it('sends what it is given, each in its place', async () => {
    const { url, asked } = await serving(answering('{}'));
    const client = new QuantCellClient({ url: `${url}//`, token: 'secret', csrf: () => 'value' });
    await client.call('getWorkerLogs', {
      params: { id: 'a/b?c' },
      query: { limit: 5, search: 'x y&z', level: undefined },
    });
    await client.call('putWorkerParams', { params: { id: 'a' }, body: { params: { n: 1 } } });
    expect(asked.map(({ method, url: path, body }) => [method, path, body])).toEqual([
      ['GET', '/api/v1/workers/a%2Fb%3Fc/logs?limit=5&search=x+y%26z', ''],
      ['PUT', '/api/v1/workers/a/params', '{"params":{"n":1}}'],
    ]);
    const [read, write] = asked.map(({ headers }) => headers);
    expect(read).toMatchObject({ authorization: 'Bearer secret', accept: 'application/json' });
    expect(read).not.toHaveProperty('x-quantcell-csrf');
    expect(read).not.toHaveProperty('idempotency-key');
    expect(write).toMatchObject({
      'x-quantcell-csrf': 'value',
      'content-type': 'application/json',
      'idempotency-key': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('has a key of its own, or the one that it is given', async () => {
    const { url, asked } = await serving(answering('{}'));
    const client = new QuantCellClient({ url });
    await client.call('reconcile');
    await client.call('reconcile');
    await client.call('reconcile', { idempotencyKey: 'mine' });
    const [one, other, given] = asked.map(({ headers }) => headers['idempotency-key']);
    expect(one).not.toBe(other);
    expect(given).toBe('mine');
  });

  it.each(['.', '..'])('never gets to another operation by a name of %j', async (id) => {
    const { url, asked } = await serving(answering('{}'));
    await new QuantCellClient({ url }).call('getWorkerOrders', { params: { id } });
    expect(asked[0]?.url).toMatch(/^\/api\/v1\/workers\/(%252E)+\/orders$/);
  });

  it('without an answer of its own is null', async () => {
    const { url } = await serving((_, response) => response.writeHead(204).end());
    expect(await new QuantCellClient({ url }).call('logout')).toBeNull();
  });
});

describe('what is thrown', () => {
  it('for a refusal is what the server said', async () => {
    const problem = { code: 'UNKNOWN_WORKER', detail: 'there is no worker "x"', status: 404 };
    const { url } = await serving(answering(JSON.stringify(problem), 404));
    const thrown = await thrownBy(new QuantCellClient({ url }).call('getSystem'));
    expect(thrown).toBeInstanceOf(ApiCallError);
    const { code, status, detail } = problem;
    expect(thrown).toMatchObject({ code, status, message: detail, problem });
  });

  it.each(['null', '[]', '"x"', '{"error":"bad gateway"}'])(
    'for a refusal of somebody else (%s) has its status',
    async (text) => {
      const { url } = await serving(answering(text, 502));
      const thrown = await thrownBy(new QuantCellClient({ url }).call('getSystem'));
      expect(thrown).toMatchObject({
        code: 'UNKNOWN',
        status: 502,
        message: 'the server answered 502 Bad Gateway',
      });
    },
  );

  it('for an answer that is no JSON asks whether this is the server', async () => {
    const { url } = await serving(answering('<html>hello</html>'));
    const thrown = await thrownBy(new QuantCellClient({ url }).call('getSystem'));
    expect(thrown).toBeInstanceOf(UnreachableError);
    expect(thrown.message).toContain('is no JSON: is this a QuantCell server?');
  });

  it('where nobody listens says so', async () => {
    const url = 'http://127.0.0.1:1';
    const thrown = await thrownBy(new QuantCellClient({ url }).call('getSystem'));
    expect(thrown).toBeInstanceOf(UnreachableError);
    expect(thrown.message).toMatch(/^no answer from http:\/\/127.0.0.1:1: .+/);
  });

  it('for an answer that is cut off says so', async () => {
    const { url } = await serving((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{"a":');
      setImmediate(() => response.destroy());
    });
    const thrown = await thrownBy(new QuantCellClient({ url }).call('getSystem'));
    expect(thrown).toBeInstanceOf(UnreachableError);
    expect(thrown.message).toMatch(/: the answer was cut off$/);
  });

  it.each([
    ['no answer', () => undefined],
    ['half an answer', half],
  ] as const)('for %s within the time says how long it waited', async (_, listener) => {
    const { url } = await serving(listener);
    const thrown = await thrownBy(new QuantCellClient({ url, timeoutMs: 200 }).call('getSystem'));
    expect(thrown).toBeInstanceOf(UnreachableError);
    expect(thrown.message).toContain('nothing within 0.2 s');
  });

  it.each([
    ['no answer', () => undefined],
    ['half an answer', half],
  ] as const)('for a call that was given up at %s is the reason of that', async (_, listener) => {
    const given = new AbortController();
    const { url } = await serving((...parts) => {
      listener(...parts);
      setTimeout(() => given.abort(new Error('no more need')), 50);
    });
    const call = new QuantCellClient({ url }).call('getSystem', { signal: given.signal });
    expect((await thrownBy(call)).message).toBe('no more need');
  });

  function half(...[, response]: Parameters<RequestListener>): void {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"a":');
  }
});
