import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { z } from 'zod';
import { API_BASE, OPERATION_NAMES, routeOf } from '../../../src/api/contract/routes.ts';
import { serverMessage, STREAM_PATH } from '../../../src/api/contract/stream.ts';
import { Dice } from './nasty.ts';
import { pipe, type PipedAnswer } from './pipeline.ts';
import { Sandbox } from './sandbox.ts';

const REQUESTS = 8_200;
const BROKEN = 300;
const MESSAGES = 1_500;
const PIPED = 50;
const AT_ONCE = 4;
/** Of a stream that is not to count as a flood. */
const MESSAGES_OF_A_STREAM = 75;
/** What the heap may have grown by, bytes: answers that are kept for a key, entries of the audit log. */
const GROWTH_LIMIT = 48 * 1_048_576;

let sandbox: Sandbox;

beforeAll(async () => {
  const much = { requestsPerSecond: 1_000_000, totalRequestsPerSecond: 1_000_000 };
  sandbox = await Sandbox.start({
    config: {
      server: { port: 0, ...much, streamsPerToken: 90 },
      workers: {
        idle: 0,
        run: [{ id: 'kept', strategy: 'flips', symbols: ['BTC/USDT'], start: false }],
      },
    },
    fixtures: ['flips', 'answers'],
  });
}, 60_000);

afterAll(() => sandbox[Symbol.asyncDispose](), 60_000);

/** Everything that nobody may have changed. */
function stateOf(): unknown {
  const { service, strategies } = sandbox;
  const files = readdirSync(strategies, { recursive: true, encoding: 'utf8' }).toSorted();
  return {
    workers: service.system.manager.getAllStatus().map(({ workerId, state }) => [workerId, state]),
    files: files.map((file) => {
      const hash = createHash('sha256').update(readFileSync(join(strategies, file)));
      return [file, hash.digest('hex')];
    }),
    config: service.config,
    risk: service.execution?.desk.risk,
    switches: service.execution?.status.switches,
    tokens: service.tokens.list(),
  };
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

const METHODS = ['GET', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'TRACE'];
const TYPES = [
  'application/json',
  'application/json',
  'application/json; charset=utf-16',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  '',
];
const HEADERS = [
  'Idempotency-Key',
  'Cookie',
  'Accept',
  'Range',
  'Origin',
  'X-Forwarded-Host',
  'X-HTTP-Method-Override',
  'X-QuantCell-CSRF',
  'If-None-Match',
  'Content-Encoding',
  'Referer',
];
/** Done on the spot, with nothing to be wrong in the request; or worth a process, which is for other tests. */
const LEFT_OUT = new Set(['testAlerts', 'reconcile', 'validateStrategy']);
const SPECS = OPERATION_NAMES.filter((name) => !LEFT_OUT.has(name)).map((name) => routeOf(name));

function keysOf(schema: z.ZodType | undefined): readonly string[] {
  return schema !== undefined && 'shape' in schema ? Object.keys(schema.shape as object) : [];
}

/** A target that is a route with nasty parts, or nasty as a whole; in it what HTTP lets into one. */
function targetOf(dice: Dice, path: string, query: readonly string[]): string {
  const part = (): string => (dice.chance(50) ? dice.text() : encodeURIComponent(wellFormed(dice)));
  const filled = path.replaceAll(/\{\w+\}/g, part);
  const whole = dice.chance(10) ? `/${dice.text()}/${dice.text()}` : `${API_BASE}${filled}`;
  const search = query.filter(() => dice.chance(40)).map((key) => `${key}=${part()}`);
  if (dice.chance(10)) search.push(`${part()}=${part()}`);
  const text = search.length === 0 ? whole : `${whole}?${search.join('&')}`;
  return text.replaceAll(/[^\u0021-\u007E]/gu, encoded);
}

/** Half a character has no UTF-8: it is sent as what some write in its place. */
function encoded(char: string): string {
  return /[\uD800-\uDFFF]/u.test(char) ? '%ED%A0%80' : encodeURIComponent(char);
}

function wellFormed(dice: Dice): string {
  return dice.text().replaceAll(/[\uD800-\uDFFF]/g, '');
}

function authorizationOf(dice: Dice): string {
  if (dice.chance(80)) return `Bearer ${sandbox.tokenOf(dice.oneOf(['admin', 'admin', 'read']))}`;
  return dice.oneOf(['', 'Bearer', 'Bearer x', 'Basic YTpi', `Bearer ${'x'.repeat(600)}`]);
}

function requestOf(dice: Dice, isLast: boolean): Buffer {
  const spec = dice.oneOf(SPECS);
  const method = dice.chance(85) ? spec.method.toUpperCase() : dice.oneOf(METHODS);
  const target = targetOf(dice, spec.path, keysOf(spec.query));
  const hasBody = method !== 'GET' && dice.chance(90);
  const body = hasBody ? bodyOf(dice, keysOf(spec.body)) : Buffer.alloc(0);
  const head = [
    `${method} ${target} HTTP/1.1`,
    `Host: ${dice.chance(97) ? '127.0.0.1' : dice.oneOf(['evil', '[', '', '127.0.0.1:x'])}`,
    `Authorization: ${authorizationOf(dice)}`,
    `Connection: ${isLast ? 'close' : 'keep-alive'}`,
    `Content-Length: ${body.length}`,
    ...(hasBody ? [`Content-Type: ${dice.oneOf(TYPES)}`] : []),
    ...(dice.chance(30) ? [`${dice.oneOf(HEADERS)}: ${headerValue(dice)}`] : []),
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}

function headerValue(dice: Dice): string {
  // eslint-disable-next-line no-control-regex
  return dice.text().replaceAll(/[\u0000-\u001F\u007F]/g, '');
}

function bodyOf(dice: Dice, keys: readonly string[]): Buffer {
  // Also what is no UTF-8.
  if (dice.chance(5)) return Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0xaf, 0x22, 0x7d]);
  return Buffer.from(dice.body(keys));
}

