import { describe, expect, it } from 'vitest';
import { FeedAlerts } from '../../../../../src/system/alerts/watch/feed-alerts.ts';
import { partsOf } from './fixtures.ts';

function topic(symbol: string, sinceMs: number) {
  return { topic: { symbol, dataType: 'trade' }, sinceMs } as const;
}

describe('alerts of a feed', () => {
  it('tell of a topic that is stale for long, once, and when it is live again', () => {
    const { parts, clock, staleTopics, told, alerts } = partsOf({ staleMs: 30_000 });
    const feed = new FeedAlerts(parts);
    staleTopics.push(topic('A/B', clock.now()));
    clock.advance(29_999);
    feed.look();
    expect(told()).toEqual([]);
    clock.advance(1);
    feed.look();
    feed.look();
    expect(told()).toEqual(['critical feed-stale trade:A/B']);
    expect(alerts.recent(1)[0]?.text).toContain('trade:A/B since 2022-01-01T00:00:00.000Z');
    staleTopics.length = 0;
    feed.look();
    expect(told()).toEqual(['resolved feed-stale trade:A/B']);
  });

  it('tell of many topics as one, and that they are live when all of them are', () => {
    const { parts, clock, staleTopics, told, alerts } = partsOf({ staleMs: 0 });
    const feed = new FeedAlerts(parts);
    for (let n = 0; n < 20; n += 1) staleTopics.push(topic(`S${n}/USDT`, clock.now()));
    feed.look();
    expect(told()).toEqual(['critical feed-stale test-feed']);
    expect(alerts.recent(1)[0]?.text).toContain('and 10 more');
    staleTopics.splice(0, 19);
    feed.look();
    expect(told()).toEqual([]);
    staleTopics.length = 0;
    feed.look();
    expect(told()).toEqual(['resolved feed-stale test-feed']);
  });

  it('tell when it has failed, and not what it throws after the end', async () => {
    const one = partsOf();
    const feed = new FeedAlerts(one.parts);
    one.fail(new Error('the file is gone'));
    await Promise.resolve();
    await Promise.resolve();
    expect(one.told()).toEqual(['critical feed-failed test-feed']);
    feed.stop();
    const other = partsOf();
    new FeedAlerts(other.parts).stop();
    other.fail(new Error('too late'));
    await Promise.resolve();
    await Promise.resolve();
    expect(other.told()).toEqual([]);
  });
});
