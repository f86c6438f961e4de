import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { ClientMessage } from '../../../src/api/contract/stream.ts';
import { StreamClient, type StreamHandlers, type StreamState } from '../../../src/client/index.ts';

const LIMIT_MS = 20_000;

async function until<T>(look: () => T | undefined | false): Promise<T> {
  const endsAtMs = performance.now() + LIMIT_MS;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > endsAtMs) throw new Error(`in vain: ${look.toString()}`);
    await delay(5);
  }
}

/** A server that keeps what it hears, says what it is told to, and greets with its epoch. */
async function serverOf() {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => sockets.once('listening', resolve));
  const server = {
    epoch: 'first',
    heard: [] as Exclude<ClientMessage, { type: 'ping' }>[],
    connections: 0,
    url: `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`,
    say: (...messages: readonly object[]) => {
      for (const socket of sockets.clients) {
        for (const message of messages) socket.send(JSON.stringify({ ...message, at: 1 }));
      }
    },
    /** What it has heard since this was called last, once it is so much. */
    take: async (count: number) => {
      await until(() => server.heard.length >= count);
      return server.heard.splice(0);
    },
    cut: () => {
      for (const socket of sockets.clients) socket.terminate();
    },
    close: (code: number) => {
      for (const socket of sockets.clients) socket.close(code, 'a reason');
    },
  };
  sockets.on('connection', (socket) => {
    server.connections += 1;
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as ClientMessage;
      if (message.type !== 'ping') server.heard.push(message);
    });
    socket.send(JSON.stringify({ type: 'hello', epoch: server.epoch, version: '0', at: 1 }));
  });
  onTestFinished(() => {
    server.cut();
    sockets.close();
  });
  return server;
}

function clientOf(url: string, onLive: (client: StreamClient) => void = () => undefined) {
  const states: StreamState[] = [];
  let unauthorized = 0;
  const client: StreamClient = new StreamClient({
    connect: ({ onMessage, onClose }) => {
      const socket = new WebSocket(url);
      socket.on('message', (data: Buffer) => onMessage(data.toString()));
      socket.on('close', (code, reason) => onClose(code, reason.toString()));
      socket.on('error', () => undefined);
      return socket;
    },
    onState: (state) => {
      states.push(state);
      if (state === 'live') onLive(client);
    },
    onUnauthorized: () => {
      unauthorized += 1;
    },
  });
  onTestFinished(() => client.close());
  return { client, states, unauthorized: () => unauthorized };
}

/** Handlers that keep what they are told. */
function keeping(): StreamHandlers<'trading'> & { readonly told: unknown[] } {
  const told: unknown[] = [];
  return {
    told,
    onSnapshot: (data) => told.push(['snapshot', data]),
    onChange: (data) => told.push(['change', data]),
    onResumed: () => told.push(['resumed']),
    onMissed: (count) => told.push(['missed', count]),
    onError: ({ code }) => told.push(['error', code]),
  };
}

const TRADING = { channel: 'trading' } as const;

describe('a subscription', () => {
  it('made before there is a connection is sent once there is one, and is told what comes', async () => {
    const server = await serverOf();
    const { client, states } = clientOf(server.url);
    const handlers = keeping();
    client.subscribe(TRADING, handlers);
    expect(await server.take(1)).toEqual([{ type: 'subscribe', id: 1, to: TRADING }]);
    server.say(
      { type: 'snapshot', id: 1, seq: 4, data: 'a' },
      { type: 'change', id: 1, seq: 5, data: 'b' },
      { type: 'change', id: 2, seq: 5, data: 'not ours' },
      { type: 'missed', id: 1, count: 7 },
      { type: 'error', id: null, problem: { code: 'X' } },
      { type: 'error', id: 1, problem: { code: 'Y' } },
    );
    await until(() => handlers.told.length === 4);
    expect(handlers.told).toEqual([
      ['snapshot', 'a'],
      ['change', 'b'],
      ['missed', 7],
      ['error', 'Y'],
    ]);
    expect(states).toEqual(['live']);
  });

  it('made as the connection comes up is sent once', async () => {
    const server = await serverOf();
    const { client } = clientOf(server.url, (live) => live.subscribe(TRADING, keeping()));
    await until(() => client.state === 'live');
    client.subscribe({ channel: 'alerts' }, keeping() as never);
    const heard = await server.take(2);
    expect(heard.map(({ id }) => id)).toEqual([1, 2]);
  });

  it('that was ended is told nothing more, and is not made again', async () => {
    const server = await serverOf();
    const { client } = clientOf(server.url);
    const [one, other] = [keeping(), keeping()];
    const end = client.subscribe(TRADING, one);
    client.subscribe(TRADING, other);
    await server.take(2);
    end();
    end();
    expect(await server.take(1)).toEqual([{ type: 'unsubscribe', id: 1 }]);
    server.say({ type: 'snapshot', id: 1, seq: 0, data: 'a' });
    server.say({ type: 'snapshot', id: 2, seq: 0, data: 'b' });
    await until(() => other.told.length === 1);
    expect(one.told).toEqual([]);
    server.cut();
    expect((await server.take(1)).map(({ id }) => id)).toEqual([2]);
  });
});

