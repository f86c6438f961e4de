import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChangeOf } from '../../../src/api/contract/stream.ts';
import { waitFor } from '../support/wait.ts';
import { Sandbox } from './sandbox.ts';
import { holesIn, Reader } from './stream-reader.ts';

/** Tells much more than a socket holds, to whoever subscribes often enough. */
const CHATTY = `let line = 0;
const PADDING = 'x'.repeat(400);
export default {
  name: 'Chatty', symbols: ['BTC/USDT'], dataTypes: ['trade'],
  onTrade(ctx) { for (let count = 0; count < 20; count += 1) ctx.log.info(line++ + ' ' + PADDING); },
};`;
const LOGS = { channel: 'logs', workerId: 'chatty', lines: 0 } as const;
const SUBSCRIPTIONS = 50;
/** Longer than a client may be slow, milliseconds. */
const CUT_LIMIT_MS = 90_000;
const GROWTH_LIMIT = 160 * 1_048_576;

let sandbox: Sandbox;
/** It reads nothing, from the beginning of this file on. */
let stuck: Reader;
let heapBefore: number;

beforeAll(async () => {
  const much = { requestsPerSecond: 1_000, totalRequestsPerSecond: 1_000 };
  sandbox = await Sandbox.start({
    config: {
      server: { port: 0, ...much, streamsPerToken: 2 },
      market: { source: 'synthetic', symbols: ['BTC/USDT'], stepMs: 20 },
      workers: { idle: 1, survive: false },
    },
    files: { 'chatty.mjs': CHATTY },
  });
  await sandbox.service.createWorker('chatty', { logLinesPerSecond: 100_000 }, 'chatty');
  await sandbox.service.system.startWorker('chatty');
  heapBefore = memory();
  stuck = await chattyReader();
  stuck.socket.pause();
}, 60_000);

afterAll(() => sandbox[Symbol.asyncDispose](), 60_000);

