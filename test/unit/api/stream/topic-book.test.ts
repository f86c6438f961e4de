import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { channel, type ChannelInput } from '../../../../src/api/contract/stream.ts';
import { Subscription } from '../../../../src/api/stream/subscription.ts';
import { TopicBook } from '../../../../src/api/stream/topic-book.ts';
import { EPOCH, Given, Kept, Line } from './support.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** With the sources that were made, in order. */
function bookOf() {
  const sources: Given[] = [];
  const book = new TopicBook(() => {
    const source = new Given();
    sources.push(source);
    return source;
  }, new Kept());
  const show = (to: ChannelInput): Subscription => {
    const checked = channel.parse(to);
    const subscription = new Subscription(1, checked, book.take(checked), new Line());
    subscription.begin(EPOCH);
    return subscription;
  };
  const leave = (subscription: Subscription): void => {
    subscription.end();
    book.release(subscription.channel);
  };
  return { book, sources, show, leave };
}

it('two who ask for the same have one topic, whatever the order of what they ask for', () => {
  const { sources, show } = bookOf();
  show({ channel: 'metrics', workerIds: ['b', 'a'] });
  show({ everyMs: 1_000, workerIds: ['a', 'b'], channel: 'metrics' });
  show({ channel: 'metrics', workerIds: ['a', 'b'], resume: { epoch: 'x', seq: 3 } });
  expect(sources).toHaveLength(1);
  show({ channel: 'metrics', workerIds: ['a', 'b'], everyMs: 500 });
  show({ channel: 'metrics' });
  expect(sources).toHaveLength(3);
});

it('a topic that nobody is shown is kept for 30 s, for whoever comes back', () => {
  const { sources, show, leave } = bookOf();
  leave(show({ channel: 'trading' }));
  vi.advanceTimersByTime(29_000);
  const back = show({ channel: 'trading' });
  vi.advanceTimersByTime(60_000);
  expect([sources.length, sources[0]?.isClosed]).toEqual([1, false]);
  leave(back);
  vi.advanceTimersByTime(30_000);
  expect(sources[0]?.isClosed).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

it('whoever comes back after the topic is gone is not shown the changes of the next one as if they followed', () => {
  const { book, sources, show, leave } = bookOf();
  const before = show({ channel: 'trading' });
  const tell = (times: number): void => {
    for (let time = 0; time < times; time += 1) {
      sources.at(-1)?.next.push(time);
      vi.advanceTimersByTime(100);
    }
  };
  tell(3);
  const { seq } = book.take(before.channel);
  leave(before);
  vi.advanceTimersByTime(30_000);
  show({ channel: 'trading' });
  const topic = book.take(before.channel);
  expect(topic.since(seq)).toBeUndefined();
  tell(5);
  expect(topic.since(seq)).toBeUndefined();
  expect(topic.since(topic.seq - 2)).toHaveLength(2);
});

it('a topic goes with the last who is shown it, and not before', () => {
  const { sources, show, leave } = bookOf();
  const [one, other] = [show({ channel: 'trading' }), show({ channel: 'trading' })];
  leave(one);
  vi.advanceTimersByTime(60_000);
  expect(sources[0]?.isClosed).toBe(false);
  leave(other);
  vi.advanceTimersByTime(30_000);
  expect(sources[0]?.isClosed).toBe(true);
});

it('a source that can not be made leaves nothing behind', () => {
  const book = new TopicBook(() => {
    throw new Error('no such thing');
  }, new Kept());
  expect(() => book.take(channel.parse({ channel: 'trading' }))).toThrow('no such thing');
  expect(vi.getTimerCount()).toBe(0);
});

it('of more than a thousand topics, that which waits longest for somebody makes room', () => {
  const { sources, show, leave } = bookOf();
  for (let number = 0; number < 1_000; number += 1) {
    leave(show({ channel: 'orders', workerId: `w${number}` }));
  }
  show({ channel: 'orders' });
  expect(sources.filter(({ isClosed }) => isClosed)).toEqual([sources[0]]);
});

it('the end of all closes those that are shown and those that are kept', () => {
  const { book, sources, show, leave } = bookOf();
  const shown = show({ channel: 'trading' });
  leave(show({ channel: 'alerts' }));
  book.close();
  leave(shown);
  expect(sources.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  expect(vi.getTimerCount()).toBe(0);
});

it('there are no more topics than the limit, also while somebody is shown each of them', () => {
  const { sources, show, leave } = bookOf();
  const ofNumber = (number: number) => () => show({ channel: 'worker', workerId: `w${number}` });
  const shown = Array.from({ length: 1_000 }, (_, number) => ofNumber(number)());
  expect(ofNumber(1_000)).toThrow(/shown 1000 different things/);
  expect(ofNumber(7)).not.toThrow();
  leave(shown[3] as Subscription);
  expect(ofNumber(1_000)).not.toThrow();
  expect([sources.length, sources[3]?.isClosed]).toEqual([1_001, true]);
});
