import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { httpLimits } from '../../../../src/api/security/http-limits.ts';

async function connected(requestTimeoutMs?: number): Promise<Socket> {
  const limits = httpLimits(requestTimeoutMs === undefined ? {} : { requestTimeoutMs });
  const server = createServer(limits, (request, response) => {
    request.resume().on('end', () => response.end('answered'));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return connect((server.address() as AddressInfo).port, '127.0.0.1');
}

/** All that comes until the other end is over. */
function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

it.each([
  ['a head that never ends', 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: '],
  ['a body that never ends', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc'],
])('%s is not waited for', async (_what, sent) => {
  const socket = await connected(200);
  socket.write(sent);
  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 408 /);
});

it('a head of more than 16 KiB is refused', async () => {
  const socket = await connected();
  socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nX-Large: ${'x'.repeat(17_000)}\r\n\r\n`);
  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 431 /);
});

it('a request has ten seconds', () => {
  expect(httpLimits()).toMatchObject({ requestTimeout: 10_000, headersTimeout: 10_000 });
});
