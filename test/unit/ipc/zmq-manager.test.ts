import { existsSync, readdirSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as zmq from 'zeromq';
import type { LogLevel } from '../../../src/base/logger.ts';
import { WorkerSockets } from '../../../src/ipc/worker-sockets.ts';
import { ZmqManager } from '../../../src/ipc/zmq-manager.ts';
import { FRAME_HEADER_BYTES } from '../../../src/protocol/market-frame.ts';
import { Message } from '../../../src/protocol/message.ts';
import { bar, directoryOf, readRecords, startedManager, until } from './support.ts';

const TCP = { kind: 'tcp', host: '127.0.0.1', ports: [0, 0, 0] } as const;

/** A worker's sockets, connected to the manager's and closed with the test. */
function workerOf(manager: ZmqManager, routingId = 'p-1'): WorkerSockets {
  const sockets = new WorkerSockets(manager.endpoints, routingId);
  onTestFinished(() => sockets.close());
  return sockets;
}

/** Not every container has an IPv6 loopback address. */
function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((all) =>
    all?.some(({ address }) => address === '::1'),
  );
}

/** A socket of a stranger's, closed with the test. */
function stranger<T extends zmq.Socket>(socket: T, endpoint: string): T {
  socket.linger = 0;
  (socket as unknown as { connect(to: string): void }).connect(endpoint);
  onTestFinished(() => socket.close());
  return socket;
}

describe('start and stop', () => {
  it('make and remove one file for each socket', async () => {
    const { manager, directory } = await startedManager();
    const during = readdirSync(directory).toSorted();
    await manager.stop();
    expect([during, readdirSync(directory)]).toEqual([
      ['control.sock', 'market.sock', 'status.sock'],
      [],
    ]);
  });

  it('can be repeated', async () => {
    const { manager } = await startedManager();
    await manager.stop();
    await manager.start();
    const worker = workerOf(manager);
    const heard = new Promise((resolve) => manager.once('control', (peer) => resolve(peer)));
    await worker.sendControl(new Message('hello'));
    expect(await heard).toBe('p-1');
  });

  it('do nothing the second time', async () => {
    const { manager } = await startedManager();
    const { endpoints } = manager;
    await manager.start();
    expect(manager.endpoints).toBe(endpoints);
    await manager.stop();
    await manager.stop();
  });

  it('stops at the end of a block', async () => {
    const directory = await directoryOf();
    {
      await using manager = new ZmqManager({ endpoints: { kind: 'ipc', directory } });
      await manager.start();
    }
    expect(readdirSync(directory)).toEqual([]);
  });

  it('leaves no file where the path is too long', async () => {
    const directory = join(await directoryOf(), 'x'.repeat(100));
    const manager = new ZmqManager({ endpoints: { kind: 'ipc', directory } });
    await expect(manager.start()).rejects.toMatchObject({ code: 'SOCKET_PATH_TOO_LONG' });
  });

  it('says so where the directory does not exist', async () => {
    const directory = join(await directoryOf(), 'missing');
    const manager = new ZmqManager({ endpoints: { kind: 'ipc', directory } });
    await expect(manager.start()).rejects.toMatchObject({ code: 'INVALID_ENDPOINT' });
  });

  it('takes a file over that a killed process has left', async () => {
    const directory = await directoryOf();
    const left = new ZmqManager({ endpoints: { kind: 'ipc', directory } });
    await left.start();
    await left.stop();
    // A bound and closed server without unlinking is what a kill leaves.
    const path = join(directory, 'market.sock');
    await leaveSocketFile(path);
    const manager = new ZmqManager({ endpoints: { kind: 'ipc', directory } });
    await manager.start();
    onTestFinished(() => manager.stop());
    expect(existsSync(path)).toBe(true);
  });
});

async function leaveSocketFile(path: string): Promise<void> {
  const { spawnSync } = await import('node:child_process');
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script]);
  expect(existsSync(path)).toBe(true);
}

