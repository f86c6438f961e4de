import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CHANNEL_DATA,
  type ChannelInput,
  type ChannelName,
  type ChangeOf,
  type SnapshotOf,
} from '../../../src/api/contract/stream.ts';
import { waitFor } from '../support/wait.ts';
import { Sandbox } from './sandbox.ts';
import { holesIn, Reader } from './stream-reader.ts';

/** Numbers its lines; a reader sees which it has not got. */
const CHATTY = `let line = 0;
export default {
  name: 'Chatty', symbols: ['BTC/USDT'], dataTypes: ['trade'],
  onTrade(ctx) { ctx.log.info(String(line++)); },
};`;
const IDLE = `export default {
  name: 'Idle', symbols: ['BTC/USDT'], dataTypes: ['trade'],
  onStart(ctx) { ctx.log.warn('begun'); },
};`;

let sandbox: Sandbox;

beforeAll(async () => {
  const much = { requestsPerSecond: 1_000, totalRequestsPerSecond: 1_000 };
  sandbox = await Sandbox.start({
    config: {
      server: { port: 0, ...much, streamsPerToken: 3 },
      market: { source: 'synthetic', symbols: ['BTC/USDT'], timeframe: '1s', stepMs: 20 },
      workers: {
        idle: 1,
        survive: false,
        run: [
          { id: 'chatty', strategy: 'chatty' },
          { id: 'flipper', strategy: 'flips', symbols: ['BTC/USDT'] },
        ],
      },
    },
    fixtures: ['flips'],
    files: { 'chatty.mjs': CHATTY, 'idle.mjs': IDLE },
  });
}, 60_000);

afterAll(() => sandbox[Symbol.asyncDispose](), 60_000);

/** With a token of its own. */
async function reader(): Promise<Reader> {
  const { token } = sandbox.service.tokens.create('a reader', 'read');
  return Reader.open(sandbox, { authorization: `Bearer ${token}` });
}

function linesIn(messages: readonly { readonly type: string; readonly data?: unknown }[]) {
  return messages
    .flatMap(({ data }) => (data as { lines?: { message: string }[] } | undefined)?.lines ?? [])
    .map(({ message }) => Number(message))
    .filter((number) => Number.isInteger(number));
}

function numbersFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

