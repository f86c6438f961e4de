import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { serverMessage, type ServerMessage } from '../../../../src/api/contract/stream.ts';
import { Connection } from '../../../../src/api/stream/connection.ts';
import { TopicBook } from '../../../../src/api/stream/topic-book.ts';
import { EPOCH, Given, Kept } from './support.ts';

const CALLER = {
  identity: { tokenId: 't', name: 'a reader', role: 'read' },
  session: undefined,
} as const;

/** A connection over a real socket to topics of one source. */
async function connected(source = new Given()) {
  const logger = new Kept();
  const topics = new TopicBook(() => source, logger);
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  let onGone: () => void;
  const gone = new Promise<void>((resolve) => {
    onGone = resolve;
  });
  const made = new Promise<Connection>((resolve) => {
    sockets.on('connection', (socket) => {
      socket.on('close', onGone);
      resolve(new Connection(socket, { caller: CALLER, topics, epoch: EPOCH, logger }));
    });
  });
  await new Promise((resolve) => sockets.once('listening', resolve));
  const client = new WebSocket(`ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`);
  onTestFinished(() => {
    client.terminate();
    topics.close();
    sockets.close();
  });
  const heard: ServerMessage[] = [];
  let next: (() => void) | undefined;
  client.on('message', (data: Buffer) => {
    heard.push(serverMessage.parse(JSON.parse(data.toString())));
    next?.();
  });
  const closed = new Promise<number>((resolve) => {
    client.on('close', resolve);
  });
  /** The message of that number, from 0. */
  const message = async (index: number): Promise<ServerMessage> => {
    while (heard.length <= index) {
      await new Promise<void>((resolve) => {
        next = resolve;
      });
    }
    return heard[index] as ServerMessage;
  };
  const say = (what: unknown): void => client.send(JSON.stringify(what));
  return { connection: await made, source, logger, topics, client, closed, gone, message, say };
}

const subscribe = { type: 'subscribe', id: 1, to: { channel: 'trading' } };

it('greets with the epoch, by which a client knows whether it may go on', async () => {
  const { message } = await connected();
  expect(await message(0)).toMatchObject({ type: 'hello', epoch: EPOCH });
});

it('a snapshot that can not be made is an error, is logged, and leaves the id free', async () => {
  const { source, logger, message, say } = await connected();
  source.state = new Error('no luck at /srv/secret/place');
  await message(0);
  say(subscribe);
  const error = await message(1);
  expect(error).toMatchObject({ type: 'error', id: 1, problem: { code: 'INTERNAL_ERROR' } });
  expect(JSON.stringify(error)).not.toContain('secret');
  expect(logger.lines).toEqual([expect.stringContaining('no luck')]);
  source.state = 'well again';
  say(subscribe);
  expect(await message(2)).toMatchObject({ type: 'snapshot', data: 'well again' });
});

it('what is still sent once it was closed is not done', async () => {
  const { connection, topics, client, closed, message, say } = await connected();
  await message(0);
  client.pause();
  connection.close(4001, 'over');
  const taken: unknown[] = [];
  topics.take = (channel) => {
    taken.push(channel);
    throw new Error('taken');
  };
  say(subscribe);
  say({ type: 'ping' });
  client.resume();
  expect(await closed).toBe(4001);
  expect(taken).toEqual([]);
});

it('a client that does not answer that it is closed is cut', async () => {
  const { connection, client, gone, message } = await connected();
  await message(0);
  client.pause();
  const beganMs = performance.now();
  connection.close(1001, 'over');
  await gone;
  // The socket itself would wait for half a minute.
  expect(performance.now() - beganMs).toBeLessThan(25_000);
});