describe('what is in use', () => {
  it('is refused: a directory with the sockets of another manager', async () => {
    const { directory } = await startedManager();
    const second = new ZmqManager({ endpoints: { kind: 'ipc', directory } });
    onTestFinished(() => second.stop());
    await expect(second.start()).rejects.toMatchObject({ code: 'ENDPOINT_IN_USE' });
  });

  it('goes on as before after another manager was refused', async () => {
    const { manager, directory } = await startedManager();
    const second = new ZmqManager({ endpoints: { kind: 'ipc', directory } });
    await second.start().catch(() => undefined);
    onTestFinished(() => second.stop());
    const heard = new Promise((resolve) => manager.once('control', (peer) => resolve(peer)));
    await workerOf(manager).sendControl(new Message('hello'));
    expect(await heard).toBe('p-1');
  });

  it('is refused: a port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const manager = new ZmqManager({ endpoints: { ...TCP, ports: [0, 0, port] } });
    await expect(manager.start()).rejects.toMatchObject({
      code: 'ENDPOINT_IN_USE',
      message: expect.stringContaining(`"tcp://127.0.0.1:${port}" is in use`),
    });
  });

  it('can be started once the port is free', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const manager = new ZmqManager({ endpoints: { ...TCP, ports: [0, 0, port] } });
    await manager.start().catch(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    await manager.start();
    onTestFinished(() => manager.stop());
    expect(manager.endpoints.status).toBe(`tcp://127.0.0.1:${port}`);
  });
});

describe('endpoints', () => {
  it('are known only while started', async () => {
    const { manager } = await startedManager();
    await manager.stop();
    expect(() => manager.endpoints).toThrow(expect.objectContaining({ code: 'SOCKETS_CLOSED' }));
  });

  const hosts = ['127.0.0.1', 'localhost', ...(hasIpv6() ? ['::1', '[::1]'] : [])];

  it.each(hosts)('can be ports of %s', async (host) => {
    const manager = new ZmqManager({ endpoints: { ...TCP, host } });
    await manager.start();
    onTestFinished(() => manager.stop());
    const heard = new Promise((resolve) => manager.once('control', (peer) => resolve(peer)));
    await workerOf(manager).sendControl(new Message('hello'));
    expect(await heard).toBe('p-1');
  });
});

describe('messages', () => {
  it('reach the manager over the control socket, with their sender', async () => {
    const { manager } = await startedManager();
    const heard = new Promise((resolve) =>
      manager.once('control', (peer, message) => resolve([peer, message.msgType, message.payload])),
    );
    await workerOf(manager, 'p-7').sendControl(new Message('hello', { payload: { a: 1 } }));
    expect(await heard).toEqual(['p-7', 'hello', { a: 1 }]);
  });

  it('reach the manager over the status socket', async () => {
    const { manager } = await startedManager();
    const heard = new Promise((resolve) =>
      manager.once('status', ({ msgType }) => resolve(msgType)),
    );
    workerOf(manager).sendStatus(new Message('heartbeat'));
    expect(await heard).toBe('heartbeat');
  });

  it('reach a worker, with what is attached', async () => {
    const { manager } = await startedManager();
    const worker = workerOf(manager);
    const hello = new Promise((resolve) => manager.once('control', resolve));
    await worker.sendControl(new Message('hello'));
    await hello;
    await manager.sendControl('p-1', new Message('start'), Buffer.from('records'));
    const { value } = await worker.commands().next();
    expect([Message.fromJson(value?.json ?? '').msgType, String(value?.attachment)]).toEqual([
      'start',
      'records',
    ]);
  });

  it('can be sent at once without waiting, and arrive in order', async () => {
    const { manager } = await startedManager();
    const worker = workerOf(manager);
    const hello = new Promise((resolve) => manager.once('control', resolve));
    await worker.sendControl(new Message('hello'));
    await hello;
    const ids = Array.from({ length: 200 }, (_, index) => `m-${index}`);
    const sent = ids.map((msgId) => manager.sendControl('p-1', new Message('pause', { msgId })));
    const received: string[] = [];
    for await (const { json } of worker.commands()) {
      if (received.push(Message.fromJson(json).msgId) === ids.length) break;
    }
    await Promise.all(sent);
    expect(received).toEqual(ids);
  });

  it('to nobody are refused', async () => {
    const { manager } = await startedManager();
    await expect(manager.sendControl('p-none', new Message('pause'))).rejects.toMatchObject({
      code: 'PEER_UNREACHABLE',
      message: expect.stringContaining('pause can\'t reach process "p-none"'),
    });
  });

  it('are refused once stopped', async () => {
    const { manager } = await startedManager();
    await manager.stop();
    await expect(manager.sendControl('p-1', new Message('pause'))).rejects.toMatchObject({
      code: 'SOCKETS_CLOSED',
    });
  });
});

