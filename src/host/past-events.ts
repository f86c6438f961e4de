import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { readPastRing } from '../ipc/ring/past-ring.ts';
import { timeframeOf } from '../model/data-type.ts';
import {
  isBeacon,
  isJson,
  readRecord,
  recordSeq,
  recordTopicId,
} from '../protocol/market-record.ts';
import type { HomeStore } from './store/home-store.ts';
import type { TopicRow } from './store/topic-store.ts';
import { decodePositions } from '../protocol/positions.ts';
import { isRunning } from './adopted-process.ts';
import type { DataBroker } from './data-broker.ts';
import type { PastEvent } from './topic-records.ts';

/** The last events of a topic that the host before this one published. */
export interface PastTopic {
  readonly topicId: number;
  readonly lastSeq: number;
  /** They follow one another; the last one has the number `lastSeq`. */
  readonly events: readonly PastEvent[];
}

/**
 * What the host before this one published last, if it was killed: its shared memory outlives it. At most
 * `limit` events of each topic. Null if that can't be known.
 */
export function readPastEvents(
  store: HomeStore,
  limit: number,
  logger: Logger,
): PastTopic[] | null {
  const { trace } = store;
  if (trace === null) return null;
  try {
    const past = readPastRing(trace);
    if (past === undefined) return null;
    const { records, offsets } = past;
    const topics = new Map(store.topics.load().map((topic) => [topic.id, topic]));
    const runs = new Map<number, { lastSeq: number; offsets: number[] }>();
    for (const offset of offsets) {
      const topicId = recordTopicId(records.view, offset);
      const seq = recordSeq(records.view, offset);
      if (isBeacon(records.view, offset) || !topics.has(topicId)) continue;
      const run = runs.get(topicId);
      if (run === undefined || seq !== run.lastSeq + 1) {
        runs.set(topicId, { lastSeq: seq, offsets: [offset] });
      } else {
        run.lastSeq = seq;
        run.offsets.push(offset);
      }
    }
    return [...runs].map(([topicId, run]) => ({
      topicId,
      lastSeq: run.lastSeq,
      events: run.offsets.slice(-limit).map((offset) => ({
        event: readRecord(records, offset, layoutOf(topics.get(topicId) as TopicRow)),
        hasExtras: isJson(records.view, offset),
      })),
    }));
  } catch (thrown) {
    logger.log('warn', `what the host before published last is not known: ${messageOf(thrown)}`);
    return null;
  }
}

function layoutOf({ symbol, dataType }: TopicRow): Parameters<typeof readRecord>[2] {
  return { symbol, dataType, timeframe: timeframeOf(dataType) ?? '' };
}

/**
 * Lets a new broker go on where the one of the host before was. Where a killed host can't be asked for what
 * it published last, each topic passes over a number, so that whoever comes back is told of a gap.
 */
export function continueBroker(
  broker: DataBroker,
  store: HomeStore,
  past: readonly PastTopic[] | null,
): void {
  for (const topic of past ?? []) broker.remember(topic.topicId, topic.lastSeq, topic.events);
  const known = [store.lastSeqs, ...store.states.allPositions().map(decodePositions)];
  for (const positions of known) broker.continueFrom(positions);
  const isAnyAlive = store.workers
    .load()
    .some(({ process }) => process !== null && isRunning(process));
  if (store.inUse && past === null && !isAnyAlive) broker.passOver();
  store.lastSeqs = broker.lastSeqs;
  store.inUse = true;
}