/** Not even HTTP, or an upgrade that is none. */
function brokenRequest(dice: Dice): Buffer {
  const start = dice.oneOf([
    'GET',
    'GET /',
    'CONNECT 10.0.0.1:80 HTTP/1.1',
    'GET http://evil/ HTTP/1.1',
    'GET // HTTP/1.1',
    'GET * HTTP/1.1',
    'GET /api/v1/workers/\u00C0\u00AE\u00C0\u00AE/logs HTTP/1.1',
    `GET ${STREAM_PATH}/../.. HTTP/1.1`,
    `GET ${STREAM_PATH} HTTP/1.1`,
    'POST /api/v1/workers HTTP/1.1',
    'GET / HTTP/9.9',
    '\u0016\u0003\u0001\u0002',
  ]);
  const headers = [
    'Host: 127.0.0.1',
    `Authorization: Bearer ${sandbox.tokenOf('admin')}`,
    dice.oneOf([
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x',
      'Connection: Upgrade\r\nUpgrade: h2c',
      `X: ${'x'.repeat(20_000)}`,
      'Content-Length: 5\r\nContent-Length: 6',
      'Content-Length: -1',
      'Transfer-Encoding: chunked\r\nContent-Length: 3',
      'Transfer-Encoding: cow',
      'Bad Header',
      'X: a\u0000b',
      'Expect: nothing',
    ]),
    'Connection: close',
  ];
  return Buffer.from(`${start}\r\n${headers.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** What is wrong with an answer; undefined for nothing. */
function faultOf({ status, head, body }: PipedAnswer): string | undefined {
  if (!((status >= 200 && status < 300) || (status >= 400 && status < 500))) return 'its status';
  if (/\bat .*\.[jt]s:\d|node_modules|file:\/\/\/(?!etc)/.test(body)) return 'a stack in it';
  // What was asked for and may be seen may have paths in it, such as that of the home.
  const text = `${head}${body}`;
  const paths = [tmpdir(), process.cwd(), sandbox.home];
  if (status >= 400 && paths.some((path) => text.includes(path))) return 'a path in it';
  return /^x-evil/im.test(head) ? 'a header that was sent' : undefined;
}

/** Sends all batches through a few connections at a time. */
async function sendAll(
  batches: readonly (readonly Buffer[])[],
  take: (answers: readonly PipedAnswer[], batch: readonly Buffer[]) => void,
): Promise<void> {
  const waiting = [...batches];
  const work = async (): Promise<void> => {
    for (let batch = waiting.pop(); batch !== undefined; batch = waiting.pop()) {
      take(await pipe(sandbox.port, batch), batch);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

it('10,000 inputs that mean harm: each is refused or harmless, and nothing has changed', async () => {
  for (const role of ['admin', 'read'] as const) sandbox.tokenOf(role);
  const before = stateOf();
  const dice = new Dice(20_260_101);
  const batches = Array.from({ length: REQUESTS / PIPED }, () =>
    Array.from({ length: PIPED }, (_, index) => requestOf(dice, index === PIPED - 1)),
  );
  const faults: string[] = [];
  const statuses = new Map<number, number>();
  const take = (answers: readonly PipedAnswer[], batch: readonly Buffer[]): void => {
    answers.forEach((answer, index) => {
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      const fault = faultOf(answer);
      if (fault === undefined) return;
      const asked = batch[index]?.toString('latin1').slice(0, 400);
      faults.push(`${fault}: ${asked} -> ${answer.status} ${answer.body.slice(0, 300)}`);
    });
  };
  const third = Math.floor(batches.length / 3);
  await sendAll(batches.slice(0, third), take);
  const heap = heapBytes();
  await sendAll(batches.slice(third), take);
  const answered = [...statuses.values()].reduce((sum, count) => sum + count, 0);
  expect(faults).toEqual([]);
  expect(answered).toBe(REQUESTS);
  await sendAll(
    Array.from({ length: BROKEN }, () => [brokenRequest(dice)]),
    take,
  );
  await shakeStreams(dice, faults);
  expect(faults).toEqual([]);
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 415, 421]));
  expect(heapBytes() - heap).toBeLessThan(GROWTH_LIMIT);
  expect(stateOf()).toEqual(before);
  expect(await sandbox.service.audit.verify()).toMatchObject({ isWhole: true, firstBad: null });
  const { status } = await sandbox.ask({ path: `${API_BASE}/health/ready` });
  expect(status).toBe(200);
});

async function shakeStreams(dice: Dice, faults: string[]): Promise<void> {
  const streams = Array.from({ length: MESSAGES / MESSAGES_OF_A_STREAM }, () =>
    Array.from({ length: MESSAGES_OF_A_STREAM }, () => messageOf(dice)),
  );
  await Promise.all(streams.map((messages) => shakeStream(messages, faults)));
}

function messageOf(dice: Dice): string {
  if (dice.chance(20)) return dice.body(['type', 'id', 'to']);
  const channel = dice.oneOf(['workers', 'worker', 'logs', 'bars', 'market', 'metrics', 'orders']);
  const keys = ['workerId', 'everyMs', 'resume', 'symbol', 'symbols', 'timeframe', 'bars', 'level'];
  const to = dice.chance(15)
    ? dice.value()
    : { ...dice.object(keys), channel: dice.chance(80) ? channel : dice.value() };
  const id = dice.chance(60) ? dice.below(50) : dice.value();
  return JSON.stringify({ type: dice.oneOf(['subscribe', 'subscribe', 'unsubscribe']), id, to });
}

/** Each message has an answer, and what is wrong with it is said as everywhere. */
async function shakeStream(messages: readonly string[], faults: string[]): Promise<void> {
  const url = `${sandbox.url.replace('http', 'ws')}${STREAM_PATH}`;
  const socket = new WebSocket(url, { headers: sandbox.bearer('read') });
  const ended = new Promise<void>((resolve) => {
    let answers = 0;
    socket.on('message', (data: Buffer) => {
      const message = serverMessage.parse(JSON.parse(data.toString()));
      if (message.type === 'error') {
        const { status } = message.problem;
        const fault = faultOf({ status, head: '', body: JSON.stringify(message) });
        if (fault !== undefined) faults.push(`${fault}: ${data.toString().slice(0, 300)}`);
      }
      if (message.type !== 'hello' && message.type !== 'change') answers += 1;
      if (answers === messages.length) socket.close();
    });
    socket.on('close', (code) => {
      if (code !== 1005) faults.push(`a stream ended with ${code}`);
      resolve();
    });
  });
  socket.on('open', () => {
    for (const message of messages) socket.send(message);
  });
  await ended;
}
