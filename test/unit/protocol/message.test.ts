import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_MESSAGE_BYTES, PROTOCOL_VERSION } from '../../../src/protocol/limits.ts';
import { Message } from '../../../src/protocol/message.ts';
import { isMessageType, MessageType } from '../../../src/protocol/message-type.ts';

const TYPES = Object.values(MessageType);

/** A message's text as a Python program would write it. */
const PYTHON = `{"msg_type": "heartbeat", "payload": {"state": "running", "note": "\\u4f60\\u597d"},
  "worker_id": "sma-1", "timestamp": 1643673600.25, "msg_id": "0b0e-1"}`;

describe('toJson', () => {
  it('has the field names of the original module', () => {
    const message = new Message('heartbeat', {
      payload: { state: 'running' },
      workerId: 'w-1',
      timestamp: 1_643_673_600_250,
      msgId: 'm-1',
    });
    expect(JSON.parse(message.toJson())).toEqual({
      msg_type: 'heartbeat',
      payload: { state: 'running' },
      worker_id: 'w-1',
      timestamp: 1_643_673_600.25,
      msg_id: 'm-1',
    });
  });

  it('has the session where there is one', () => {
    const json = new Message('log', { session: 's-1' }).toJson();
    expect(JSON.parse(json)).toHaveProperty('session', 's-1');
  });

  it('says null for no worker', () => {
    expect(JSON.parse(new Message('start').toJson())).toHaveProperty('worker_id', null);
  });
});

describe('a new message', () => {
  it('is of now', () => {
    const before = Date.now();
    const { timestamp } = new Message('start');
    expect(timestamp).toBeGreaterThanOrEqual(before);
    expect(timestamp).toBeLessThanOrEqual(Date.now());
  });

  it('has an id of its own', () => {
    const ids = Array.from({ length: 1_000 }, () => new Message('start').msgId);
    expect(new Set(ids).size).toBe(1_000);
  });
});

