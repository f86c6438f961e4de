import { describe, expect, it } from 'vitest';
import {
  bytesText,
  clockText,
  millisText,
  numberText,
  rateText,
  shareText,
  spanText,
  timeText,
} from '../../../../web/src/data/format.ts';

describe('figures', () => {
  it.each([
    [14_203, '14,203'],
    [14.25, '14.3'],
    [7, '7'],
    [null, '\u2013'],
    [Number.NaN, '\u2013'],
  ])('%s is %s', (value, text) => {
    expect(numberText(value)).toBe(text);
  });

  it.each([
    [512, '512 B'],
    [53_687_091, '51.2 MB'],
    [2_684_354_560, '2.5 GB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });

  it.each([
    [3, '3.0'],
    [19.97, '20'],
    [3_225.4, '3,225'],
  ])('a rate of %d is %s', (rate, text) => {
    expect(rateText(rate)).toBe(text);
  });

  it('shares are of one processor', () => {
    expect(shareText(0.0123)).toBe('1.2%');
    expect(shareText(1.5)).toBe('150%');
  });

  it.each([
    [0.81, '0.8 ms'],
    [340.4, '340 ms'],
    [2_540, '2.5 s'],
  ])('%d milliseconds are %s', (ms, text) => {
    expect(millisText(ms)).toBe(text);
  });

  it.each([
    [-5, '0s'],
    [59_999, '59s'],
    [185_000, '3m 05s'],
    [15_120_000, '4h 12m'],
    [529_200_000, '6d 03h'],
  ])('a span of %i ms is %s', (ms, text) => {
    expect(spanText(ms)).toBe(text);
  });
});

describe('times', () => {
  const at = new Date(2026, 10, 27, 9, 3, 7).getTime();

  it('of today have no date', () => {
    expect(clockText(at)).toBe('09:03:07');
    expect(timeText(at, at + 1_000)).toBe('09:03:07');
  });

  it('of another day have one', () => {
    expect(timeText(at, at + 86_400_000)).toBe('2026-11-27 09:03:07');
  });

  it('that there are none of are told as such', () => {
    expect(timeText(null)).toBe('\u2013');
  });
});
