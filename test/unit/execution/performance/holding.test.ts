import { describe, expect, it } from 'vitest';
import { text } from '../../../../src/execution/decimals.ts';
import type { TradedInstrument } from '../../../../src/execution/performance/equity-sample.ts';
import { Holding } from '../../../../src/execution/performance/holding.ts';
import type { Fill } from '../../../../src/model/fill.ts';
import { fill, LINEAR, SPOT } from './support.ts';

/** What each fill brought, if it ended a round trip. */
function tripsOf(instrument: TradedInstrument, fills: readonly Fill[]): (string | null)[] {
  const holding = new Holding(instrument);
  return fills.map((each) => {
    const { tripPnl } = holding.apply(each);
    return tripPnl === null ? null : text(tripPnl);
  });
}

describe('a round trip', () => {
  it('ends when all is sold, and brings the difference less both fees', () => {
    expect(
      tripsOf(SPOT, [
        fill('buy', '2', '100', { fee: '0.2' }),
        fill('sell', '2', '110', { fee: '0.22' }),
      ]),
    ).toEqual([null, '19.58']);
  });

  it('goes on while parts are bought and sold', () => {
    expect(
      tripsOf(SPOT, [
        fill('buy', '1', '100'),
        fill('buy', '1', '120'),
        fill('sell', '0.5', '130'),
        fill('sell', '1.5', '90'),
      ]),
    ).toEqual([null, null, null, '-20']);
  });

  it('of what was sold first brings what the price fell, by the size of the contract', () => {
    expect(tripsOf(LINEAR, [fill('sell', '100', '50'), fill('buy', '100', '40')])).toEqual([
      null,
      '10',
    ]);
  });

  it('ends at a fill that flips the position, the fee split by quantity', () => {
    expect(
      tripsOf(SPOT, [
        fill('buy', '1', '100'),
        fill('sell', '3', '110', { fee: '3' }),
        fill('buy', '2', '105'),
      ]),
      // 10 less a third of the fee; 10 less the other two.
    ).toEqual([null, '9', '8']);
  });
});

describe('a fee in base currency', () => {
  it('makes a spot position smaller', () => {
    expect(
      tripsOf(SPOT, [
        fill('buy', '1', '100', { fee: '0.001', feeCurrency: 'BTC' }),
        fill('sell', '0.999', '100'),
      ]),
    ).toEqual([null, '-0.1']);
  });

  it('may leave less than a lot, which counts as flat and goes to the next trip at the last price', () => {
    const instrument = { ...SPOT, lotSize: '0.01' };
    expect(
      tripsOf(instrument, [
        fill('buy', '1', '100', { fee: '0.001', feeCurrency: 'BTC' }),
        fill('sell', '0.99', '110'),
        fill('buy', '1', '120'),
        fill('sell', '1', '120'),
      ]),
      // -100 + 108.9 + 0.009 * 110; then the 0.009 gained 10 each.
    ).toEqual([null, '9.89', null, '0.09']);
  });

  it('is worth its amount at the price of the fill', () => {
    const holding = new Holding(SPOT);
    const { feeCost } = holding.apply(
      fill('buy', '1', '100', { fee: '0.001', feeCurrency: 'BTC' }),
    );
    expect(feeCost?.toFixed()).toBe('0.1');
  });
});

it('a fee in a third currency is worth nothing that is known', () => {
  const holding = new Holding(SPOT);
  const effect = holding.apply(fill('buy', '1', '100', { fee: '0.01', feeCurrency: 'BNB' }));
  expect(effect.feeCost).toBeNull();
  expect(text(effect.cash)).toBe('-100');
});
