import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Topic, type Change } from '../../../../src/api/stream/topic.ts';
import { Given, Kept, topicOf } from './support.ts';

class Told {
  readonly changes: Change[] = [];

  offer(change: Change): void {
    this.changes.push(change);
  }
}

describe('a topic', () => {
  it('numbers its changes without holes and tells each to every member', () => {
    const source = new Given();
    const topic = topicOf(source);
    const [one, other] = [new Told(), new Told()];
    topic.add(one);
    source.next = [{ a: 1 }, { a: 2 }, { a: 3 }];
    topic.flush();
    topic.add(other);
    topic.flush();
    topic.delete(one);
    topic.flush();
    topic.flush();
    expect(one.changes.map(({ seq, text }) => [seq, text])).toEqual([
      [1, '{"a":1}'],
      [2, '{"a":2}'],
    ]);
    expect(other.changes.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(topic.seq).toBe(3);
  });

  it('looks at its source each so often, and no more once it is closed', async () => {
    const source = new Given();
    const told = new Told();
    const topic = new Topic(source, 5, new Kept());
    topic.add(told);
    source.next = [1, 2, 3];
    while (told.changes.length < 3) await delay(5);
    topic.close();
    source.next = [4];
    await delay(50);
    expect([source.isClosed, source.next]).toEqual([true, [4]]);
  });

  it.each([new Error('no luck'), { big: 1n }])(
    'goes on after a change that can not be shown: %o',
    (bad) => {
      const [source, logger, told] = [new Given(), new Kept(), new Told()];
      const topic = topicOf(source, logger);
      topic.add(told);
      source.next = [1, bad, 2];
      for (let count = 0; count < 3; count += 1) topic.flush();
      expect(told.changes.map(({ seq, text }) => [seq, text])).toEqual([
        [1, '1'],
        [2, '2'],
      ]);
      expect(logger.lines).toEqual([expect.stringContaining("the stream can't show a change")]);
    },
  );

  it('tells what is waiting before a snapshot: of a journal everything, of a state once', () => {
    const journal = new Given(1);
    const told = new Told();
    const topic = topicOf(journal);
    topic.add(told);
    journal.next = [1, 2, 3];
    expect(topic.snapshot()).toBe('"now"');
    expect(told.changes.map(({ text, count }) => [text, count])).toEqual([
      ['1', 1],
      ['2', 1],
      ['3', 1],
    ]);
    const state = new Given();
    state.next = [1, 2, 3];
    topicOf(state).snapshot();
    expect(state.next).toEqual([2, 3]);
  });
});

describe('the changes that a topic keeps', () => {
  function told(count: number, text: unknown = 0): Topic {
    const source = new Given();
    const topic = topicOf(source);
    source.next = Array.from({ length: count }, () => text);
    for (let done = 0; done < count; done += 1) topic.flush();
    return topic;
  }

  const seqs = (changes: readonly Change[] | undefined) => changes?.map(({ seq }) => seq);

  it('are those after a number, and none after the last', () => {
    const topic = told(5);
    expect(seqs(topic.since(2))).toEqual([3, 4, 5]);
    expect(seqs(topic.since(0))).toEqual([1, 2, 3, 4, 5]);
    expect(topic.since(5)).toEqual([]);
  });

  it('are none for a number that was not told yet', () => {
    expect(told(5).since(6)).toBeUndefined();
  });

  it('are the last 500: who misses more misses all', () => {
    const topic = told(510);
    expect(topic.since(9)).toBeUndefined();
    expect(seqs(topic.since(10))?.length).toBe(500);
  });

  it('are no more than a MiB of text', () => {
    const topic = told(20, 'x'.repeat(100_000));
    expect(topic.since(9)).toBeUndefined();
    expect(seqs(topic.since(10))?.length).toBe(10);
  });
});
