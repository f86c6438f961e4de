import { machineNowMs } from '../base/machine-clock.ts';
import {
  isBeacon,
  recordLength,
  recordPublishedAtMs,
  recordTopicId,
  type RecordBuffer,
} from '../protocol/market-record.ts';
import type { SubscribedTopics } from './subscribed-topics.ts';

/**
 * Where the newest tick of each topic is in a batch, for a worker that is behind: older ticks of the
 * batch are passed over. Undefined if the batch is not older than `afterMs`, or `afterMs` is 0.
 */
export function newestTicks(
  { view }: RecordBuffer,
  from: number,
  topics: SubscribedTopics,
  afterMs: number,
): ReadonlyMap<number, number> | undefined {
  if (afterMs === 0 || from >= view.byteLength) return undefined;
  if (machineNowMs() - recordPublishedAtMs(view, from) < afterMs) return undefined;
  const newest = new Map<number, number>();
  for (let offset = from; offset < view.byteLength; offset += recordLength(view, offset)) {
    const topicId = recordTopicId(view, offset);
    // A beacon may come after the newest tick and is none.
    if (topics.get(topicId)?.isTick === true && !isBeacon(view, offset)) {
      newest.set(topicId, offset);
    }
  }
  return newest;
}
