import { describe, expect, it } from 'vitest';
import { FeedEvents } from '../../../src/worker/feed-events.ts';
import type { FeedEvent } from '../../../src/strategy/events.ts';

function rigOf() {
  const told: FeedEvent[] = [];
  const rig = { told, mayTell: true };
  let last: Promise<void> = Promise.resolve();
  const feed = new FeedEvents({
    mayTell: () => rig.mayTell,
    call: (event) => {
      told.push(event);
      return undefined;
    },
    between: (task) => (last = last.then(task)),
  });
  const say = (status: 'stale' | 'live', dataType = 'trade'): Promise<void> => {
    feed.take({ symbol: 'A/B', dataType, status, sinceMs: 5, reason: null });
    return last;
  };
  return Object.assign(rig, { feed, say, settled: () => last });
}

describe('a strategy', () => {
  it('is told of what is stale and of what is live again, each change once', async () => {
    const { told, say } = rigOf();
    for (const status of ['live', 'stale', 'stale', 'live', 'live'] as const) await say(status);
    const facts = { type: 'feed', symbol: 'A/B', dataType: 'trade', sinceMs: 5, reason: null };
    expect(told).toEqual([
      { ...facts, status: 'stale' },
      { ...facts, status: 'live' },
    ]);
  });

  it('is told each topic by itself', async () => {
    const { told, say } = rigOf();
    await say('stale', 'trade');
    await say('stale', 'quote');
    await say('live', 'trade');
    expect(told.map(({ dataType, status }) => `${dataType} ${status}`)).toEqual([
      'trade stale',
      'quote stale',
      'trade live',
    ]);
  });

  it('is told nothing while another process may have its place, and afterwards what is so by then', async () => {
    const rig = rigOf();
    await rig.say('stale', 'quote');
    rig.mayTell = false;
    await rig.say('stale', 'trade');
    await rig.say('live', 'trade');
    await rig.say('live', 'quote');
    expect(rig.told).toHaveLength(1);
    rig.mayTell = true;
    rig.feed.look();
    await rig.settled();
    expect(rig.told.map(({ dataType, status }) => `${dataType} ${status}`)).toEqual([
      'quote stale',
      'quote live',
    ]);
  });
});