function memory(): number {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

/** With a token of its own. */
async function reader(): Promise<Reader> {
  const { token } = sandbox.service.tokens.create('a reader', 'read');
  return Reader.open(sandbox, { authorization: `Bearer ${token}` });
}

/** One that is told the same many times. */
async function chattyReader(): Promise<Reader> {
  const stream = await reader();
  for (let id = 1; id <= SUBSCRIPTIONS; id += 1) stream.subscribe(id, LOGS);
  await stream.first(SUBSCRIPTIONS, 'snapshot');
  return stream;
}

async function clients(): Promise<number> {
  const headers = sandbox.bearer('read');
  const { text } = await sandbox.ask({ path: '/api/v1/system', headers });
  return (JSON.parse(text) as { streamClients: number }).streamClients;
}

it('a client that reads too slowly is told what it has missed, and others miss nothing', async () => {
  const [slow, fast] = [await chattyReader(), await reader()];
  fast.subscribe(1, LOGS);
  slow.socket.pause();
  const linesOf = (stream: Reader, id: number) =>
    stream.of(id).flatMap((message) => {
      if (message.type !== 'change') return [];
      return (message.data as ChangeOf<'logs'>).lines.map((line) => parseInt(line.message, 10));
    });
  // Fifty times as much to the other, which is more than its socket takes.
  await waitFor('many lines', () => linesOf(fast, 1).length > 1_500);
  const before = slow.messages.length;
  slow.socket.resume();
  const { count } = await slow.first(1, 'missed');
  expect(count).toBeGreaterThan(0);
  expect(slow.messages.length).toBeGreaterThan(before);
  await waitFor('changes after the snapshot', () => {
    const types = slow.of(1).map(({ type }) => type);
    return types.slice(types.indexOf('missed')).includes('change');
  });
  const types = slow.of(1).map(({ type }) => type);
  expect(types[types.indexOf('missed') + 1]).toBe('snapshot');
  expect(types.filter((type) => type === 'missed').length).toBe(
    types.filter((type) => type === 'snapshot').length - 1,
  );
  expect(holesIn(slow.of(1))).toEqual([]);
  const lines = linesOf(fast, 1);
  const [begin = 0] = lines;
  expect(lines).toEqual(lines.map((_, index) => begin + index));
  expect(holesIn(fast.of(1))).toEqual([]);
  expect(fast.all('missed')).toEqual([]);
  for (const stream of [slow, fast]) stream.socket.terminate();
});

it('one that never reads is cut, and fills no memory meanwhile', async () => {
  const endsAtMs = performance.now() + CUT_LIMIT_MS;
  while ((await clients()) > 0) {
    expect(performance.now()).toBeLessThan(endsAtMs);
    expect(memory() - heapBefore).toBeLessThan(GROWTH_LIMIT);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  await sandbox.service.system.manager.stopWorker('chatty');
  stuck.socket.resume();
  expect([1006, 4008]).toContain((await stuck.end()).code);
});

it.each([
  ['one that is too large', 1009, (stream: Reader) => stream.say({ type: 'x'.repeat(70_000) })],
  ['one that is binary', 1007, (stream: Reader) => stream.socket.send(Buffer.from('{}'))],
  ['too many', 1007, (stream: Reader) => flood(stream)],
])('of messages, %s ends the stream', async (_, code, send) => {
  const stream = await reader();
  send(stream);
  expect((await stream.end()).code).toBe(code);
});

function flood(stream: Reader): void {
  // As many as there may be in two seconds, and one more: wherever a second begins.
  for (let count = 0; count < 201; count += 1) stream.say({ type: 'ping' });
}

it('ends with its token', async () => {
  const { token, id } = sandbox.service.tokens.create('short', 'read');
  const stream = await Reader.open(sandbox, { authorization: `Bearer ${token}` });
  const other = await reader();
  sandbox.service.tokens.revoke(id);
  expect((await stream.end()).code).toBe(4001);
  expect(other.closed).toBeUndefined();
  other.socket.terminate();
});

it('ends with its session, and not with another of the same token', async () => {
  const [one, other] = [await login(), await login()];
  const streams = [await Reader.open(sandbox, one), await Reader.open(sandbox, other)] as const;
  const { status } = await sandbox.ask({
    method: 'DELETE',
    path: '/api/v1/session',
    headers: { cookie: one.cookie, 'x-quantcell-csrf': one.csrf },
  });
  expect(status).toBe(204);
  expect((await streams[0].end()).code).toBe(4001);
  streams[1].say({ type: 'ping' });
  await waitFor('a pong', () => streams[1].all('pong')[0]);
  streams[1].socket.terminate();
});

async function login(): Promise<{ readonly cookie: string; readonly csrf: string }> {
  const { headers, text } = await sandbox.ask({
    method: 'POST',
    path: '/api/v1/session',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: sandbox.tokenOf('operate') }),
  });
  const [cookie = ''] = headers['set-cookie']?.[0]?.split(';') ?? [];
  return { cookie, csrf: (JSON.parse(text) as { csrf: string }).csrf };
}

it('is refused to a token that has as many as it may, until one of them ends', async () => {
  const { token } = sandbox.service.tokens.create('many', 'read');
  const headers = { authorization: `Bearer ${token}` };
  const streams = [await Reader.open(sandbox, headers), await Reader.open(sandbox, headers)];
  await expect(Reader.open(sandbox, headers)).rejects.toThrow('429');
  streams[0]?.socket.close();
  await streams[0]?.end();
  streams.push(await Reader.open(sandbox, headers));
  for (const { socket } of streams) socket.terminate();
});

it('ends with the server, which waits for nobody who does not answer', async () => {
  const [stream, silent] = [await reader(), await reader()];
  silent.socket.pause();
  const beganMs = performance.now();
  await sandbox.server.stop();
  // A client that does not answer would be waited for half a minute otherwise.
  expect(performance.now() - beganMs).toBeLessThan(20_000);
  expect((await stream.end()).code).toBe(1001);
  silent.socket.terminate();
});
