import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Connection } from '../../../../src/api/stream/connection.ts';
import { TopicBook } from '../../../../src/api/stream/topic-book.ts';
import type { Change } from '../../../../src/api/stream/topic.ts';
import { EPOCH, Given, Kept, topicOf } from './support.ts';

/** What is done once for many clients, and for many topics of one client. */

function told(source = new Given()) {
  const topic = topicOf(source);
  const changes: Change[] = [];
  topic.add({ offer: (change) => changes.push(change) });
  const tell = (data: unknown): Change => {
    source.next.push(data);
    topic.flush();
    return changes.at(-1) as Change;
  };
  return { source, topic, tell };
}

it('a change is made into bytes once for all who have subscribed with the same id', () => {
  const { topic, tell } = told();
  const change = tell({ a: 'ö' });
  const message = topic.messageOf(change, 3);
  expect(topic.messageOf(change, 3)).toBe(message);
  expect(JSON.parse(message.toString('utf8'))).toMatchObject({
    type: 'change',
    id: 3,
    seq: 1,
    data: { a: 'ö' },
  });
});

it('another id and another change are other bytes, also of an older change', () => {
  const { topic, tell } = told();
  const [one, two] = [tell('one'), tell('two')];
  const said = [topic.messageOf(two, 1), topic.messageOf(two, 2), topic.messageOf(one, 1)];
  const read = said.map((message) => JSON.parse(message.toString('utf8')) as unknown);
  expect(read).toMatchObject([
    { id: 1, seq: 2, data: 'two' },
    { id: 2, seq: 2, data: 'two' },
    { id: 1, seq: 1, data: 'one' },
  ]);
});

it('many who come at the same time are shown one snapshot, and a newer one after a change', () => {
  const source = new Given();
  let looked = 0;
  source.snapshot = () => {
    looked += 1;
    return looked;
  };
  const { topic, tell } = told(source);
  expect([topic.snapshot(), topic.snapshot()]).toEqual(['1', '1']);
  tell('news');
  expect(topic.snapshot()).toBe('2');
});

/** A connection over a real socket, and how often that was written to. */
async function connected() {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  const logger = new Kept();
  const topics = new TopicBook(() => new Given(), logger);
  const caller = {
    identity: { tokenId: 't', name: 't', role: 'read' },
    session: undefined,
  } as const;
  const writes: number[] = [];
  const made = new Promise<Connection>((resolve) => {
    server.on('upgrade', (request, line: Socket, head) => {
      sockets.handleUpgrade(request, line, head, (socket) => {
        countWrites(line, writes);
        resolve(new Connection(socket, { caller, topics, epoch: EPOCH, logger, line }));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    client.terminate();
    topics.close();
    sockets.close();
    server.close();
  });
  const heard: string[] = [];
  client.on('message', (data: Buffer) => heard.push(data.toString('utf8')));
  /** Resolves once so many messages have come. */
  const hear = async (count: number): Promise<readonly string[]> => {
    while (heard.length < count) await new Promise((resolve) => client.once('message', resolve));
    return heard;
  };
  return { connection: await made, writes, hear };
}

/** Notes the bytes of each write that leaves a socket. */
function countWrites(line: Socket, writes: number[]): void {
  const write = line._write.bind(line);
  const writev = line._writev?.bind(line);
  line._write = (chunk: Buffer, ...rest) => {
    writes.push(chunk.length);
    write(chunk, ...rest);
  };
  line._writev = (chunks: { chunk: Buffer; encoding: BufferEncoding }[], done) => {
    writes.push(chunks.reduce((sum, { chunk }) => sum + chunk.length, 0));
    writev?.(chunks as never, done);
  };
}

it('what is sent in one turn of the event loop is one write', async () => {
  const { connection, writes, hear } = await connected();
  await hear(1);
  writes.splice(0);
  for (const text of ['"one"', Buffer.from('"two"'), '"three"']) connection.send(text);
  expect((await hear(4)).slice(1)).toEqual(['"one"', '"two"', '"three"']);
  expect(writes).toHaveLength(1);
});

it('what is long is not held back, and comes in its order', async () => {
  const { connection, writes, hear } = await connected();
  await hear(1);
  writes.splice(0);
  const long = JSON.stringify('x'.repeat(200_000));
  connection.send('"before"');
  connection.send(long);
  expect(writes).toHaveLength(1);
  connection.send('"after"');
  expect((await hear(4)).slice(1)).toEqual(['"before"', long, '"after"']);
});
