import { describe, expect, it } from 'vitest';
import { readWorkerMessage, WORKER_PAYLOADS } from '../../../src/protocol/worker-message.ts';
import { changed, message, STATUS } from './support.ts';

const FAULT = { where: 'onBar', message: 'no', stack: 'Error: no', at: 5 };
const LINE = { at: 1, level: 'info', message: 'hello', facts: { n: 1 } };

/** One good payload of each type. */
const GOOD: Readonly<Record<keyof typeof WORKER_PAYLOADS, object>> = {
  hello: { secret: 's', pid: 12, version: 1 },
  reply: { replyTo: 'm-1', outcome: 'applied', status: STATUS, result: { any: 'thing' } },
  refill_request: { requestId: 'r-1', topicId: 1, fromSeq: 3, toSeq: 9 },
  state: { version: 1, stateVersion: 1, positionsBytes: 12, changed: true, sync: false },
  order_request: {
    requestId: '1',
    request: {
      action: 'submit',
      clientOrderId: 'kN1',
      intent: {
        symbol: 'BTC/USDT',
        side: 'buy',
        type: 'limit',
        quantity: '0.25',
        price: '100',
        stopPrice: null,
        timeInForce: 'gtc',
        reduceOnly: false,
        postOnly: false,
        tag: null,
      },
    },
    moment: {
      catchingUp: false,
      replay: { nowMs: 5, event: { symbol: 'BTC/USDT', dataType: 'trade', seq: 3 } },
    },
    state: 'running',
    revision: 3,
  },
  heartbeat: STATUS,
  status_update: STATUS,
  progress: { processed: 10 },
  log: { lines: [LINE] },
  error: FAULT,
  warning: { message: 'careful' },
};

const MOVE = { revision: 1, from: 'running', to: 'paused', trigger: 'x', at: 5 };

/** One thing that is wrong: type, path of the member, value there (undefined: not there). */
const BAD: readonly (readonly [keyof typeof WORKER_PAYLOADS, string, unknown])[] = [
  ['hello', 'secret', undefined],
  ['hello', 'pid', 0],
  ['hello', 'pid', 1.5],
  ['hello', 'version', '1'],
  ['reply', 'replyTo', undefined],
  ['reply', 'outcome', 'done'],
  ['reply', 'error', { code: 'X' }],
  ['reply', 'error', { code: 'X', message: 'x', cause: 'bored' }],
  ['reply', 'status.state', 'sleeping'],
  ['refill_request', 'requestId', 5],
  ['refill_request', 'toSeq', 2 ** 53],
  ['order_request', 'requestId', ''],
  ['order_request', 'request.action', 'gamble'],
  ['order_request', 'request.clientOrderId', 'k'.repeat(37)],
  ...['NaN', '-1', '1e3', '', '1.', 1].map(
    (value) => ['order_request', 'request.intent.quantity', value] as const,
  ),
  ['order_request', 'request.intent.type', 'iceberg'],
  ['order_request', 'request.intent.tag', 't'.repeat(101)],
  ['order_request', 'moment', undefined],
  ['order_request', 'moment.replay', { nowMs: 5 }],
  ['order_request', 'state', 'asleep'],
  ['state', 'version', 0],
  ['state', 'positionsBytes', -1],
  ['state', 'changed', undefined],
  ['heartbeat', 'state', undefined],
  ['heartbeat', 'state', 'RUNNING'],
  ['heartbeat', 'counters', {}],
  ['heartbeat', 'reportId', 0],
  ['heartbeat', 'vitals.rssBytes', -1],
  ['status_update', 'reportId', undefined],
  ['status_update', 'transitions', Array.from({ length: 33 }, () => MOVE)],
  ['status_update', 'transitions', [{ ...MOVE, to: 'gone' }]],
  ['status_update', 'counters.gaps', -1],
  ['status_update', 'counters.gaps', Number.POSITIVE_INFINITY],
  ['status_update', 'lastPrice', 'high'],
  ['status_update', 'lastError', { where: 'onBar' }],
  ['status_update', 'report', []],
  ['progress', 'processed', -1],
  ['progress', 'processed', Number.NaN],
  ['log', 'lines', undefined],
  ['log', 'lines', [{ ...LINE, level: 'loud' }]],
  ['log', 'lines', [{ ...LINE, message: 5 }]],
  ['log', 'lines', Array.from({ length: 1_001 }, () => LINE)],
  ['error', 'where', undefined],
  ['error', 'at', 'now'],
  ['warning', 'message', 5],
];

const TYPES = Object.keys(WORKER_PAYLOADS) as (keyof typeof WORKER_PAYLOADS)[];

describe('readWorkerMessage', () => {
  it.each(TYPES)('reads %s', (type) => {
    expect(readWorkerMessage(message(type, GOOD[type]))).toMatchObject({
      type,
      payload: GOOD[type],
    });
  });

  it.each(BAD)('refuses %s whose %s is %j', (type, path, value) => {
    expect(() => readWorkerMessage(message(type, changed(GOOD[type], path, value)))).toThrow(
      expect.objectContaining({
        code: 'MALFORMED_MESSAGE',
        message: expect.stringContaining(`payload of ${type}, ${path}`),
      }),
    );
  });

  it.each(TYPES)('has a bad example of %s', (type) => {
    expect(BAD.some(([of]) => of === type)).toBe(true);
  });

  it('takes a heartbeat with nothing but the state, as another language may send it', () => {
    expect(readWorkerMessage(message('heartbeat', { state: 'paused' })).payload).toEqual({
      state: 'paused',
    });
  });

  it('takes a report without figures', () => {
    const payload = changed(STATUS, 'report', undefined);
    expect(readWorkerMessage(message('status_update', payload)).type).toBe('status_update');
  });

  it('completes the error of a reply', () => {
    const payload = { replyTo: 'm', outcome: 'rejected', error: { code: 'X', message: 'x' } };
    expect(readWorkerMessage(message('reply', payload)).payload).toEqual({
      ...payload,
      error: { code: 'X', message: 'x', stack: '' },
    });
  });

  it('takes no key named __proto__ over', () => {
    const payload = JSON.parse(
      JSON.stringify({ ...STATUS, report: {} }).replace(
        '"report":{}',
        '"report":{"__proto__":{"polluted":1}}',
      ),
    ) as object;
    const read = readWorkerMessage(message('status_update', payload)).payload as { report: object };
    expect(Object.getPrototypeOf(read.report)).not.toHaveProperty('polluted');
  });

  it.each(['welcome', 'start', 'assign', 'order_response', 'market_data'])(
    'refuses %s, which a worker does not say',
    (type) => {
      expect(() => readWorkerMessage(message(type, {}))).toThrow(
        expect.objectContaining({ code: 'UNKNOWN_MESSAGE_TYPE' }),
      );
    },
  );
});