describe('a channel', () => {
  it('shows everything as it is, then each change, as the contract says', async () => {
    const stream = await reader();
    const wanted: readonly ChannelInput[] = [
      { channel: 'workers' },
      { channel: 'worker', workerId: 'flipper' },
      { channel: 'logs', workerId: 'chatty' },
      { channel: 'metrics' },
      { channel: 'market' },
      { channel: 'bars', symbol: 'BTC/USDT', timeframe: '1s' },
      { channel: 'orders' },
      { channel: 'fills' },
      { channel: 'positions' },
      { channel: 'trading' },
      { channel: 'alerts' },
      { channel: 'system' },
    ];
    expect(wanted.map(({ channel }) => channel).toSorted()).toEqual(
      Object.keys(CHANNEL_DATA).toSorted(),
    );
    wanted.forEach((to, index) => stream.subscribe(index + 1, to));
    const quiet = new Set<ChannelName>(['trading', 'alerts']);
    for (const [index, { channel }] of wanted.entries()) {
      const { snapshot, change } = CHANNEL_DATA[channel];
      const first = await stream.first(index + 1, 'snapshot');
      expect(stream.of(index + 1)[0]).toBe(first);
      expect([channel, snapshot.parse(first.data)]).toEqual([channel, first.data]);
      if (quiet.has(channel)) continue;
      await stream.first(index + 1, 'change');
      for (const message of stream.of(index + 1)) {
        if (message.type !== 'change') continue;
        expect([channel, change.parse(message.data)]).toEqual([channel, message.data]);
      }
    }
    expect(wanted.flatMap((_, index) => holesIn(stream.of(index + 1)))).toEqual([]);
    stream.socket.close();
  });

  it('tells each fill once, in the order in which they were made', async () => {
    const stream = await reader();
    stream.subscribe(1, { channel: 'fills', workerId: 'flipper' });
    await waitFor('some changes', () => stream.of(1).length > 8);
    const shown = stream
      .of(1)
      .flatMap((message) => ('data' in message ? (message.data as ChangeOf<'fills'>).fills : []))
      .map(({ tradeId }) => tradeId);
    const all = sandbox.service.execution?.fills({ workerId: 'flipper', limit: 5_000 }) ?? [];
    const known = all.toReversed().map(({ fill }) => fill.tradeId);
    const from = known.indexOf(shown[0] ?? '');
    expect(shown).toEqual(known.slice(from, from + shown.length));
    stream.socket.close();
  });

  it('changes no more often than it is asked for', async () => {
    const stream = await reader();
    stream.subscribe(1, { channel: 'market', everyMs: 500 });
    stream.subscribe(2, { channel: 'market', everyMs: 100 });
    await waitFor('some changes', () => stream.of(1).length > 4);
    const [first, last] = [stream.of(1)[0], stream.of(1).at(-1)];
    const spanMs = (last?.at ?? 0) - (first?.at ?? 0);
    // The first may come at once; what is late may be close to the next.
    expect(stream.of(1).length - 2).toBeLessThanOrEqual(spanMs / 500 + 1);
    expect(stream.of(2).length).toBeGreaterThan(stream.of(1).length);
    stream.socket.close();
  });

  it('of bars tells each bar to its end, however few a snapshot shows', async () => {
    const stream = await reader();
    const bars = { channel: 'bars', symbol: 'BTC/USDT', timeframe: '1s', everyMs: 1_500 } as const;
    stream.subscribe(1, { ...bars, bars: 0 });
    const { data } = await stream.first(1, 'snapshot');
    expect(data).toEqual({ bars: [] });
    await waitFor('some changes', () => stream.of(1).length > 2);
    const told = new Map(
      stream
        .of(1)
        .flatMap((message) => ('data' in message ? (message.data as SnapshotOf<'bars'>).bars : []))
        .map((bar) => [bar.timestamp, bar]),
    );
    const [begin = 0] = told.keys();
    expect([...told.keys()]).toEqual(numbersFrom(0, told.size).map((n) => begin + n * 1_000));
    const known = await sandbox.service.system.bars.known('BTC/USDT', '1s', 500);
    // The last one was still being made.
    for (const bar of [...told.values()].slice(0, -1)) {
      expect(known.find(({ timestamp }) => timestamp === bar.timestamp)).toMatchObject(bar);
    }
    stream.socket.close();
  });
});

describe('after a cut', () => {
  it('what was missed is told, and nothing twice', async () => {
    const first = await reader();
    first.subscribe(1, { channel: 'logs', workerId: 'chatty' });
    await waitFor('some changes', () => first.of(1).length > 3);
    first.socket.terminate();
    const seq = first.all('change').at(-1)?.seq ?? 0;
    const other = await reader();
    other.subscribe(1, { channel: 'logs', workerId: 'chatty' });
    await waitFor('changes that the first does not see', () => other.of(1).length > 3);
    const resume = { epoch: first.epoch, seq };
    other.subscribe(2, { channel: 'logs', workerId: 'chatty', resume });
    expect((await other.first(2, 'resumed')).seq).toBe(seq);
    await waitFor('changes after those', () => other.of(2).length > 6);
    expect(holesIn(other.of(2))).toEqual([]);
    const lines = linesIn([...first.of(1), ...other.of(2)]);
    expect(lines).toEqual(numbersFrom(lines[0] ?? 0, lines.length));
    other.socket.close();
  });

  it.each([
    ['before another start of the server', (epoch: string) => ({ epoch: `${epoch}x`, seq: 1 })],
    ['that is not told yet', (epoch: string) => ({ epoch, seq: 1_000_000 })],
  ])('everything is shown for a number %s', async (_, resumeOf) => {
    const stream = await reader();
    const resume = resumeOf(stream.epoch);
    stream.subscribe(1, { channel: 'logs', workerId: 'chatty', resume });
    await stream.first(1, 'snapshot');
    await stream.first(1, 'change');
    expect(stream.of(1)[0]?.type).toBe('snapshot');
    expect(stream.all('resumed')).toEqual([]);
    stream.socket.close();
  });
});

