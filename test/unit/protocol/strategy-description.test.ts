import { describe, expect, it } from 'vitest';
import { strategyDescription } from '../../../src/protocol/strategy-description.ts';
import { changed } from './support.ts';

const GOOD = {
  name: 'sma',
  symbols: ['BTC/USDT'],
  dataTypes: ['kline'],
  warmup: 50,
  callbacks: ['onBar'],
  paramsSchema: { type: 'object' },
};

describe('strategyDescription', () => {
  it('takes a description', () => {
    expect(strategyDescription.parse(GOOD)).toEqual(GOOD);
  });

  it('takes one without parameters', () => {
    expect(strategyDescription.safeParse({ ...GOOD, paramsSchema: null }).success).toBe(true);
  });

  it.each([
    ['name', undefined],
    ['symbols', 'BTC/USDT'],
    ['dataTypes', [1]],
    ['warmup', -1],
    ['warmup', 0.5],
    ['callbacks', undefined],
    ['paramsSchema', []],
  ])('refuses %s %j', (path, value) => {
    expect(strategyDescription.safeParse(changed(GOOD, path, value)).success).toBe(false);
  });
});
