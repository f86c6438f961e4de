import { describe, expect, it } from 'vitest';
import { journalSource } from '../../../../src/api/stream/sources/journal-source.ts';
import { stateSource, wholeSource } from '../../../../src/api/stream/sources/state-source.ts';
import { Line, subscribed, topicOf } from './support.ts';

describe('a journal', () => {
  function journal() {
    const all: number[] = [];
    const listeners = new Set<(item: number) => void>();
    const source = journalSource<number>({
      recent: () => all,
      listen: (take) => {
        listeners.add(take);
        return () => listeners.delete(take);
      },
      wrap: (items) => ({ items }),
    });
    const add = (count: number): void => {
      for (let number = 0; number < count; number += 1) {
        all.push(all.length);
        for (const listener of listeners) listener(all.length - 1);
      }
    };
    return { source, add, listeners };
  }

  it('tells each thing once, and how many there are in a change', () => {
    const { source, add } = journal();
    expect(source.changes()).toBeNull();
    add(2);
    const changes = source.changes();
    expect(changes).toEqual({ items: [0, 1] });
    expect(source.countOf?.(changes)).toBe(2);
    expect(source.changes()).toBeNull();
  });

  it('tells no more than 2,000 at once, and the rest with the next', () => {
    const { source, add } = journal();
    add(4_100);
    const counts = [1, 2, 3].map(() => source.countOf?.(source.changes()));
    expect(counts).toEqual([2_000, 2_000, 100]);
    expect(source.changes()).toBeNull();
  });

  it('with more waiting than a change holds shows each in the snapshot or after it, never in both', () => {
    const { source, add } = journal();
    const topic = topicOf(source);
    const line = new Line();
    add(4_100);
    subscribed(topic, line);
    add(1);
    topic.flush();
    topic.flush();
    const items = line.said.flatMap(({ data }) => (data as { items: number[] }).items);
    expect(items).toEqual(Array.from({ length: 4_101 }, (_, index) => index));
  });

  it('hears nothing once it is closed', () => {
    const { source, listeners } = journal();
    expect(listeners.size).toBe(1);
    source.close();
    expect(listeners.size).toBe(0);
  });
});

describe('a state', () => {
  function state() {
    const values = new Map<string, { value: number }>();
    const source = stateSource({
      read: () => values,
      snapshot: (all) => all,
      change: (changed, removed) => ({ changed, removed }),
    });
    return { values, source };
  }

  it('tells those that are another, that are new and that are gone', () => {
    const { values, source } = state();
    values.set('a', { value: 1 }).set('b', { value: 1 });
    expect(source.changes()).toEqual({ changed: [{ value: 1 }, { value: 1 }], removed: [] });
    expect(source.changes()).toBeNull();
    values.set('a', { value: 2 }).delete('b');
    expect(source.changes()).toEqual({ changed: [{ value: 2 }], removed: ['b'] });
    expect(source.snapshot()).toEqual([{ value: 2 }]);
  });

  it('that was another as a snapshot was made and is back is told', () => {
    let value = 'a';
    const topic = topicOf(wholeSource(() => value));
    const line = new Line();
    value = 'b';
    subscribed(topic, line);
    value = 'a';
    topic.flush();
    expect(line.said.map(({ data }) => data)).toEqual(['b', 'a']);
  });
});
