import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changeOf,
  clientOrderIdOf,
  closingTagOf,
  intentOf,
} from '../../../../src/worker/trading/order-input.ts';
import { order } from './support.ts';

const intent = (options?: unknown, quantity: unknown = 1) =>
  intentOf('buy', 'BTC/USDT', quantity, options);

describe('intentOf', () => {
  it.each([
    [undefined, { type: 'market', timeInForce: 'ioc', price: null, stopPrice: null }],
    [{ price: 100.5 }, { type: 'limit', timeInForce: 'gtc', price: '100.5' }],
    [{ stopPrice: '99' }, { type: 'stop', timeInForce: 'gtc', stopPrice: '99' }],
    [
      { price: 99, stopPrice: '98.50' },
      { type: 'stop-limit', price: '99', stopPrice: '98.5' },
    ],
    [{ timeInForce: 'gtc' }, { type: 'market', timeInForce: 'ioc' }],
    [{ timeInForce: 'fok' }, { type: 'market', timeInForce: 'fok' }],
    [{ price: 1, timeInForce: 'ioc' }, { timeInForce: 'ioc' }],
    [
      { price: 1, postOnly: true, reduceOnly: true },
      { postOnly: true, reduceOnly: true },
    ],
    [{ tag: 'entry' }, { tag: 'entry', reduceOnly: false, postOnly: false }],
  ])('completes %j', (options, expected) => {
    expect(intent(options)).toMatchObject({ symbol: 'BTC/USDT', side: 'buy', ...expected });
  });

  it.each([
    [1, '1'],
    ['0.10', '0.1'],
    [1e-7, '0.0000001'],
  ])('takes the quantity %s', (quantity, expected) => {
    expect(intent(undefined, quantity).quantity).toBe(expected);
  });

  it('takes a bigint, and quotes one that is wrong', () => {
    expect(intent({ price: 99n }, 5n)).toMatchObject({ quantity: '5', price: '99' });
    expect(() => intent(undefined, -5n)).toThrow(/^quantity is -5/);
  });

  it.each([Number.NaN, Infinity, -1, 0, '0', '', '1e5', 'one', null, undefined, {}, [], true])(
    'refuses the quantity %j',
    (quantity) => {
      expect(() => intentOf('buy', 'BTC/USDT', quantity, undefined)).toThrow(/^quantity is /);
    },
  );

  it.each([
    [{ price: 0 }, 'price is 0: expected a decimal above 0'],
    [{ price: -5 }, 'price is -5: expected a decimal above 0'],
    [{ stopPrice: 'low' }, 'stopPrice is "low": expected'],
    [{ limit: 5 }, 'buy() has no option "limit": expected type, price, stopPrice'],
    [{ type: 'iceberg' }, 'type is "iceberg": expected market, limit, stop, stop-limit'],
    [{ type: 'limit' }, 'type is limit and there is no price'],
    [{ type: 'market', price: 5 }, 'type is market and price is "5": a market order has none'],
    [{ type: 'stop', price: 5, stopPrice: 5 }, 'type is stop and price is "5"'],
    [{ timeInForce: 'day' }, 'timeInForce is "day": expected gtc, ioc, fok'],
    [{ reduceOnly: 'yes' }, 'reduceOnly is "yes": expected true or false'],
    [{ postOnly: true }, 'postOnly is true of a market order'],
    [{ price: 1, postOnly: true, timeInForce: 'ioc' }, 'only a limit order that is gtc can rest'],
    [{ tag: 5 }, 'tag is 5: expected a text'],
    [{ tag: 't'.repeat(101) }, 'at most 100 characters'],
    [5, 'the options of buy() are 5: expected an object'],
    [null, 'the options of buy() are null'],
  ])('refuses %j', (options, words) => {
    expect(() => intent(options)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(words) }),
    );
  });

  it('gives decimals above zero, or throws an error of ours', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true }), fc.anything(), (quantity, options) => {
        try {
          expect(intent(options, quantity).quantity).toMatch(/^\d+(\.\d+)?$/);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: expect.stringMatching(/^INVALID_/) });
        }
      }),
    );
  });
});

describe('changeOf', () => {
  it('leaves as null what is not given', () => {
    expect(changeOf({ price: 5 })).toEqual({ quantity: null, price: '5', stopPrice: null });
  });

  it.each([undefined, {}, { size: 5 }, { quantity: 0 }, 'all'])('refuses %j', (changes) => {
    expect(() => changeOf(changes)).toThrow();
  });
});

describe('clientOrderIdOf', () => {
  it('takes an order or its id', () => {
    expect([clientOrderIdOf('k1'), clientOrderIdOf(order('k2'))]).toEqual(['k1', 'k2']);
  });

  it.each([undefined, null, '', 5, {}, 'k'.repeat(37)])('refuses %j', (value) => {
    expect(() => clientOrderIdOf(value)).toThrow(/^the order is /);
  });
});

it('closingTagOf reads the tag', () => {
  expect([closingTagOf(undefined), closingTagOf({ tag: 'x' })]).toEqual([null, 'x']);
  expect(() => closingTagOf({ price: 1 })).toThrow(/no option "price"/);
});
