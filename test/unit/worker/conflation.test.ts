import { describe, expect, it } from 'vitest';
import { timeframeMs } from '../../../src/model/timeframe.ts';
import type { SubscribedTopic } from '../../../src/protocol/host-message.ts';
import { machineNowMs } from '../../../src/base/machine-clock.ts';
import { newestTicks } from '../../../src/worker/conflation.ts';
import type { LoadedStrategy } from '../../../src/worker/strategy-loader.ts';
import { SubscribedTopics } from '../../../src/worker/subscribed-topics.ts';
import { bar, BARS, type Entry, records, trade, TRADES } from './support.ts';

const OTHER_TRADES: SubscribedTopic = { topicId: 3, symbol: 'ETH/USDT', dataType: 'trade' };
const DEPTH: SubscribedTopic = { topicId: 4, symbol: 'BTC/USDT', dataType: 'depth' };

/** A record of a bar has this length, bytes. */
const BAR_RECORD_BYTES = 80;
/** A record of a trade of {@link trade}: a header, three numbers, an id that is padded to eight bytes. */
const TRADE_RECORD_BYTES = 64;

const TOPICS = new SubscribedTopics({ name: 'test' } as LoadedStrategy, 0, timeframeMs);
TOPICS.replace([BARS, TRADES, OTHER_TRADES, DEPTH]);

/** Where the newest ticks of a batch are; its records are from long ago unless they say otherwise. */
function newest(entries: readonly Entry[], afterMs = 250, from = 0): Record<number, number> | null {
  const found = newestTicks(records(...entries), from, TOPICS, afterMs);
  return found === undefined ? null : Object.fromEntries(found);
}

describe('newestTicks', () => {
  it('finds nothing to pass over for a worker that is not behind', () => {
    expect(newest([[2, 1, trade(1), machineNowMs()]], 10_000)).toBeNull();
  });

  it('goes by the oldest record of the batch', () => {
    const nowMs = machineNowMs();
    expect(
      newest(
        [
          [2, 1, trade(1), nowMs - 20_000],
          [2, 2, trade(2), nowMs],
        ],
        10_000,
      ),
    ).toEqual({ 2: TRADE_RECORD_BYTES });
  });

  it('never finds any if it is switched off by 0', () => {
    expect(newest([[2, 1, trade(1)]], 0)).toBeNull();
  });

  it('finds nothing in a batch that is empty', () => {
    expect(newest([])).toBeNull();
  });

  it('tells where the newest tick of each topic is', () => {
    const batch: Entry[] = [
      [2, 1, trade(1)],
      [3, 1, trade(1)],
      [2, 2, trade(2)],
      [2, 3, trade(3)],
      [3, 2, trade(2)],
    ];
    expect(newest(batch)).toEqual({ 2: 3 * TRADE_RECORD_BYTES, 3: 4 * TRADE_RECORD_BYTES });
  });

  it('looks at trades and quotes only', () => {
    const book = { symbol: 'BTC/USDT', timestamp: 1, kind: 'delta', bids: [], asks: [] } as const;
    const batch: Entry[] = [
      [1, 1, bar(1)],
      [2, 1, trade(1)],
      [4, 1, { type: 'orderbook', ...book }],
    ];
    expect(newest(batch)).toEqual({ 2: BAR_RECORD_BYTES });
  });

  it('passes over topics that nobody has here', () => {
    expect(newest([[9, 1, trade(1)]])).toEqual({});
  });

  it('begins where the batch does', () => {
    const batch: Entry[] = [
      [2, 1, trade(1), machineNowMs()],
      [3, 1, trade(1)],
    ];
    expect(newest(batch, 10_000, TRADE_RECORD_BYTES)).toEqual({ 3: TRADE_RECORD_BYTES });
  });

  it('takes no beacon for a tick', () => {
    expect(
      newest([
        [2, 1, trade(1)],
        [2, 1, null],
      ]),
    ).toEqual({ 2: 0 });
  });
});
