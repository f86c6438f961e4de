import { fileURLToPath } from 'node:url';
import type { MarketAttachment, MarketReceiver } from '../ipc/market-transport.ts';
import { readHostMessage, type HostMessage, type HostPayload } from '../protocol/host-message.ts';
import { RecordBuffer, writeRecord } from '../protocol/market-record.ts';
import { Message } from '../protocol/message.ts';
import type { MarketEvent } from '../model/market-event.ts';
import { LogBuffer } from './log-buffer.ts';
import { PendingSaves } from './pending-saves.ts';
import { StrategyLife } from './strategy-life.ts';
import { describeStrategy, loadStrategy } from './strategy-loader.ts';

/** Beside the bundled worker, one for each life: a module is loaded once a process. */
const STRATEGIES = [1, 2, 3].map((life) =>
  fileURLToPath(new URL(`./rehearsal-strategy-${life}.mjs`, import.meta.url)),
);

/** With all lives, enough for the compiler to take the path of an event seriously. */
const EVENTS_OF_EACH_KIND = 200;

const SYMBOL = 'REHEARSAL';

const EVENTS: readonly MarketEvent[] = [
  {
    type: 'bar',
    symbol: SYMBOL,
    timeframe: '1m',
    timestamp: 60_000,
    open: 1,
    high: 2,
    low: 0.5,
    close: 1.5,
    volume: 10,
  },
  {
    type: 'trade',
    symbol: SYMBOL,
    timestamp: 60_000,
    price: 1.5,
    size: 1,
    aggressorSide: 'buy',
    tradeId: '1',
  },
  { type: 'quote', symbol: SYMBOL, timestamp: 60_000, bid: 1, bidSize: 1, ask: 2, askSize: 1 },
];

/**
 * Plays a strategy's whole life in an idle process a few times, with made-up events and nobody told. The
 * code of a fresh process is compiled as it is first run: done now, a real start takes a fifth of the time.
 */
export async function rehearse(
  market: MarketReceiver,
  attachment: MarketAttachment,
): Promise<void> {
  for (const modulePath of STRATEGIES) await play(modulePath, market, attachment);
}

async function play(
  modulePath: string,
  market: MarketReceiver,
  attachment: MarketAttachment,
): Promise<void> {
  const { payload: assignment } = readBack('assign', {
    workerId: 'rehearsal',
    mode: 'paper',
    initialState: 'initializing',
    modulePath,
    strategyPath: modulePath,
    params: {},
    symbols: [SYMBOL],
    warmup: 0,
    maxConsecutiveErrors: 1,
    progressEvery: 0,
    logLinesPerSecond: 1,
    topics: ['kline@1m', 'trade', 'quote'].map((dataType, index) => ({
      topicId: index + 1,
      symbol: SYMBOL,
      dataType,
    })),
    market: attachment,
    keepState: { saveWithinMs: 1, sync: false, maxBytes: 1_048_576 },
  });
  const saves: PendingSaves = new PendingSaves((save) => {
    new Message('state', { payload: { ...save } }).toJson();
    saves.settle({ version: save.version, error: null });
    return Promise.resolve();
  });
  const life = await StrategyLife.begin(assignment, {
    market,
    log: new LogBuffer(1, () => undefined),
    refill: () => Promise.resolve(null),
    onProgress: () => undefined,
    onStateChange: () => undefined,
    saveState: (update) => saves.send(update),
    sendOrder: () => Promise.resolve(),
    onFault: () => undefined,
    onEnd: () => undefined,
  });
  const topics = [1, 2, 3].map((topicId) => ({ topicId, lastSeq: 1, deliverFromSeq: 1 }));
  const start = readBack('start', { topics });
  await life.start(start.payload, records(1, 1));
  await life.runner.take(new RecordBuffer(records(2, EVENTS_OF_EACH_KIND)), 0);
  await life.pause('rehearsal');
  await life.resume('rehearsal');
  await life.stop('rehearsal');
  describeStrategy(await loadStrategy(modulePath, modulePath));
  const status = life.report();
  new Message('reply', { payload: { replyTo: '', outcome: 'applied', status } }).toJson();
  market.detach(assignment.market);
}

/** A message as it comes over the wire. */
function readBack<Type extends HostMessage['type']>(
  type: Type,
  payload: HostPayload<Type>,
): Extract<HostMessage, { type: Type }> {
  const json = new Message(type, { payload: payload as Record<string, unknown> }).toJson();
  return readHostMessage(Message.fromJson(Buffer.from(json))) as Extract<
    HostMessage,
    { type: Type }
  >;
}

function records(fromSeq: number, count: number): Uint8Array {
  const buffer = new RecordBuffer(Buffer.alloc(count * EVENTS.length * 128));
  let cursor = 0;
  for (let seq = fromSeq; seq < fromSeq + count; seq += 1) {
    for (const [index, event] of EVENTS.entries()) {
      cursor += writeRecord(buffer, cursor, index + 1, seq, 0, event);
    }
  }
  return buffer.bytes.subarray(0, cursor);
}