describe('a subscription', () => {
  it('ends, and another may have its id', async () => {
    const stream = await reader();
    stream.subscribe(1, { channel: 'market', everyMs: 100 });
    await stream.first(1, 'change');
    stream.say({ type: 'unsubscribe', id: 1 });
    await stream.first(1, 'unsubscribed');
    const before = stream.of(1).length;
    stream.subscribe(1, { channel: 'trading' });
    await waitFor('the snapshot', () => stream.all('snapshot').length === 2);
    stream.say({ type: 'ping' });
    await waitFor('a pong', () => stream.all('pong')[0]);
    expect(
      stream
        .of(1)
        .slice(before)
        .map(({ type }) => type),
    ).toEqual(['snapshot']);
    stream.socket.close();
  });

  it.each([
    ['INVALID_INPUT', 5, { type: 'subscribe', id: 5, to: { channel: 'nope' } }],
    ['INVALID_INPUT', null, { type: 'subscribe', id: -5, to: { channel: 'trading' } }],
    ['INVALID_INPUT', null, { type: 'subscribe', id: 'x', to: { channel: 'trading' } }],
    ['INVALID_INPUT', 9, { type: 'unsubscribe', id: 9 }],
    ['INVALID_INPUT', null, { type: 'shout' }],
    ['INVALID_INPUT', 5, subscribe({ channel: 'market', everyMs: 1 })],
    ['UNKNOWN_WORKER', 5, subscribe({ channel: 'worker', workerId: 'nobody' })],
    ['UNKNOWN_WORKER', 5, subscribe({ channel: 'logs', workerId: 'nobody' })],
    ['UNKNOWN_MARKET_SYMBOL', 5, subscribe({ channel: 'bars', symbol: 'X/Y', timeframe: '1m' })],
    ['INVALID_TIMEFRAME', 5, subscribe({ channel: 'bars', symbol: 'BTC/USDT', timeframe: '7x' })],
  ])('is refused with %s under %s: %j', async (code, id, message) => {
    const stream = await reader();
    stream.say(message);
    const [error] = await waitFor(
      'an error',
      () => stream.all('error').length > 0 && stream.all('error'),
    );
    expect(error).toMatchObject({ id, problem: { code } });
    // The id is free again, and the stream goes on.
    stream.subscribe(5, { channel: 'trading' });
    await stream.first(5, 'snapshot');
    stream.socket.close();
  });

  function subscribe(to: ChannelInput) {
    return { type: 'subscribe', id: 5, to };
  }

  it('is refused for an id that has one, and past the hundredth', async () => {
    const stream = await reader();
    for (let id = 1; id <= 98; id += 1) stream.subscribe(id, { channel: 'trading' });
    await stream.first(98, 'snapshot');
    stream.subscribe(98, { channel: 'trading' });
    await stream.first(98, 'error');
    await waitFor('another second', () => Date.now() - (stream.of(1)[0]?.at ?? 0) > 1_100);
    for (let id = 99; id <= 101; id += 1) stream.subscribe(id, { channel: 'trading' });
    expect((await stream.first(101, 'error')).problem.detail).toContain('100 subscriptions');
    stream.socket.close();
  });
});

describe('the log of a worker', () => {
  it('that was never started is empty, and shows its first lines once it is', async () => {
    const { service } = sandbox;
    await service.createWorker('idle', {}, 'fresh');
    const stream = await reader();
    stream.subscribe(1, { channel: 'logs', workerId: 'fresh', level: 'warn' });
    stream.subscribe(2, { channel: 'worker', workerId: 'fresh' });
    expect((await stream.first(1, 'snapshot')).data).toEqual({ lines: [] });
    await service.system.startWorker('fresh');
    const { data } = await stream.first(1, 'change');
    expect(data).toMatchObject({ lines: [{ level: 'warn', message: 'begun' }] });
    await service.system.manager.stopWorker('fresh');
    service.system.manager.removeWorker('fresh');
    await waitFor('the end of the worker', () =>
      stream.of(2).some((message) => 'data' in message && isGone(message.data)),
    );
    stream.subscribe(3, { channel: 'logs', workerId: 'fresh', lines: 7 });
    expect((await stream.first(3, 'error')).problem.code).toBe('UNKNOWN_WORKER');
    stream.socket.close();
  });

  function isGone(data: unknown): boolean {
    return (data as ChangeOf<'worker'>).worker === null;
  }
});
