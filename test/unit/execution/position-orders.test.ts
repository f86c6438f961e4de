import { describe, expect, it } from 'vitest';
import { decimal } from '../../../src/execution/decimals.ts';
import { closingOrder } from '../../../src/execution/position-orders.ts';
import { BTC } from './fixtures.ts';

const INSTRUMENT = { ...BTC, lotSize: '0.01', minQuantity: '0.05', maxQuantity: '3' };

function closing(position: string, inParts = false): string | undefined {
  const order = closingOrder(decimal(position), INSTRUMENT, { tag: null, inParts });
  return order === null ? undefined : `${order.side} ${order.quantity}`;
}

describe('the order that closes a position', () => {
  it('is the other way round, in whole lots', () => {
    expect(closing('1.239')).toBe('sell 1.23');
    expect(closing('-1.239')).toBe('buy 1.23');
  });

  it('is none where less is held than the least order', () => {
    expect(closing('0.049')).toBeUndefined();
    expect(closing('0.05')).toBe('sell 0.05');
  });

  it('is no larger than the largest order where it is one of several', () => {
    expect(closing('-7', true)).toBe('buy 3');
    expect(closing('2', true)).toBe('sell 2');
    expect(closing('7')).toBe('sell 7');
  });
});
