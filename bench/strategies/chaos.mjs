// Remembers in ctx.state which numbers it was shown of each topic, and dies as it is ordered to.
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { defineStrategy } from 'quantcell';
import { ActsWriter, othersAlive } from '../chaos/acts.mjs';
import { appender } from '../chaos/event-log.mjs';
import { NUMBERED, ORDERS } from '../chaos/stream.mjs';
import { nowMs } from '../support/clock.mjs';

const REPORT_MS = 100;
const EXIT_CODE = 7;
const CHUNK_BYTES = 8 * 1_048_576;
/** Memory is to run out below this; if it does not, no limit was set. */
const MOST_BYTES = 1_073_741_824;
/** Latencies are written so many at once. */
const SAMPLES = 32;

let acts;
let log;
let latencies;
const samples = new Float64Array(2 * SAMPLES);
let sampled = 0;
const hoard = [];

const WAYS_TO_DIE = {
  heap() {
    for (;;) hoard.push(new Array(1_000).fill(Math.random()));
  },
  // Not in the callback, whose errors are caught.
  memory: () =>
    void setTimeout(() => {
      for (let bytes = 0; bytes < MOST_BYTES; bytes += CHUNK_BYTES)
        hoard.push(Buffer.alloc(CHUNK_BYTES, 1));
      throw new Error('no limit was set');
    }),
  stall() {
    for (;;);
  },
  exit: () => process.exit(EXIT_CODE),
  throw: () =>
    void setTimeout(() => {
      throw new Error('as it was ordered');
    }),
};

const newTopic = () => ({ runs: [], twice: 0, late: 0, told: 0, overTold: 0 });

/** A run is its first number, its last, and how many events were told as lost right before it. */
function count(topic, number) {
  const { runs } = topic;
  const run = runs.at(-1);
  if (run !== undefined && number <= run[1]) {
    if (runs.some(([first, last]) => number >= first && number <= last)) topic.twice += 1;
    else topic.late += 1;
    return;
  }
  if (run !== undefined && number === run[1] + 1) {
    run[1] = number;
    topic.overTold += topic.told;
  } else {
    runs.push([number, number, topic.told]);
  }
  topic.told = 0;
}

function sample(publishedAt) {
  const at = nowMs();
  samples[sampled] = at;
  samples[sampled + 1] = at - publishedAt;
  sampled += 2;
  if (sampled < samples.length) return;
  writeSync(latencies, samples);
  sampled = 0;
}

function done(state) {
  state.calls += 1;
  acts.done(state.calls, nowMs());
}

export default defineStrategy({
  name: 'chaos',
  state: () => ({
    calls: 0,
    topics: Object.fromEntries(NUMBERED.map((symbol) => [symbol, newTopic()])),
  }),
  onStart(ctx) {
    const { directory } = ctx.params;
    const { workerId } = ctx;
    const { pid } = process;
    log = appender(join(directory, 'events'));
    latencies = openSync(join(directory, 'latency', workerId), 'a');
    const others = othersAlive(join(directory, 'acts'), workerId, pid);
    acts = new ActsWriter(join(directory, 'acts'), workerId, pid, nowMs());
    log('begin', { worker: workerId, pid, calls: ctx.state.calls, others });
    ctx.schedule.every('report', REPORT_MS);
  },
  onRecovered(ctx, { caughtUp, missed }) {
    log('recovered', { worker: ctx.workerId, pid: process.pid, caughtUp, missed });
  },
  onBar(ctx, bar) {
    count(ctx.state.topics[bar.symbol], bar.close);
    done(ctx.state);
    if (bar.symbol === NUMBERED[0]) sample(bar.volume);
  },
  onTrade(ctx, trade) {
    if (trade.symbol !== ORDERS) {
      count(ctx.state.topics[trade.symbol], trade.price);
      done(ctx.state);
    } else if (trade.tradeId.startsWith(`${process.pid}:`)) {
      // With the pid: a process after this one is shown the order again, and it is not meant for it.
      acts.fatal(nowMs());
      WAYS_TO_DIE[trade.tradeId.split(':')[1]]();
    }
  },
  onGap(ctx, gap) {
    const topic = ctx.state.topics[gap.symbol];
    log('gap', { worker: ctx.workerId, symbol: gap.symbol, count: gap.count });
    if (topic === undefined) return;
    topic.told += gap.count;
    done(ctx.state);
  },
  onTimer: (ctx) => ctx.report({ pid: process.pid, topics: ctx.state.topics }),
});
