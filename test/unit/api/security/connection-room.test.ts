import { once } from 'node:events';
import { createServer, Agent, request as httpRequest } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { ConnectionRoom } from '../../../../src/api/security/connection-room.ts';

/** A server with room for three, to which whoever asks for `/known` is known. */
async function serverOf() {
  const room = new ConnectionRoom(3);
  const server = createServer((request, response) => {
    if (request.url === '/known') room.know(request.socket);
    response.end('here');
  });
  room.watch(server, { isTls: false });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const stranger = async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return socket;
  };
  /** Asks on a connection that is kept. */
  const known = async (): Promise<() => Promise<number>> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const ask = (): Promise<number> =>
      new Promise((resolve, reject) => {
        httpRequest({ port, host: '127.0.0.1', path: '/known', agent }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode ?? 0));
        })
          .on('error', reject)
          .end();
      });
    expect(await ask()).toBe(200);
    return ask;
  };
  return { room, stranger, known };
}

it('a stranger makes room for the next one, the oldest first', async () => {
  const { room, stranger } = await serverOf();
  const first = await stranger();
  const gone = once(first, 'close');
  const others = [await stranger(), await stranger(), await stranger()];
  await gone;
  await expect.poll(() => room.size).toBe(3);
  expect(others.every((socket) => !socket.destroyed)).toBe(true);
});

it('whoever is known gets in and stays, however many strangers there are', async () => {
  const { room, stranger, known } = await serverOf();
  for (let count = 0; count < 3; count += 1) await stranger();
  const ask = await known();
  for (let count = 0; count < 10; count += 1) await stranger();
  expect(await ask()).toBe(200);
  await expect.poll(() => room.size).toBe(3);
});

it('a connection that has ended takes no room', async () => {
  const { room, stranger, known } = await serverOf();
  await known();
  const socket = await stranger();
  await expect.poll(() => room.size).toBe(2);
  socket.destroy();
  await expect.poll(() => room.size).toBe(1);
});
