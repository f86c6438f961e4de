import { describe, expect, it } from 'vitest';
import { EPOCH, Given, Line, subscribed, topicOf } from './support.ts';

function begun(counts?: number) {
  const source = new Given(counts);
  const topic = topicOf(source);
  const tell = (...changes: readonly unknown[]): void => {
    source.next.push(...changes);
    for (const _ of changes) topic.flush();
  };
  return { source, topic, tell, line: new Line() };
}

describe('a subscription', () => {
  it('begins with a snapshot, then shows each change after it', () => {
    const { topic, tell, line } = begun();
    tell('before');
    const subscription = subscribed(topic, line);
    tell('one', 'two');
    subscription.end();
    tell('after');
    expect(line.said).toEqual([
      { type: 'snapshot', seq: 1, data: 'now' },
      { type: 'change', seq: 2, data: 'one' },
      { type: 'change', seq: 3, data: 'two' },
    ]);
    expect(topic.isEmpty).toBe(true);
  });

  it('shows what was waiting as the snapshot was made in the snapshot alone', () => {
    const { source, topic, tell, line } = begun(1);
    source.next = ['a', 'b'];
    subscribed(topic, line);
    tell('c');
    expect(line.said).toEqual([
      { type: 'snapshot', seq: 2, data: 'now' },
      { type: 'change', seq: 3, data: 'c' },
    ]);
  });

  it('goes on after the change that the client has', () => {
    const { source, topic, tell, line } = begun();
    tell('one', 'two', 'three');
    source.next = ['four'];
    subscribed(topic, line, { epoch: EPOCH, seq: 1 });
    tell('five');
    expect(line.said).toEqual([
      { type: 'resumed', seq: 1 },
      { type: 'change', seq: 2, data: 'two' },
      { type: 'change', seq: 3, data: 'three' },
      { type: 'change', seq: 4, data: 'four' },
      { type: 'change', seq: 5, data: 'five' },
    ]);
  });

  it.each([
    ['of another start', { epoch: 'another', seq: 1 }],
    ['that is yet to come', { epoch: EPOCH, seq: 9 }],
  ])('begins anew after a change %s', (_, resume) => {
    const { topic, tell, line } = begun();
    tell('one', 'two');
    subscribed(topic, line, resume);
    expect(line.said).toEqual([{ type: 'snapshot', seq: 2, data: 'now' }]);
  });
});

describe('a subscription of a slow client', () => {
  it('leaves changes out, then says how many things they were, and begins anew', () => {
    const { source, topic, tell, line } = begun(3);
    const subscription = subscribed(topic, line);
    line.take();
    line.isSlow = true;
    tell('one', 'two');
    subscription.catchUp();
    expect(line.take()).toEqual([]);
    line.isSlow = false;
    tell('three');
    expect(line.take()).toEqual([]);
    source.state = 'later';
    subscription.catchUp();
    expect(line.take()).toEqual([
      { type: 'missed', count: 9 },
      { type: 'snapshot', seq: 3, data: 'later' },
    ]);
    tell('four');
    subscription.catchUp();
    expect(line.take()).toEqual([{ type: 'change', seq: 4, data: 'four' }]);
  });

  it('says nothing of what is missed where a newer change stands for an older one', () => {
    const { topic, tell, line } = begun();
    const subscription = subscribed(topic, line);
    line.isSlow = true;
    tell('one');
    line.isSlow = false;
    subscription.catchUp();
    expect(line.said.map(({ type }) => type)).toEqual(['snapshot', 'snapshot']);
  });

  it('keeps others waiting for nothing', () => {
    const { topic, tell, line } = begun();
    const slow = new Line();
    subscribed(topic, slow);
    subscribed(topic, line);
    slow.isSlow = true;
    tell('one', 'two');
    expect(line.said.map(({ seq }) => seq)).toEqual([0, 1, 2]);
    expect(slow.said.map(({ seq }) => seq)).toEqual([0]);
  });

  it('gets its first snapshot once it reads', () => {
    const { topic, tell, line } = begun();
    line.isSlow = true;
    const subscription = subscribed(topic, line, { epoch: EPOCH, seq: 0 });
    tell('one');
    expect(line.said).toEqual([]);
    line.isSlow = false;
    subscription.catchUp();
    expect(line.said).toEqual([{ type: 'snapshot', seq: 1, data: 'now' }]);
  });
});
