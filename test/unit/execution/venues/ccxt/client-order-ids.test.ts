import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  decodeClientOrderId,
  encodeClientOrderId,
} from '../../../../../src/execution/venues/ccxt/client-order-ids.ts';

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'.split('');
const ours = fc
  .array(fc.constantFrom(...LETTERS), { minLength: 1, maxLength: 20 })
  .map((letters) => letters.join(''));

it.each([
  ['binance', /^[.A-Z:/a-z0-9_-]{1,36}$/],
  ['okx', /^[A-Za-z0-9]{1,32}$/],
  ['bybit', /^[A-Za-z0-9_-]{1,36}$/],
  ['kraken', /^[0-9a-f]{32}$/],
  ['hyperliquid', /^0x[0-9a-f]{32}$/],
  ['gate', /^[A-Za-z0-9]{1,28}$/],
])('any of our ids fits %s, and comes back', (exchange, shape) => {
  fc.assert(
    fc.property(ours, (id) => {
      const theirs = encodeClientOrderId(exchange, id);
      expect(theirs).toMatch(shape);
      expect(decodeClientOrderId(exchange, theirs)).toBe(id);
    }),
  );
});

it.each(['kraken', 'hyperliquid'])('no two ids are one at %s', (exchange) => {
  fc.assert(
    fc.property(ours, ours, (one, two) => {
      const same = encodeClientOrderId(exchange, one) === encodeClientOrderId(exchange, two);
      expect(same).toBe(one === two);
    }),
  );
});

it('an id that is not of our making comes back as it is', () => {
  const theirs = [
    'web_123',
    'ffffffffffffffffffffffffffffffff',
    '0xabc',
    '',
    '00000000000000000000000000000000',
  ];
  for (const id of theirs) {
    for (const exchange of ['binance', 'kraken', 'hyperliquid']) {
      expect(decodeClientOrderId(exchange, id)).toBe(id);
    }
  }
});

it('Gate tells its prefix, which is not ours', () => {
  expect(decodeClientOrderId('gate', 't-q7Zk1')).toBe('q7Zk1');
});