describe('fromJson', () => {
  it('reads what a Python program wrote', () => {
    expect(Message.fromJson(PYTHON)).toEqual(
      new Message('heartbeat', {
        payload: { state: 'running', note: '你好' },
        workerId: 'sma-1',
        timestamp: 1_643_673_600_250,
        msgId: '0b0e-1',
      }),
    );
  });

  it('reads bytes like text', () => {
    expect(Message.fromJson(Buffer.from(PYTHON))).toEqual(Message.fromJson(PYTHON));
  });

  it('takes a missing payload for an empty one', () => {
    expect(Message.fromJson('{"msg_type":"start"}').payload).toEqual({});
  });

  it('takes a missing worker for none', () => {
    expect(Message.fromJson('{"msg_type":"start"}').workerId).toBeNull();
  });

  it('takes a null worker for none', () => {
    expect(Message.fromJson('{"msg_type":"start","worker_id":null}').workerId).toBeNull();
  });

  it('takes a missing timestamp for now', () => {
    const before = Date.now();
    expect(Message.fromJson('{"msg_type":"start"}').timestamp).toBeGreaterThanOrEqual(before);
  });

  it('gives a missing id', () => {
    expect(Message.fromJson('{"msg_type":"start"}').msgId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('takes a missing session for none', () => {
    expect(Message.fromJson(PYTHON).session).toBeUndefined();
  });

  it('passes over fields that it does not know', () => {
    expect(Message.fromJson('{"msg_type":"start","priority":9}').msgType).toBe('start');
  });

  it('takes its own version where one is named', () => {
    expect(Message.fromJson(`{"msg_type":"start","version":${PROTOCOL_VERSION}}`).msgType).toBe(
      'start',
    );
  });

  it.each(TYPES)('knows %s', (type) => {
    expect(Message.fromJson(JSON.stringify({ msg_type: type })).msgType).toBe(type);
  });

  it.each([
    ['nothing', ''],
    ['text that is not JSON', 'hello'],
    ['half a message', '{"msg_type": "start"'],
    ['a number', '5'],
    ['null', 'null'],
    ['a list', '[{"msg_type":"start"}]'],
    ['text', '"start"'],
    ['a payload that is a list', '{"msg_type":"start","payload":[]}'],
    ['a payload that is text', '{"msg_type":"start","payload":"x"}'],
    ['a null payload', '{"msg_type":"start","payload":null}'],
    ['a worker that is a number', '{"msg_type":"start","worker_id":5}'],
    ['a timestamp that is text', '{"msg_type":"start","timestamp":"now"}'],
    ['a timestamp beyond numbers', '{"msg_type":"start","timestamp":1e999}'],
    ['a timestamp whose milliseconds are beyond numbers', '{"msg_type":"start","timestamp":1e308}'],
    ['an id that is a number', '{"msg_type":"start","msg_id":5}'],
    ['a session that is a list', '{"msg_type":"start","session":[]}'],
  ])('refuses %s as malformed', (_what, json) => {
    expect(() => Message.fromJson(json)).toThrow(
      expect.objectContaining({ name: 'ProtocolError', code: 'MALFORMED_MESSAGE' }),
    );
  });

  it.each(['{}', '{"msg_type":null}', '{"msg_type":7}', '{"msg_type":"HEARTBEAT"}'])(
    'refuses %s as of an unknown type',
    (json) => {
      expect(() => Message.fromJson(json)).toThrow(
        expect.objectContaining({ code: 'UNKNOWN_MESSAGE_TYPE' }),
      );
    },
  );

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'does not know the type %s',
    (type) => {
      expect(() => Message.fromJson(`{"msg_type":"${type}"}`)).toThrow(
        expect.objectContaining({ code: 'UNKNOWN_MESSAGE_TYPE' }),
      );
    },
  );

  it.each(['2', '0', '"1"', 'null', '{}'])('refuses version %s', (version) => {
    expect(() => Message.fromJson(`{"msg_type":"start","version":${version}}`)).toThrow(
      expect.objectContaining({ code: 'WRONG_VERSION' }),
    );
  });

  it('does not let a message change the prototype of objects', () => {
    const message = Message.fromJson(
      '{"msg_type":"start","__proto__":{"polluted":1},"payload":{"__proto__":{"polluted":1}}}',
    );
    expect([message, {}]).not.toContainEqual(expect.objectContaining({ polluted: 1 }));
  });

  it('takes a message of the largest size', () => {
    const frame = '{"msg_type":"start","payload":{"x":""}}';
    const json = frame.replace('""', `"${'y'.repeat(MAX_MESSAGE_BYTES - frame.length)}"`);
    expect(Message.fromJson(json).msgType).toBe('start');
  });

  it.each([
    ['text', (json: string) => json],
    ['bytes', (json: string) => Buffer.from(json)],
  ])('refuses a larger one, as %s', (_what, as) => {
    const json = `{"msg_type":"start","payload":{"x":"${'y'.repeat(MAX_MESSAGE_BYTES)}"}}`;
    expect(() => Message.fromJson(as(json))).toThrow(
      expect.objectContaining({
        code: 'MALFORMED_MESSAGE',
        message: expect.stringContaining('a message is at most 1048576 bytes'),
      }),
    );
  });

  it('counts the bytes of text, not its characters', () => {
    const json = `{"msg_type":"start","payload":{"x":"${'中'.repeat(MAX_MESSAGE_BYTES / 2)}"}}`;
    expect(() => Message.fromJson(json)).toThrow('a message is at most 1048576 bytes');
  });

  it('quotes a fault in short', () => {
    const json = `["${'y'.repeat(100_000)}"]`;
    expect(() => Message.fromJson(json)).toThrow(/^.{1,250}$/);
  });

  it.each([
    ['lists', '['],
    ['objects', '{"a":'],
  ])('survives %s nested a hundred thousand deep', (_what, opening) => {
    const json = `{"msg_type":"start","payload":${opening.repeat(100_000)}`;
    expect(() => Message.fromJson(json)).toThrow(
      expect.objectContaining({ code: 'MALFORMED_MESSAGE' }),
    );
  });

  it('throws nothing but a ProtocolError for any text', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc
        .record(
          {
            msg_type: fc.oneof(fc.constantFrom(...TYPES), fc.string()),
            payload: fc.jsonValue(),
            timestamp: fc.jsonValue(),
          },
          { requiredKeys: [] },
        )
        .map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          Message.fromJson(text);
        } catch (thrown) {
          expect(thrown).toMatchObject({ name: 'ProtocolError' });
        }
      }),
      { numRuns: 500 },
    );
  });

  it('throws nothing but a ProtocolError for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => Message.fromJson(bytes)).toThrow(
          expect.objectContaining({ name: 'ProtocolError' }),
        );
      }),
    );
  });

  it('reads back what toJson wrote', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TYPES),
        fc.record({
          payload: fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false })),
          workerId: fc.option(fc.string({ unit: 'binary' }), { nil: null }),
          // Whole milliseconds up to the year 2106.
          timestamp: fc.integer({ min: 0, max: 4_294_967_295_999 }),
          msgId: fc.uuid(),
          session: fc.option(fc.string(), { nil: undefined }),
        }),
        (type, fields) => {
          const message = new Message(type, fields);
          const read = Message.fromJson(message.toJson());
          // What JSON itself does not keep (a negative zero) is not ours to keep.
          expect(read).toEqual(new Message(type, { ...fields, payload: plain(fields.payload) }));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

describe('factories', () => {
  it('createHeartbeat', () => {
    expect(Message.createHeartbeat('w-1', 'running', { note: 1 })).toMatchObject({
      msgType: 'heartbeat',
      workerId: 'w-1',
      payload: { state: 'running', note: 1 },
    });
  });

  it('createMarketData', () => {
    expect(Message.createMarketData('BTC/USDT', 'trade', { price: 1 })).toMatchObject({
      msgType: 'market_data',
      workerId: null,
      payload: { symbol: 'BTC/USDT', data_type: 'trade', data: { price: 1 } },
    });
  });

  it('createControl', () => {
    expect(Message.createControl('pause', 'w-1', { reason: 'lunch' })).toMatchObject({
      msgType: 'pause',
      workerId: 'w-1',
      payload: { reason: 'lunch' },
    });
  });

  it('createError, of an Error', () => {
    const error = new Error('no');
    expect(Message.createError('w-1', error, { where: 'onBar' })).toMatchObject({
      msgType: 'error',
      workerId: 'w-1',
      payload: { message: 'no', stack: error.stack, where: 'onBar' },
    });
  });

  it('createError, of anything else', () => {
    expect(Message.createError('w-1', 'no')).toMatchObject({
      payload: { message: 'no', stack: '' },
    });
  });

  it('createOrderRequest', () => {
    expect(Message.createOrderRequest('w-1', { symbol: 'BTC/USDT', side: 'buy' })).toMatchObject({
      msgType: 'order_request',
      workerId: 'w-1',
      payload: { symbol: 'BTC/USDT', side: 'buy' },
    });
  });
});

describe('MessageType', () => {
  it('has the types of the original module', () => {
    expect(TYPES).toEqual(
      expect.arrayContaining([
        'market_data',
        'tick_data',
        'bar_data',
        'depth_data',
        'start',
        'stop',
        'pause',
        'resume',
        'reload_config',
        'update_params',
        'heartbeat',
        'status_update',
        'error',
        'warning',
        'order_request',
        'order_response',
        'order_update',
        'position_update',
        'position_sync',
        'account_update',
        'balance_update',
      ]),
    );
  });

  it('gives no two types one value', () => {
    expect(new Set(TYPES).size).toBe(TYPES.length);
  });

  it.each(['', 'HEARTBEAT', '__proto__', null, undefined, 1, ['start']])('has no %j', (value) => {
    expect(isMessageType(value)).toBe(false);
  });
});
