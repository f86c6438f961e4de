// One writer and several readers of a ring in shared memory, flat out, for so many seconds. The ring is
// so small that readers are overrun all the time, and each record carries a checksum of itself. Not one
// torn record may be accepted, and no record may be missing where no overrun was reported. One more
// reader does not check what it copied: what it finds shows that the measuring can see a torn record.
//
//     npm run bench -- torn [--seconds 60] [--readers 4] [--ring-bytes 16384] [--seed 1] [--json]
//
// Exit code 1 if a record was torn or lost in silence, or a process died.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { seededRandom } from '../dist/base/random.js';
import { MappedFile } from '../dist/ipc/ring/mapped-file.js';
import { loadPosition } from '../dist/ipc/ring/position.js';
import { RING_HEADER_BYTES, RingMemory, TAIL_WORD } from '../dist/ipc/ring/ring-layout.js';
import { RingMarketReceiver } from '../dist/ipc/ring/ring-market-receiver.js';
import { RingMarketTransport } from '../dist/ipc/ring/ring-market-transport.js';
import {
  readRecord,
  RecordBuffer,
  recordLength,
  recordSeq,
  recordTopicId,
} from '../dist/protocol/market-record.js';
import { aim, machine, print } from './support/report.mjs';

const SELF = fileURLToPath(import.meta.url);
const TOPIC_IDS = [1, 2, 3, 4, 5];
const SLICE_MS = 20;
/** A prime, so that an event is not at the same place of the ring each time round. */
const EVENTS_PER_TOPIC = 251;

/** FNV-1a over whole numbers. */
function checksum(numbers) {
  let hash = 0x811c9dc5;
  for (const number of numbers) hash = Math.imul(hash ^ number, 0x01000193);
  return hash >>> 0;
}

/**
 * An event of some 80 to 3,000 bytes with a checksum of all that is in it. Events are made beforehand, so
 * that writing is as fast as it gets; a record's sequence number then says which of its topic's it must be.
 */
function makeEvent(topicId, number, random) {
  const whole = () => Math.floor(random() * 1_000_000);
  const [a, b, c] = [whole(), whole(), whole()];
  const common = { symbol: 'BTC/USDT', timestamp: number };
  switch (topicId) {
    case 1: {
      const volume = checksum([topicId, number, a, b, c]);
      return {
        type: 'bar',
        ...common,
        timeframe: '1m',
        open: a,
        high: b,
        low: c,
        close: a,
        volume,
      };
    }
    case 2: {
      const tradeId = String(checksum([topicId, number, a, b])).padStart(10 + (a % 50), '0');
      return { type: 'trade', ...common, price: a, size: b, aggressorSide: 'buy', tradeId };
    }
    case 3: {
      const askSize = checksum([topicId, number, a, b, c]);
      return { type: 'quote', ...common, bid: a, bidSize: b, ask: c, askSize };
    }
    case 4: {
      const bids = Array.from({ length: 1 + (a % 100) }, (_, level) => [a + level, b ^ level]);
      const asks = [[checksum([topicId, number, ...bids.flat()]), 0]];
      return { type: 'orderbook', ...common, kind: 'snapshot', bids, asks };
    }
    default: {
      const text = String(b).repeat(1 + (a % 40));
      return {
        type: 'bar',
        ...common,
        text,
        sum: checksum([topicId, number, ...Buffer.from(text)]),
      };
    }
  }
}

function isWhole(topicId, seq, event) {
  const number = event.timestamp;
  if (number !== seq % EVENTS_PER_TOPIC) return false;
  switch (topicId) {
    case 1: {
      const { open, high, low, close, volume } = event;
      return volume === checksum([topicId, number, open, high, low]) && close === open;
    }
    case 2:
      return Number(event.tradeId) === checksum([topicId, number, event.price, event.size]);
    case 3:
      return event.askSize === checksum([topicId, number, event.bid, event.bidSize, event.ask]);
    case 4:
      return event.asks[0]?.[0] === checksum([topicId, number, ...event.bids.flat()]);
    case 5:
      return event.sum === checksum([topicId, number, ...Buffer.from(event.text)]);
    default:
      return false;
  }
}

