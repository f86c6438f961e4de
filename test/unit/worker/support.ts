import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type ManualClock, systemClock } from '../../../src/base/clock.ts';
import type { WorkerFault } from '../../../src/lifecycle/worker-status.ts';
import type { Bar } from '../../../src/model/bar.ts';
import type { MarketEvent } from '../../../src/model/market-event.ts';
import { timeframeMs } from '../../../src/model/timeframe.ts';
import type { SubscribedTopic } from '../../../src/protocol/host-message.ts';
import {
  RecordBuffer,
  recordBytesBound,
  type RecordContent,
  writeRecord,
} from '../../../src/protocol/market-record.ts';
import type { StrategyContext } from '../../../src/strategy/context.ts';
import { Callbacks } from '../../../src/worker/callbacks.ts';
import { ReplayPace, type ReplayOrders } from '../../../src/worker/replay-pace.ts';
import { Scheduler } from '../../../src/worker/scheduler.ts';
import type { LoadedStrategy } from '../../../src/worker/strategy-loader.ts';
import { StrategyRunner, type Refill } from '../../../src/worker/strategy-runner.ts';
import { SubscribedTopics } from '../../../src/worker/subscribed-topics.ts';

export const MINUTE = 60_000;

/** Bar number `seq` of a topic: it opens `seq` minutes after the epoch. */
export function bar(seq: number, symbol = 'BTC/USDT'): Bar {
  return {
    type: 'bar',
    symbol,
    timeframe: '1m',
    timestamp: seq * MINUTE,
    open: seq,
    high: seq + 1,
    low: seq - 1,
    close: seq + 0.5,
    volume: 1,
  };
}

export function trade(seq: number, symbol = 'BTC/USDT'): MarketEvent {
  return {
    type: 'trade',
    symbol,
    timestamp: seq,
    price: seq,
    size: 1,
    aggressorSide: 'buy',
    tradeId: `t-${seq}`,
  };
}

/** A record; published at the epoch, and so long ago, unless it says otherwise. Without an event it is a beacon. */
export type Entry = readonly [
  topicId: number,
  seq: number,
  event: RecordContent,
  publishedAtMs?: number,
];

export function records(...entries: Entry[]): RecordBuffer {
  const bound = entries.reduce((sum, [, , event]) => sum + recordBytesBound(event, undefined), 0);
  const buffer = new RecordBuffer(Buffer.alloc(bound));
  let cursor = 0;
  for (const [topicId, seq, event, publishedAtMs = 0] of entries) {
    cursor += writeRecord(buffer, cursor, topicId, seq, publishedAtMs, event);
  }
  return new RecordBuffer(buffer.bytes.subarray(0, cursor));
}

/** Bars `from` to `to` of topic 1. */
export function bars(from: number, to: number, topicId = 1): RecordBuffer {
  return records(...sequence(from, to).map((seq): Entry => [topicId, seq, bar(seq)]));
}

export function sequence(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

export const BARS: SubscribedTopic = { topicId: 1, symbol: 'BTC/USDT', dataType: 'kline@1m' };
export const TRADES: SubscribedTopic = { topicId: 2, symbol: 'BTC/USDT', dataType: 'trade' };

export interface Rig {
  readonly runner: StrategyRunner;
  readonly topics: SubscribedTopics;
  readonly scheduler: Scheduler;
  readonly callbacks: Callbacks;
  readonly faults: { readonly fault: WorkerFault; readonly inARow: number }[];
  /** Calls of `onBatchDone`. */
  readonly batches: () => number;
}

export interface RigOptions {
  readonly topics?: readonly SubscribedTopic[];
  readonly refill?: Refill;
  readonly replayClock?: ManualClock;
  /** In a replay. @default none */
  readonly orders?: ReplayOrders;
  /** @default 0 */
  readonly conflateAfterMs?: number;
  readonly onFault?: (rig: Rig) => void;
}

const NO_ORDERS: ReplayOrders = {
  busy: false,
  isUnsettled: false,
  isDue: () => false,
  settle: () => Promise.resolve(),
  sync: () => Promise.resolve(),
};

/** A runner around `strategy`, running, with everything but the transport and the host. */
export function rigOf(strategy: Partial<LoadedStrategy>, options: RigOptions = {}): Rig {
  const loaded = { name: 'test', ...strategy } as LoadedStrategy;
  const { replayClock } = options;
  const topics = new SubscribedTopics(loaded, 0, timeframeMs);
  topics.replace(options.topics ?? [BARS, TRADES]);
  const wake = replayClock === undefined ? () => undefined : undefined;
  const scheduler = new Scheduler(replayClock ?? systemClock, wake);
  const faults: { fault: WorkerFault; inARow: number }[] = [];
  const callbacks = new Callbacks(loaded, {} as StrategyContext<unknown, unknown>, {
    onCall: () => undefined,
    onFault: (fault, inARow) => {
      faults.push({ fault, inARow });
      options.onFault?.(rig);
    },
  });
  let batches = 0;
  const runner = new StrategyRunner({
    topics,
    callbacks,
    replay:
      replayClock &&
      new ReplayPace({
        clock: replayClock,
        scheduler,
        callbacks,
        orders: options.orders ?? NO_ORDERS,
      }),
    refill: options.refill ?? (() => Promise.resolve(null)),
    conflateAfterMs: options.conflateAfterMs ?? 0,
    onBatchDone: () => {
      batches += 1;
    },
  });
  const rig: Rig = { runner, topics, scheduler, callbacks, faults, batches: () => batches };
  runner.flow = 'running';
  return rig;
}

/** Lets everything that is only waiting for promises go on. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A module file of the test's own, which goes with the test. */
export async function moduleOf(code: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'qc-worker-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'strategy.mjs');
  await writeFile(path, code);
  return path;
}
