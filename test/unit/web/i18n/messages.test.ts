import { describe, expect, it } from 'vitest';
import { fill } from '../../../../web/src/i18n/fill.ts';
import { en } from '../../../../web/src/i18n/en.ts';
import { zh } from '../../../../web/src/i18n/zh.ts';

const namesIn = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(String).toSorted();

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

  it('stays where there is nothing to fill in', () => {
    expect(fill('{a}', {})).toBe('{a}');
  });
});