/** What one reader has seen. `overruns` is how many were reported so far. */
class Account {
  records = 0;
  missed = 0;
  torn = 0;
  outOfOrder = 0;
  unreportedOverruns = 0;
  lastSeqs = {};
  #overrunsThen = {};

  see(buffer, at, overruns) {
    const topicId = recordTopicId(buffer.view, at);
    const seq = recordSeq(buffer.view, at);
    this.records += 1;
    if (!this.#readable(buffer, at, topicId, seq)) {
      this.torn += 1;
      return;
    }
    const last = this.lastSeqs[topicId] ?? 0;
    if (seq <= last) this.outOfOrder += 1;
    if (seq > last + 1) {
      this.missed += seq - last - 1;
      if (overruns === (this.#overrunsThen[topicId] ?? 0)) this.unreportedOverruns += 1;
    }
    this.lastSeqs[topicId] = seq;
    this.#overrunsThen[topicId] = overruns;
  }

  figures() {
    const { records, missed, torn, outOfOrder, unreportedOverruns, lastSeqs } = this;
    return { records, missed, torn, outOfOrder, unreportedOverruns, lastSeqs };
  }

  #readable(buffer, at, topicId, seq) {
    try {
      const timeframe = '1m';
      return isWhole(
        topicId,
        seq,
        readRecord(buffer, at, { symbol: '', dataType: 'trade', timeframe }),
      );
    } catch {
      return false;
    }
  }
}

function checkedReader(attachment) {
  const receiver = new RingMarketReceiver();
  const account = new Account();
  receiver.attach(attachment);
  process.on('message', () => {
    const { overruns, malformedFrames: malformed } = receiver;
    process.send({ ...account.figures(), overruns, malformed });
  });
  void receiver.run((buffer, from) => {
    for (let at = from; at < buffer.view.byteLength; at += recordLength(buffer.view, at)) {
      account.see(buffer, at, receiver.overruns);
    }
  });
}

/** Believes what it copies, and where it then finds no record goes on with the newest. */
async function uncheckedReader({ ringPath, ringBytes }) {
  const ring = new RingMemory(
    MappedFile.open(ringPath, RING_HEADER_BYTES + ringBytes, 'read').memory,
  );
  const account = new Account();
  const copy = new RecordBuffer(Buffer.alloc(ringBytes));
  process.on('message', () => process.send(account.figures()));
  let position = loadPosition(ring.header, TAIL_WORD);
  for (;;) {
    const endMs = performance.now() + SLICE_MS;
    while (performance.now() < endMs) {
      const tail = loadPosition(ring.header, TAIL_WORD);
      if (tail - position > ringBytes) position = tail;
      while (position < tail) {
        const offset = position % ringBytes;
        const length = ring.data.view.getUint32(offset, true);
        const fits =
          length >= 8 &&
          length % 8 === 0 &&
          length <= ringBytes - offset &&
          length <= tail - position;
        if (!fits) {
          position = tail;
          break;
        }
        ring.data.bytes.copy(copy.bytes, 0, offset, offset + length);
        // The checks are about the copy, and what fills the end of the ring is no record.
        if (recordTopicId(copy.view, 0) !== 0) account.see(copy, 0, -1);
        position += length;
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function startReader(how, attachment) {
  const child = fork(SELF, [how, JSON.stringify(attachment)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const reader = { child, alive: true };
  child.once('exit', () => (reader.alive = false));
  await once(child, 'spawn');
  return reader;
}

async function report({ child, alive }) {
  if (!alive)
    throw new Error(`a reader died: exit code ${child.exitCode}, signal ${child.signalCode}`);
  child.send({ report: true });
  const [answer] = await once(child, 'message');
  return answer;
}

/** Appends the events of all topics over and over, in an order by chance. */
class Writer {
  seqs = Object.fromEntries(TOPIC_IDS.map((topicId) => [topicId, 0]));
  #transport;
  #events = {};

  constructor(transport, random) {
    this.#transport = transport;
    for (const topicId of TOPIC_IDS) {
      this.#events[topicId] = Array.from({ length: EVENTS_PER_TOPIC }, (_, number) => {
        const event = makeEvent(topicId, number, random);
        return { event, json: topicId === 5 ? Buffer.from(JSON.stringify(event)) : undefined };
      });
    }
  }

  get written() {
    return Object.values(this.seqs).reduce((sum, seq) => sum + seq, 0);
  }

  append(topicId) {
    const seq = (this.seqs[topicId] += 1);
    const { event, json } = this.#events[topicId][seq % EVENTS_PER_TOPIC];
    this.#transport.append(topicId, seq, 0, event, json);
  }

  async flatOut(seconds, random) {
    const endMs = performance.now() + seconds * 1_000;
    while (performance.now() < endMs) {
      const sliceEndMs = performance.now() + SLICE_MS;
      while (performance.now() < sliceEndMs) {
        const batch = 1 + Math.floor(random() * 64);
        for (let index = 0; index < batch; index += 1)
          this.append(TOPIC_IDS[Math.floor(random() * 5)]);
        this.#transport.flush();
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** What the reader saw once it knows of all: a loss shows with the next record of its topic. */
  async account(reader) {
    for (;;) {
      for (const topicId of TOPIC_IDS) this.append(topicId);
      this.#transport.flush();
      await new Promise((resolve) => setTimeout(resolve, 10));
      const account = await report(reader);
      if (TOPIC_IDS.every((topicId) => account.lastSeqs[topicId] === this.seqs[topicId])) {
        return { ...account, unaccounted: this.written - account.records - account.missed };
      }
    }
  }
}

async function measure({ seconds, readers: readerCount, ringBytes, seed }) {
  const random = seededRandom(seed);
  const transport = new RingMarketTransport({ runDirectory: tmpdir(), ringBytes });
  const writer = new Writer(transport, random);
  const readers = [];
  try {
    const start = async (how) => {
      const reader = await startReader(how, transport.open(TOPIC_IDS).attachment);
      readers.push(reader);
      return reader;
    };
    const unchecked = await start('unchecked');
    const checked = [];
    while (checked.length < readerCount) checked.push(await start('checked'));
    await Promise.all(readers.map(report));
    await writer.flatOut(seconds, random);
    const { written } = writer;
    const { publishedBytes } = transport.stats();
    const accounts = [];
    for (const reader of checked) accounts.push(await writer.account(reader));
    return { written, publishedBytes, accounts, control: await report(unchecked) };
  } finally {
    for (const { child } of readers) child.kill('SIGKILL');
    transport.close();
  }
}

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '60' },
      readers: { type: 'string', default: '4' },
      'ring-bytes': { type: 'string', default: '16384' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const options = {
    seconds: Number(values.seconds),
    readers: Number(values.readers),
    ringBytes: Number(values['ring-bytes']),
    seed: Number(values.seed),
  };
  const { written, publishedBytes, accounts, control } = await measure(options);
  const total = (figure) => accounts.reduce((sum, account) => sum + account[figure], 0);
  const torn = total('torn') + total('malformed') + total('outOfOrder');
  const hidden = total('unreportedOverruns') + total('unaccounted');
  const report = {
    name: 'torn',
    machine: machine(),
    seed: options.seed,
    aims: [
      aim('tornRecords', '==', 0, torn, 'records'),
      aim('unreportedOverruns', '==', 0, hidden, 'overruns'),
    ],
    results: {
      ...options,
      recordsWritten: written,
      bytesWritten: publishedBytes,
      recordsChecked: total('records'),
      recordsMissed: total('missed'),
      overruns: total('overruns'),
      unchecked: { records: control.records, torn: control.torn },
      perReader: accounts.map(({ records, missed, overruns }) => ({ records, missed, overruns })),
    },
  };
  print(report, values.json);
  // A torn record or a loss in silence is a failure, not a figure.
  if (torn + hidden > 0) process.exitCode = 1;
}

if (process.argv[1] === SELF) {
  const [how, attachment] = process.argv.slice(2);
  if (how === 'checked') checkedReader(JSON.parse(attachment));
  else if (how === 'unchecked') await uncheckedReader(JSON.parse(attachment));
  else await run(process.argv.slice(2));
}
