import { expect, it } from 'vitest';
import { nearestNames } from '../../../src/base/nearest.ts';

const SYMBOLS = ['ETH/USDT', 'BTC/USDT', 'BTC/USDC', 'BTC/EUR', 'DOGE/USDT', 'BTC/USDT:USDT'];

it.each([
  ['BTC/USD', ['BTC/USDT', 'BTC/USDC']],
  ['btcusdt', ['BTC/USDT', 'BTC/USDC', 'ETH/USDT']],
  ['DOG/USDT', ['DOGE/USDT']],
  ['ZZZZZZ', []],
])('finds what %s may have meant, nearest first', (name, names) => {
  expect(nearestNames(name, SYMBOLS, 3).slice(0, names.length)).toEqual(names);
  if (names.length === 0) expect(nearestNames(name, SYMBOLS, 3)).toEqual([]);
});

it('names no more than asked for', () => {
  expect(nearestNames('BTC/USD', SYMBOLS, 1)).toEqual(['BTC/USDT']);
});
