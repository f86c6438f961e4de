// The process of one contender's publisher: node host-process.mjs NAME. It does what the
// benchmark asks over the channel between them, and ends with everything it started when that closes.
import { expectedFor, expectedOf, makeBar, makeBursts } from './bars.mjs';
import { nowMs } from './clock.mjs';
import { pace } from './pacing.mjs';
import { PeerHost } from './peer-host.mjs';
import { QuantCellHost } from './quantcell-host.mjs';

const CLOSE_MS = 10_000;

const [name] = process.argv.slice(2);
let host;

let bursts = [];
let burstCount = 0;
let publishedInAll = 0;

const COMMANDS = {
  open(options) {
    host = name.startsWith('quantcell') ? new QuantCellHost(options) : new PeerHost(name, options);
    return host.open();
  },

  /** Makes bars and tells the readers what to expect of `events` of them. */
  async beginFanout({ events, burst }) {
    bursts = makeBursts(host.symbols, burst);
    burstCount = Math.ceil(events / burst);
    const expected = expectedOf(bursts, burstCount);
    const expectations = host.readers.map((symbols) => expectedFor(symbols, expected));
    await host.begin(expectations.map(({ count }) => ({ kind: 'sum', expected: count })));
    return { events: burstCount * burst, expectations };
  },

  /** Publishes as fast as it is taken; resolves when all readers are done. */
  async fanout({ withinMs }) {
    const beganAtMs = nowMs();
    for (let number = 0; number < burstCount; number += 1) {
      const pending = host.publishBurst(bursts[number % bursts.length]);
      if (pending !== undefined) await pending;
    }
    publishedInAll += burstCount * bursts[0].length;
    const publishedAtMs = nowMs();
    const finished = await within(withinMs, host.allDone());
    return { beganAtMs, publishedAtMs, finished };
  },

  async beginLatency({ expected, among }) {
    const rounds = host.readers.map(() => ({ kind: 'latency', expected }));
    await host.begin(rounds, among);
  },

  /** Publishes one by one at a rate; each event says when. */
  async paced({ rate, events, withinMs }) {
    const [symbol] = host.symbols;
    const result = await pace(rate, events, (index) => {
      const bar = makeBar(symbol, index);
      bar.timestamp = nowMs();
      return host.publishOne(bar);
    });
    publishedInAll += events;
    return { ...result, finished: await within(withinMs, host.allDone()) };
  },

  figures: ({ among } = {}) => host.figures(among),
  stats: () => ({ publishedInAll, ...host.stats?.() }),
  close: () => host?.close(),
};

/** True if `promise` settled in time. */
async function within(ms, promise) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function closeAndExit(code) {
  setTimeout(() => process.exit(code), CLOSE_MS);
  try {
    await host?.close();
  } finally {
    process.exit(code);
  }
}

process.on('disconnect', () => void closeAndExit(1));
process.on('SIGTERM', () => void closeAndExit(143));
// Ctrl-C goes to every process of the terminal; the benchmark decides.
process.on('SIGINT', () => undefined);
process.on('message', ({ id, command, args }) => {
  void (async () => {
    try {
      const result = await COMMANDS[command](args);
      process.send?.({ id, result: result ?? null });
    } catch (thrown) {
      process.send?.({ id, error: thrown?.stack ?? String(thrown) });
    }
    // In its own time, so that a profile is written.
    if (command === 'close') setImmediate(() => process.exit(0));
  })();
});
