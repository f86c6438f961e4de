import { describe, expect, it } from 'vitest';
import { fill } from '../../../../web/src/i18n/fill.ts';
import { en } from '../../../../web/src/i18n/en.ts';
import { zh } from '../../../../web/src/i18n/zh.ts';

const namesIn = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name]) => String(name)))].toSorted();

describe('the texts of the page', () => {
  it('have the same keys in both languages', () => {
    expect(Object.keys(zh).toSorted()).toEqual(Object.keys(en).toSorted());
  });

  it('have the same parts to be filled in', () => {
    const keys = Object.keys(en) as (keyof typeof en)[];
    const others = keys.filter((key) => String(namesIn(zh[key])) !== String(namesIn(en[key])));
    expect(others).toEqual([]);
  });

  it('are none of them empty', () => {
    const all: readonly [string, string][] = [...Object.entries(en), ...Object.entries(zh)];
    const empty = all.filter(([, text]) => text === '');
    expect(empty).toEqual([]);
  });
});

describe('what is in braces', () => {
  it('is filled in, each time that it is there', () => {
    expect(fill('{a} of {b}, {a}', { a: 1, b: 'two' })).toBe('1 of two, 1');
  });

  it('is one word for one, and the other one for any other number', () => {
    const text = '{count} {count|worker|workers}';
    expect([0, 1, 2].map((count) => fill(text, { count }))).toEqual([
      '0 workers',
      '1 worker',
      '2 workers',
    ]);
  });

  it('stays where there is nothing to fill in', () => {
    expect(fill('{a}', {})).toBe('{a}');
  });
});
