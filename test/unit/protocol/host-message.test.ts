import { describe, expect, it } from 'vitest';
import { HOST_PAYLOADS, readHostMessage } from '../../../src/protocol/host-message.ts';
import { changed, message } from './support.ts';
import { filled, startOf, update } from '../worker/trading/support.ts';

const SUBSCRIPTION = {
  topics: [{ topicId: 1, symbol: 'BTC/USDT', dataType: 'kline@1m' }],
  market: { transport: 'zeromq', channelId: 1, fence: 'fence:1' },
};

/** One good payload of each type. */
const GOOD: Readonly<Record<keyof typeof HOST_PAYLOADS, object>> = {
  welcome: { session: 's', heartbeatIntervalMs: 1_000 },
  rehearse: { market: SUBSCRIPTION.market },
  inspect: { modulePath: '/m.mjs', strategyPath: '/s.ts', params: { fast: 1 } },
  assign: {
    ...SUBSCRIPTION,
    workerId: 'w-1',
    mode: 'paper',
    replayFromMs: 0,
    initialState: 'initializing',
    modulePath: '/m.mjs',
    strategyPath: '/s.ts',
    params: {},
    symbols: ['BTC/USDT'],
    warmup: 0,
    maxConsecutiveErrors: 10,
    progressEvery: 0,
    logLinesPerSecond: 100,
  },
  start: { topics: [{ topicId: 1, lastSeq: 4, deliverFromSeq: 5 }] },
  stop: { reason: 'enough' },
  pause: { reason: 'lunch' },
  resume: { reason: 'back' },
  update_params: { params: { fast: 2 } },
  signal: { name: 'alert', data: { price: 7 }, at: 1_700_000_000_000 },
  command: { name: 'close', args: null, at: 1_700_000_000_000 },
  reload_config: { ...SUBSCRIPTION, symbols: ['ETH/USDT'] },
  adopt: SUBSCRIPTION,
  hand_over: {},
  go_on: { reason: 'the other one failed' },
  refill_response: { replyTo: 'r-1', topicId: 1, fromSeq: 3 },
  state_saved: { version: 3, error: null },
  feed_status: {
    symbol: 'BTC/USDT',
    dataType: 'kline@1m',
    status: 'stale',
    sinceMs: 1_700_000_000_000,
    reason: 'nothing was heard of it',
  },
  order_response: {
    replyTo: '1',
    outcomes: [
      { outcome: 'accepted', order: update(1).order },
      { outcome: 'denied', rule: 'MAX_ORDER_SIZE', reason: 'too large', order: null },
      { outcome: 'rejected', reason: 'no balance', order: update(2).order },
      { outcome: 'unknown', reason: 'no answer', order: update(3).order },
    ],
    quietUntilMs: 5,
  },
  order_update: { updates: [update(1), filled(2)] },
  account_update: { account: startOf().snapshot.account },
};