describe('after a cut', () => {
  it('a subscription goes on after the last that it was told', async () => {
    const server = await serverOf();
    const { client, states } = clientOf(server.url);
    const [handlers, late] = [keeping(), keeping()];
    client.subscribe(TRADING, handlers);
    client.subscribe(TRADING, late);
    await server.take(2);
    server.say({ type: 'snapshot', id: 1, seq: 4, data: 'a' });
    server.say({ type: 'change', id: 1, seq: 5, data: 'b' });
    await until(() => handlers.told.length === 2);
    server.cut();
    expect(await server.take(2)).toEqual([
      { type: 'subscribe', id: 1, to: { ...TRADING, resume: { epoch: 'first', seq: 5 } } },
      // It has nothing yet.
      { type: 'subscribe', id: 2, to: TRADING },
    ]);
    server.say({ type: 'resumed', id: 1, seq: 5 }, { type: 'change', id: 1, seq: 6, data: 'c' });
    await until(() => handlers.told.length === 4);
    expect(handlers.told.slice(2)).toEqual([['resumed'], ['change', 'c']]);
    expect(states).toEqual(['live', 'down', 'connecting', 'live']);
  });

  it('and another start of the server it begins anew, also after one more cut', async () => {
    const server = await serverOf();
    const { client } = clientOf(server.url);
    const handlers = keeping();
    client.subscribe(TRADING, handlers);
    await server.take(1);
    server.say({ type: 'snapshot', id: 1, seq: 4, data: 'a' });
    await until(() => handlers.told.length === 1);
    server.epoch = 'second';
    for (let cut = 0; cut < 2; cut += 1) {
      // Nothing was told of the second start: its numbers are not those of the first.
      server.cut();
      expect(await server.take(1)).toEqual([{ type: 'subscribe', id: 1, to: TRADING }]);
    }
  });

  it('of a server that says that the token has ended there is no other try', async () => {
    const server = await serverOf();
    const { client, states, unauthorized } = clientOf(server.url);
    await until(() => client.state === 'live');
    server.close(4001);
    await until(() => client.state === 'down');
    await delay(600);
    expect([unauthorized(), server.connections, states]).toEqual([1, 1, ['live', 'down']]);
  });

  it.each([1001, 1011, 4008])('of a server that ends with %i there is', async (code) => {
    const server = await serverOf();
    const { client, unauthorized } = clientOf(server.url);
    await until(() => client.state === 'live');
    server.close(code);
    await until(() => server.connections === 2 && client.state === 'live');
    expect(unauthorized()).toBe(0);
  });
});

it('a client tries until there is a server, and no more once it is closed', async () => {
  let tries = 0;
  const client = new StreamClient({
    connect: ({ onClose }) => {
      tries += 1;
      queueMicrotask(() => onClose(1006, ''));
      return { send: () => undefined, close: () => undefined };
    },
  });
  await until(() => tries >= 2);
  client.close();
  const before = tries;
  await delay(1_200);
  expect(tries).toBe(before);
});
