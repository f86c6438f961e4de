import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, sum } from '../../../src/execution/decimals.ts';
import {
  afterFill,
  NOTHING,
  unrealizedPnl,
  type Holding,
} from '../../../src/execution/position-math.ts';
import type { Fill } from '../../../src/model/fill.ts';
import { aFill, BTC, BTC_PERP } from './fixtures.ts';

function fold(fills: readonly Fill[], instrument = BTC_PERP): Holding {
  return fills.reduce((holding, fill) => afterFill(holding, fill, instrument), NOTHING);
}

function figures({ quantity, avgPrice, realizedPnl }: Holding): (string | number)[] {
  return [quantity.toString(), avgPrice.toString(), realizedPnl.toString()];
}

describe('a position', () => {
  it('has the mean price of what was bought', () => {
    const held = fold([aFill({ price: '100' }), aFill({ price: '110', quantity: '3' })]);
    expect(figures(held)).toEqual(['4', '107.5', '0']);
  });

  it('realizes what is closed and keeps its mean price', () => {
    const held = fold([
      aFill({ price: '100', quantity: '2' }),
      aFill({ side: 'sell', price: '130' }),
    ]);
    expect(figures(held)).toEqual(['1', '100', '30']);
  });

  it('that flips has the price of the fill for what is new', () => {
    const held = fold([
      aFill({ price: '100' }),
      aFill({ side: 'sell', price: '90', quantity: '3' }),
    ]);
    expect(figures(held)).toEqual(['-2', '90', '-10']);
  });

  it('wins when it is short and the price falls', () => {
    const held = fold([aFill({ side: 'sell', price: '100' }), aFill({ side: 'buy', price: '80' })]);
    expect(figures(held)).toEqual(['0', '0', '20']);
  });

  it('of a future counts the contract size', () => {
    const perp = { ...BTC_PERP, contractSize: '0.01' };
    const held = fold([aFill({ price: '100' }), aFill({ side: 'sell', price: '150' })], perp);
    expect(held.realizedPnl.toString()).toBe('0.5');
  });

  it('of spot is less by a fee that was taken of it, and counts that as lost', () => {
    const held = fold([aFill({ quantity: '1', fee: '0.001', feeCurrency: 'BTC' })], BTC);
    expect(figures(held)).toEqual(['0.999', '100', '-0.1']);
  });

  it('is what its fills add up to, and its gains are the cash that came of it, to the last digit', () => {
    const fill = fc.record({
      side: fc.constantFrom('buy' as const, 'sell' as const),
      quantity: fc.integer({ min: 1, max: 5_000 }).map((lots) => (lots / 1_000).toFixed(3)),
      price: fc.integer({ min: 1, max: 100_000 }).map((ticks) => (ticks / 100).toFixed(2)),
    });
    fc.assert(
      fc.property(fc.array(fill, { maxLength: 40 }), (parts) => {
        const fills = parts.map((part) => aFill(part));
        const held = fold(fills);
        const signed = fills.map(({ side, quantity }) =>
          decimal(quantity).times(side === 'buy' ? 1 : -1),
        );
        const cash = sum(
          fills.map(({ price }, at) =>
            decimal(price)
              .times(signed[at] ?? 0)
              .negated(),
          ),
        );
        expect(held.quantity.toString()).toBe(sum(signed).toString());
        const worth = unrealizedPnl(held, decimal('77'), decimal('1'));
        const equity = cash.plus(held.quantity.times(77));
        // Mean prices are quotients, kept with 30 places.
        expect(held.realizedPnl.plus(worth).minus(equity).abs().lt('1e-20')).toBe(true);
      }),
    );
  });
});
