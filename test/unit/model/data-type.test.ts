import { describe, expect, it } from 'vitest';
import {
  DEFAULT_TIMEFRAME,
  klineOf,
  parseDataType,
  timeframeOf,
} from '../../../src/model/data-type.ts';
import { InvalidDataTypeError, InvalidTimeframeError } from '../../../src/model/errors.ts';

describe('parseDataType', () => {
  it.each([
    ['kline', [`kline@${DEFAULT_TIMEFRAME}`]],
    ['bar', [`kline@${DEFAULT_TIMEFRAME}`]],
    ['kline@5m', ['kline@5m']],
    ['bar@1h', ['kline@1h']],
    ['trade', ['trade']],
    ['quote', ['quote']],
    ['tick', ['trade', 'quote']],
    ['depth', ['depth']],
    ['orderbook', ['depth']],
  ])('reads %s', (name, dataTypes) => {
    expect(parseDataType(name)).toEqual(dataTypes);
  });

  it('gives bars without a timeframe the one it is given', () => {
    expect(parseDataType('kline', '15m')).toEqual(['kline@15m']);
  });

  it('leaves bars with a timeframe their own', () => {
    expect(parseDataType('kline@5m', '15m')).toEqual(['kline@5m']);
  });

  it.each(['', 'Kline', 'candles', 'trade@1m', 'kline@1m@1m', 'depth ', 'toString'])(
    'refuses %j',
    (name) => {
      expect(() => parseDataType(name)).toThrow(InvalidDataTypeError);
    },
  );

  it.each([undefined, null, 1, {}, ['kline']])('refuses what is no string (%j)', (value) => {
    expect(() => parseDataType(value)).toThrow(InvalidDataTypeError);
  });

  it.each(['kline@', 'kline@1y', 'bar@0m'])('refuses the timeframe of %j', (name) => {
    expect(() => parseDataType(name)).toThrow(InvalidTimeframeError);
  });

  it('gives back a canonical name as it is', () => {
    const canonical = ['kline', 'tick', 'depth'].flatMap((name) => parseDataType(name));
    expect(canonical.flatMap((name) => parseDataType(name, '1h'))).toEqual(canonical);
  });
});

describe('klineOf', () => {
  it('names the bars of a timeframe', () => {
    expect(klineOf('4h')).toBe('kline@4h');
  });

  it('refuses what is no timeframe', () => {
    expect(() => klineOf('soon')).toThrow(InvalidTimeframeError);
  });
});

describe('timeframeOf', () => {
  it('is the timeframe of a bar type', () => {
    expect(timeframeOf('kline@4h')).toBe('4h');
  });

  it.each(['trade', 'quote', 'depth'] as const)('is undefined for %s', (dataType) => {
    expect(timeframeOf(dataType)).toBeUndefined();
  });
});