describe('market data', () => {
  it('is ready once the worker attached, and then arrives', async () => {
    const { manager } = await startedManager();
    const line = manager.marketData.open([7]);
    const worker = workerOf(manager);
    worker.market.attach(line.attachment);
    await line.ready;
    const seen = new Promise((resolve) => {
      void worker.market.run((buffer, from) => resolve(readRecords(buffer, from)));
    });
    manager.marketData.append(7, 1, 0, bar(5), undefined);
    manager.marketData.flush();
    expect(await seen).toEqual([{ topicId: 7, seq: 1, timestamp: 5 }]);
  });

  it('arrives once and in order', async () => {
    const { manager } = await startedManager();
    const line = manager.marketData.open([7]);
    const worker = workerOf(manager);
    worker.market.attach(line.attachment);
    await line.ready;
    const seen: number[] = [];
    void worker.market.run((buffer, from) => {
      seen.push(...readRecords(buffer, from).map(({ seq }) => seq));
    });
    for (let seq = 1; seq <= 500; seq += 1) {
      manager.marketData.append(7, seq, 0, bar(seq), undefined);
      if (seq % 3 === 0) manager.marketData.flush();
    }
    manager.marketData.flush();
    await until(() => seen.length >= 500);
    expect(seen).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
  });

  it('is not delivered on channels that the worker has left', async () => {
    const { manager } = await startedManager();
    const old = manager.marketData.open([7]);
    const worker = workerOf(manager);
    worker.market.attach(old.attachment);
    await old.ready;
    const next = manager.marketData.open([8]);
    worker.market.attach(next.attachment);
    worker.market.detach(old.attachment);
    await next.ready;
    // A later subscription proves that the detachment has arrived as well.
    const fence = manager.marketData.open([9]);
    worker.market.attach(fence.attachment);
    await fence.ready;
    const seen: number[] = [];
    void worker.market.run((buffer, from) => {
      seen.push(...readRecords(buffer, from).map(({ topicId }) => topicId));
    });
    for (const topicId of [7, 8]) {
      manager.marketData.append(topicId, 1, 0, bar(1), undefined);
      manager.marketData.flush();
    }
    await until(() => seen.length > 0);
    expect(seen).toEqual([8]);
  });

  it('that is malformed is counted and not handed on', async () => {
    const directory = await directoryOf();
    const publisher = new zmq.XPublisher({ linger: 0 });
    onTestFinished(() => publisher.close());
    const market = `ipc://${directory}/market.sock`;
    await publisher.bind(market);
    const elsewhere = { control: `ipc://${directory}/c.sock`, status: `ipc://${directory}/s.sock` };
    const worker = new WorkerSockets({ market, ...elsewhere }, 'p-1');
    onTestFinished(() => worker.close());
    worker.market.attach({ transport: 'zeromq', channelId: 1, fence: 'fence' });
    for (let seen = 0; seen < 2; seen += 1) await publisher.receive();
    let handedOn = 0;
    void worker.market.run(() => {
      handedOn += 1;
    });
    await publisher.send(Buffer.from([1, 0, 0, 0, 9, 9, 9]));
    await publisher.send(['fence', 'a second part']);
    await until(() => worker.market.malformedFrames === 2);
    expect(handedOn).toBe(0);
  });
});

