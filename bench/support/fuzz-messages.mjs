// What is thrown at the sockets: broken, odd and stolen messages, all from one seeded source.
import { Message } from '../../dist/index.js';

const MAX_MESSAGE_BYTES = 1_048_576;
const MAX_FRAME_BYTES = 8_388_608;

const STATUS = {
  reportId: 1_000_000,
  state: 'error',
  transitions: [
    { revision: 900, from: 'running', to: 'error', trigger: 'fuzz', at: 1_643_673_600_000 },
  ],
  counters: {
    messagesReceived: 1,
    messagesProcessed: 1,
    messagesSkipped: 0,
    messagesDropped: 0,
    messagesRefilled: 0,
    gaps: 0,
    callbacksRun: 1,
    errorCount: 0,
    logLinesDropped: 0,
  },
  vitals: {
    rssBytes: 1,
    privateBytes: 1,
    heapUsedBytes: 1,
    cpuMs: 1,
    loopDelayMs: 0,
    queueLength: 0,
  },
  lastPrice: 1,
  lastError: { where: 'onBar', message: 'fuzz', stack: '', at: 1 },
  report: { shown: -1 },
};

/** One good payload of each message that a worker sends, and some of those that it does not. */
const PAYLOADS = {
  hello: { secret: 'f'.repeat(64), pid: 1, version: 1 },
  reply: { replyTo: '00000000-0000-4000-8000-000000000000', outcome: 'applied', status: STATUS },
  refill_request: { requestId: 'r', topicId: 1, fromSeq: 1, toSeq: 1_000_000 },
  heartbeat: STATUS,
  status_update: STATUS,
  progress: { processed: 1e9 },
  log: { lines: [{ at: 1, level: 'error', message: 'fuzz', facts: { a: 1 } }] },
  error: { where: 'onBar', message: 'fuzz', stack: '', at: 1 },
  warning: { message: 'fuzz' },
  stop: { reason: 'fuzz' },
  pause: { reason: 'fuzz' },
  start: { topics: [{ topicId: 1, lastSeq: 0, deliverFromSeq: 1 }] },
  update_params: { params: { a: 1 } },
  order_request: { symbol: 'BTC/USDT', side: 'buy', quantity: 1 },
  market_data: { symbol: 'BTC/USDT', data_type: 'kline@1m', data: { close: 1 } },
};
const TYPES = Object.keys(PAYLOADS);

/** Values that a careless reader stumbles over. */
const ODD_VALUES = [
  null,
  true,
  -1,
  0,
  0.5,
  2 ** 53,
  1e308,
  -1e308,
  '',
  '\u0000',
  '\ud800',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  [],
  {},
  [[]],
  { thenable: { catch: 1 } },
  { length: -1 },
  { toJSON: 1 },
];
/** The same as text, for what JSON.stringify would not write. */
const ODD_TEXTS = [
  '1e999',
  '-1e999',
  'NaN',
  'undefined',
  `1${'0'.repeat(400)}`,
  '0x10',
  '01',
  "'x'",
];

/**
 * Makes messages. `random` gives numbers in [0, 1); `ids` are names that are in use: of workers and of
 * their processes.
 */