/** One thing that is wrong: type, path of the member, value there (undefined: not there). */
const BAD: readonly (readonly [keyof typeof HOST_PAYLOADS, string, unknown])[] = [
  ['welcome', 'session', undefined],
  ['feed_status', 'status', 'odd'],
  ['feed_status', 'dataType', null],
  ['welcome', 'heartbeatIntervalMs', 0],
  ['rehearse', 'market', undefined],
  ['inspect', 'modulePath', 5],
  ['inspect', 'strategyPath', undefined],
  ['assign', 'workerId', undefined],
  ['assign', 'mode', 'backtest'],
  ['assign', 'initialState', 'sleeping'],
  ['assign', 'warmup', -1],
  ['assign', 'warmup', 1.5],
  ['assign', 'progressEvery', 'no'],
  ['assign', 'topics', {}],
  ['assign', 'topics', [{ topicId: 0, symbol: 'BTC/USDT', dataType: 'trade' }]],
  ['assign', 'topics', [{ topicId: 2 ** 32, symbol: 'BTC/USDT', dataType: 'trade' }]],
  ['assign', 'market.transport', 'pigeon'],
  ['assign', 'replayFromMs', 'yesterday'],
  ['assign', 'market.channelId', 0],
  ['assign', 'market.channelId', 2 ** 32],
  ['start', 'topics', undefined],
  ['start', 'topics', [{ topicId: 1, lastSeq: -1, deliverFromSeq: 0 }]],
  ['start', 'topics', [{ topicId: 1, lastSeq: 2 ** 53, deliverFromSeq: 0 }]],
  ['stop', 'reason', 5],
  ['pause', 'reason', null],
  ['resume', 'reason', []],
  ['update_params', 'params', undefined],
  ['signal', 'name', ''],
  ['signal', 'data', undefined],
  ['signal', 'at', 'now'],
  ['command', 'name', 'x'.repeat(65)],
  ['command', 'args', undefined],
  ['command', 'at', null],
  ['reload_config', 'symbols', 'BTC/USDT'],
  ['reload_config', 'market', undefined],
  ['start', 'paused', 'yes'],
  ['start', 'state', { bytes: 3, version: 1, stateVersion: 1, savedAt: 5, cause: 'weather' }],
  ['assign', 'keepState', { saveWithinMs: 0, sync: false, maxBytes: 1 }],
  ['state_saved', 'version', 0],
  ['adopt', 'topics', undefined],
  ['go_on', 'reason', undefined],
  ['welcome', 'epoch', 0],
  ['start', 'trading', { ...startOf(), idPrefix: '' }],
  ['start', 'trading', { ...startOf(), doneSeq: -1 }],
  ['start', 'trading', { ...startOf(), missed: [{ ...update(1), seq: 0 }] }],
  ['order_response', 'replyTo', undefined],
  ['order_response', 'outcomes', [{ outcome: 'perhaps', order: update(1).order }]],
  ['order_response', 'outcomes', [{ outcome: 'accepted', order: null }]],
  ['order_response', 'quietUntilMs', 'never'],
  ['order_update', 'updates', [{ ...update(1), seq: 0 }]],
  ['order_update', 'updates', [{ ...update(1), order: { ...update(1).order, quantity: '1e3' } }]],
  ['order_update', 'updates', Array.from({ length: 201 }, (_, index) => update(index + 1))],
  ['account_update', 'account.tradingState', 'asleep'],
  ['refill_response', 'replyTo', undefined],
  ['refill_response', 'fromSeq', 0.5],
];

const TYPES = Object.keys(HOST_PAYLOADS) as (keyof typeof HOST_PAYLOADS)[];

describe('readHostMessage', () => {
  it.each(TYPES)('reads %s', (type) => {
    expect(readHostMessage(message(type, GOOD[type]))).toMatchObject({ type, payload: GOOD[type] });
  });

  it.each(BAD)('refuses %s whose %s is %j', (type, path, value) => {
    expect(() => readHostMessage(message(type, changed(GOOD[type], path, value)))).toThrow(
      expect.objectContaining({
        code: 'MALFORMED_MESSAGE',
        message: expect.stringContaining(`payload of ${type}, ${path}`),
      }),
    );
  });

  // A rehearsal has no members that could be wrong.
  it.each(TYPES)('has a bad example of %s', (type) => {
    // It has no members that could be wrong.
    if (type === 'hand_over') return;
    expect(BAD.some(([of]) => of === type)).toBe(true);
  });

  it('reads with what of orders a process begins', () => {
    const trading = startOf({ doneSeq: 0, missed: [update(1), filled(2)] }, 2);
    const { payload } = readHostMessage(message('start', { topics: [], trading }));
    expect(payload).toMatchObject({ trading });
    expect(readHostMessage(message('start', { topics: [] })).payload).toMatchObject({
      trading: null,
    });
  });

  it('reads an inspect without parameters, which are not looked at then', () => {
    const payload = { modulePath: '/m.mjs', strategyPath: '/s.ts' };
    expect(readHostMessage(message('inspect', payload)).payload).toEqual(payload);
  });

  it.each([{ params: 5 }, { params: null }, { params: {} }])(
    'leaves update_params %j to the schema',
    (payload) => {
      expect(readHostMessage(message('update_params', payload)).type).toBe('update_params');
    },
  );

  it.each([
    ['stop', 'asked to stop'],
    ['pause', 'asked to pause'],
    ['resume', 'asked to resume'],
  ])('gives %s a reason where there is none', (type, reason) => {
    expect(readHostMessage(message(type, {})).payload).toMatchObject({ reason });
  });

  it.each(['hello', 'heartbeat', 'order_request', 'market_data'])(
    'refuses %s, which a host does not say',
    (type) => {
      expect(() => readHostMessage(message(type, {}))).toThrow(
        expect.objectContaining({ code: 'UNKNOWN_MESSAGE_TYPE' }),
      );
    },
  );

  it('keeps who and what of the envelope', () => {
    const raw = message('stop', {});
    expect(readHostMessage(raw)).toMatchObject({
      msgId: raw.msgId,
      workerId: null,
      session: undefined,
    });
  });
});
