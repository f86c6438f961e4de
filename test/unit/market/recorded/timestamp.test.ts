import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimestamp, showTime } from '../../../../src/market/recorded/timestamp.ts';

const MS = Date.UTC(2021, 11, 31, 23, 1, 0, 123);
const anyTime = fc.integer({ min: Date.UTC(1980, 0), max: Date.UTC(2100, 0) });

describe('parseTimestamp', () => {
  it.each([
    ['2021-12-31 23:01:00.123000', MS],
    ['2021-12-31T23:01:00.123Z', MS],
    ['2021-12-31T23:01:00.123999', MS],
    ['2022-01-01 07:01:00.123+08:00', MS],
    ['2021-12-31 18:01:00.123-0500', MS],
    ['2021-12-31 23:01:00.123 UTC', MS],
    ['2021/12/31 23:01', MS - 123],
    ['2021-12-31', Date.UTC(2021, 11, 31)],
    [' 1640991660 ', MS - 123],
    ['1640991660.123', MS],
    ['1640991660123', MS],
    ['1640991660123456', MS],
    ['1640991660123999999', MS],
  ])('reads %j', (text, expected) => {
    expect(parseTimestamp(text)).toBe(expected);
  });

  it.each([
    [1640991660, MS - 123],
    [1640991660.123, MS],
    [MS, MS],
    [MS * 1_000, MS],
    [MS * 1_000_000, MS],
  ])('tells the unit of the number %d by its magnitude', (value, expected) => {
    expect(parseTimestamp(value)).toBe(expected);
  });

  it.each([
    '',
    'yesterday',
    '2021-02-30',
    '2021-13-01',
    '2021-12-31 24:00',
    '2021-12-31 23:01:00+99:00',
    '1e30',
    NaN,
    Infinity,
    null,
    undefined,
    true,
    {},
  ])('refuses %j', (value) => {
    expect(parseTimestamp(value)).toBeUndefined();
  });

  it('gives back any time written as ISO text, with and without the zone', () => {
    fc.assert(
      fc.property(anyTime, (ms) => {
        const iso = new Date(ms).toISOString();
        expect(parseTimestamp(iso)).toBe(ms);
        expect(parseTimestamp(iso.replace('T', ' ').replace('Z', ''))).toBe(ms);
      }),
    );
  });

  it('gives back any time written as whole seconds, ms, µs or ns', () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: 0, max: 999_999 }), (ms, rest) => {
        const below = String(rest).padStart(6, '0');
        expect(parseTimestamp(String(Math.floor(ms / 1_000)))).toBe(Math.floor(ms / 1_000) * 1_000);
        expect(parseTimestamp(String(ms))).toBe(ms);
        expect(parseTimestamp(`${ms}${below.slice(0, 3)}`)).toBe(ms);
        expect(parseTimestamp(`${ms}${below}`)).toBe(ms);
        expect(parseTimestamp(ms / 1_000)).toBe(ms);
      }),
    );
  });

  it('cuts off below a millisecond towards the past before 1970 too', () => {
    const ms = Date.UTC(1960, 0);
    expect(parseTimestamp(`${ms}500`)).toBe(ms - 1);
    expect(parseTimestamp(`${ms}000`)).toBe(ms);
  });
});

describe('showTime', () => {
  it('shows ISO text, or the number where there is no date for it', () => {
    expect(showTime(MS)).toBe('2021-12-31T23:01:00.123Z');
    expect(showTime(1e17)).toBe('100000000000000000');
  });
});