describe('what is not a message', () => {
  const BROKEN: readonly (readonly [string, (Buffer | string)[]])[] = [
    ['random bytes', [Buffer.from([0, 255, 3, 7])]],
    ['half a message', ['{"msg_type":"hel']],
    ['an unknown type', ['{"msg_type":"dance"}']],
    ['a wrong version', ['{"msg_type":"hello","version":9}']],
    ['too many parts', ['{"msg_type":"hello"}', 'more', 'and more']],
    ['nothing', ['']],
  ];

  it.each(BROKEN)('on the control socket is counted: %s', async (_what, frames) => {
    const { manager } = await startedManager();
    const malformed = new Promise<Error>((resolve) => manager.once('malformed', resolve));
    await stranger(new zmq.Dealer(), manager.endpoints.control).send(frames);
    expect((await malformed).name).toMatch(/ProtocolError|IpcError/);
    expect(manager.getStats()).toMatchObject({ controlReceived: 1, malformed: 1 });
  });

  it.each(BROKEN)('on the status socket is counted: %s', async (_what, frames) => {
    const { manager } = await startedManager();
    const malformed = new Promise((resolve) => manager.once('malformed', resolve));
    await stranger(new zmq.Push(), manager.endpoints.status).send(frames);
    await malformed;
    expect(manager.getStats()).toMatchObject({ statusReceived: 1, malformed: 1 });
  });

  it('on the market socket is counted', async () => {
    const { manager } = await startedManager();
    const malformed = new Promise((resolve) => manager.once('malformed', resolve));
    await stranger(new zmq.XSubscriber(), manager.endpoints.market).send(Buffer.from('hello'));
    await malformed;
    expect(manager.getStats().malformed).toBe(1);
  });

  it('does not count a subscription, or its end', async () => {
    const { manager } = await startedManager();
    const line = manager.marketData.open([1]);
    const worker = workerOf(manager);
    worker.market.attach(line.attachment);
    await line.ready;
    worker.market.detach(line.attachment);
    const next = manager.marketData.open([2]);
    worker.market.attach(next.attachment);
    await next.ready;
    expect(manager.getStats().malformed).toBe(0);
  });

  it('does not keep the next message from being read', async () => {
    const { manager } = await startedManager();
    const socket = stranger(new zmq.Dealer({ routingId: 'x' }), manager.endpoints.control);
    const heard = new Promise((resolve) => manager.once('control', (peer) => resolve(peer)));
    await socket.send('rubbish');
    await socket.send(new Message('hello').toJson());
    expect(await heard).toBe('x');
  });

  it('is logged once a second, with how many were held back', async () => {
    const lines: [LogLevel, string][] = [];
    const logger = { log: (level: LogLevel, message: string) => void lines.push([level, message]) };
    const { manager } = await startedManager({ logger });
    const socket = stranger(new zmq.Push(), manager.endpoints.status);
    for (let index = 0; index < 100; index += 1) await socket.send('rubbish');
    await until(() => manager.getStats().malformed === 100);
    expect(lines.length).toBeLessThanOrEqual(2);
    expect(lines[0]).toEqual(['warn', expect.stringContaining('a message was ignored: ')]);
  });

  it('what a listener throws is counted, not fatal', async () => {
    const { manager } = await startedManager();
    manager.on('status', () => {
      throw new Error('a listener');
    });
    const malformed = new Promise<Error>((resolve) => manager.once('malformed', resolve));
    workerOf(manager).sendStatus(new Message('heartbeat'));
    expect((await malformed).message).toBe('a listener');
  });

  it('a connection that speaks no ZMTP harms nobody', async () => {
    const { manager, directory } = await startedManager();
    const raw: Socket = connect(join(directory, 'control.sock'));
    raw.on('error', () => undefined);
    onTestFinished(() => void raw.destroy());
    await new Promise<void>((resolve) => raw.write(Buffer.alloc(1_000, 0xaa), () => resolve()));
    const heard = new Promise((resolve) => manager.once('control', (peer) => resolve(peer)));
    await workerOf(manager).sendControl(new Message('hello'));
    expect(await heard).toBe('p-1');
  });
});

describe('getStats', () => {
  it('counts what went in and out', async () => {
    const { manager } = await startedManager();
    const worker = workerOf(manager);
    await worker.sendControl(new Message('hello'));
    worker.sendStatus(new Message('heartbeat'));
    const { controlReceived, statusReceived } = await new Promise<
      ReturnType<ZmqManager['getStats']>
    >((resolve) => {
      manager.on('control', look);
      manager.on('status', look);
      function look(): void {
        const stats = manager.getStats();
        if (stats.controlReceived + stats.statusReceived === 2) resolve(stats);
      }
    });
    await manager.sendControl('p-1', new Message('pause'));
    manager.marketData.open([1]);
    manager.marketData.append(1, 1, 0, bar(1), undefined);
    manager.marketData.flush();
    expect([controlReceived, statusReceived, manager.getStats()]).toEqual([
      1,
      1,
      {
        controlReceived: 1,
        controlSent: 1,
        statusReceived: 1,
        marketFramesSent: 1,
        marketBytesSent: FRAME_HEADER_BYTES + 80,
        marketFramesRefused: 0,
        malformed: 0,
      },
    ]);
  });

  it('is of a moment', async () => {
    const { manager } = await startedManager();
    const before = manager.getStats();
    await manager.sendControl('nobody', new Message('pause')).catch(() => undefined);
    manager.reject(new Error('test'));
    expect([before.malformed, manager.getStats().malformed]).toEqual([0, 1]);
  });
});