export function messageMaker(random, ids) {
  const below = (limit) => Math.floor(random() * limit);
  const pick = (list) => list[below(list.length)];
  const bytes = (count) => Buffer.from(Array.from({ length: count }, () => below(256)));

  const good = (type = pick(TYPES)) => ({
    msg_type: type,
    payload: structuredClone(PAYLOADS[type]),
    worker_id: pick(ids),
    timestamp: 1_643_673_600.5,
    msg_id: `m-${below(1e9)}`,
  });

  const goodJson = () => {
    const { msg_type, payload, worker_id } = good();
    return new Message(msg_type, { payload, workerId: worker_id }).toJson();
  };

  const mutated = (given) => {
    let buffer = Buffer.from(given);
    for (let change = 0; change <= below(4); change += 1) {
      const at = below(buffer.length + 1);
      const to = Math.min(buffer.length, at + below(16));
      const [head, middle, tail] = [
        buffer.subarray(0, at),
        buffer.subarray(at, to),
        buffer.subarray(to),
      ];
      buffer = Buffer.concat(
        pick([
          [head, bytes(below(8)), tail],
          [head, middle, middle, tail],
          [head, tail],
          [head, bytes(1), middle, tail],
          [head],
          [tail, head],
        ]),
      );
    }
    return buffer;
  };

  /** A message in which one member, anywhere, is something odd. */
  const withOddMember = () => {
    const message = good();
    let at = message;
    for (;;) {
      const keys = Object.keys(at);
      const key = pick(keys);
      if (key === undefined) break;
      if (typeof at[key] === 'object' && at[key] !== null && random() < 0.6) {
        at = at[key];
        continue;
      }
      at[key] = random() < 0.3 ? '@@' : pick(ODD_VALUES);
      break;
    }
    return JSON.stringify(message).replace('"@@"', pick(ODD_TEXTS));
  };

  const nested = (depth) => {
    const [open, close] = pick([
      ['[', ']'],
      ['{"a":', '}'],
    ]);
    const inner = open === '[' ? '' : '1';
    return `${open.repeat(depth)}${inner}${random() < 0.5 ? close.repeat(depth) : ''}`;
  };

  const withPrototype = () => {
    const json = JSON.stringify(good());
    const key = pick(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']);
    const member = `{"${key}":${pick(['{"polluted":true}', 'null', '[]', '"x"', '{"prototype":{"polluted":true}}'])},`;
    return random() < 0.5
      ? json.replace('{', member)
      : json.replace('"payload":{', `"payload":${member}`);
  };

  const stolen = () => {
    const message = good(
      pick(['status_update', 'heartbeat', 'reply', 'progress', 'error', 'hello', 'log']),
    );
    const session = pick([undefined, '', bytes(16).toString('hex'), '0'.repeat(32), null, 5]);
    return JSON.stringify({ ...message, ...(session === undefined ? {} : { session }) });
  };

  /** A market data frame, whole or broken: nobody but the host sends one. */
  const marketFrame = () => {
    const frame = Buffer.alloc(8 + 80);
    frame.writeUInt32LE(below(4), 0);
    frame.writeUInt16LE(0x4351, 4);
    frame[6] = pick([0, 1, 2]);
    frame.writeUInt32LE(80, 8);
    frame.writeUInt32LE(1, 12);
    frame.writeBigUInt64LE(BigInt(below(5_000)), 16);
    frame.writeUInt32LE(1, 32);
    frame.writeUInt32LE(48, 36);
    return random() < 0.5 ? frame : mutated(frame);
  };

  const kinds = {
    randomBytes: () => [bytes(below(512))],
    randomText: () => [
      String.fromCodePoint(...Array.from({ length: 1 + below(60) }, () => below(0xd800))),
    ],
    mutated: () => [mutated(random() < 0.5 ? goodJson() : JSON.stringify(good()))],
    cut: () => {
      const json = Buffer.from(goodJson());
      return [json.subarray(0, below(json.length))];
    },
    oddMember: () => [withOddMember()],
    unknownType: () => [
      JSON.stringify({
        ...good(),
        msg_type: pick(['dance', 'HEARTBEAT', '__proto__', '', 5, null, [], { a: 1 }]),
      }),
    ],
    wrongVersion: () => [JSON.stringify({ ...good(), version: pick([0, 2, -1, '1', null, 1e99]) })],
    stolenId: () => [stolen()],
    nested: () => [
      random() < 0.5
        ? nested(1 + below(3_000))
        : JSON.stringify(good()).replace(
            '"payload":{',
            `"payload":{"x":${nested(1 + below(3_000))},`,
          ),
    ],
    hugeNumber: () => [
      JSON.stringify(good()).replace(/\d+/, `${pick(['', '-'])}${'9'.repeat(1 + below(5_000))}`),
    ],
    prototype: () => [withPrototype()],
    severalParts: () =>
      Array.from({ length: 2 + below(4) }, () => pick([goodJson(), '', bytes(below(40))])),
    empty: () => [''],
    marketFrame: () => [marketFrame()],
    subscription: () => [
      Buffer.concat([
        Buffer.from([pick([0, 1, 1])]),
        pick([bytes(below(12)), Buffer.from('fence:')]),
      ]),
    ],
    longText: () => [JSON.stringify({ ...good(), payload: { x: 'y'.repeat(below(60_000)) } })],
  };
  const names = Object.keys(kinds);

  /** Rare, because each costs as much as hundreds of the others. */
  const large = {
    deeplyNested: () => [nested(50_000 + below(200_000))],
    overMessageLimit: () => [
      JSON.stringify({ ...good(), payload: { x: 'y'.repeat(MAX_MESSAGE_BYTES + below(1_000)) } }),
    ],
    overFrameLimit: () => [Buffer.alloc(MAX_FRAME_BYTES + 1 + below(1_000), below(256))],
  };
  const largeNames = Object.keys(large);

  return {
    /** A message: the name of its kind and its parts. */
    next() {
      const kind = random() < 0.002 ? pick(largeNames) : pick(names);
      return { kind, parts: (kinds[kind] ?? large[kind])() };
    },
    bytes,
    below,
    pick,
    mutated,
    goodJson,
  };
}
