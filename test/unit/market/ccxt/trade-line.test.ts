import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOrder, TradeLine } from '../../../../src/market/ccxt/trade-line.ts';
import type { TradeTick } from '../../../../src/model/trade-tick.ts';

function trade(number: number, tradeId = String(number), timestamp = number * 10): TradeTick {
  return {
    type: 'trade',
    symbol: 'BTC/USDT',
    timestamp,
    price: number,
    size: 1,
    aggressorSide: 'buy',
    tradeId,
  };
}

function trades(from: number, to: number): TradeTick[] {
  return Array.from({ length: to - from }, (_, index) => trade(from + index));
}

describe('trades', () => {
  it('that come twice are told once', () => {
    const line = new TradeLine();
    expect(line.take([trade(1), trade(2), trade(1)])).toEqual([trade(1), trade(2)]);
    expect(line.take([trade(2), trade(3)])).toEqual([trade(3)]);
    expect(line.doubled).toBe(2);
  });

  it('without an id are all told', () => {
    expect(new TradeLine().take([trade(1, ''), trade(1, '')])).toHaveLength(2);
  });

  it('are told although their exchange counts anew', () => {
    const line = new TradeLine();
    line.take([trade(1, '7', 100)]);
    expect(line.take([trade(1, '7', 200)])).toHaveLength(1);
  });

  it('of the same time are in the order of their numbers, however long these are', () => {
    const [nine, ten] = [trade(1, '9', 5), trade(1, '10', 5)];
    expect([ten, nine].toSorted(inOrder)).toEqual([nine, ten]);
  });
});

describe('what was missed', () => {
  it('is what the archive has behind the last one', () => {
    const line = new TradeLine();
    line.take([trade(5)]);
    expect(line.missedOf(trades(3, 9))).toEqual({ trades: trades(6, 9), lost: 0 });
  });

  it('is counted by number where the archive does not go back so far', () => {
    const line = new TradeLine();
    line.take([trade(5)]);
    expect(line.missedOf(trades(9, 11))).toEqual({ trades: trades(9, 11), lost: 3 });
  });

  it('is known by time where ids are no numbers', () => {
    const line = new TradeLine();
    line.take([trade(5, 'e')]);
    const archive = [trade(4, 'd'), trade(6, 'f')];
    expect(line.missedOf(archive)).toEqual({ trades: [trade(6, 'f')], lost: 0 });
  });

  it('can not be counted where ids are no numbers and the archive does not go back so far', () => {
    const line = new TradeLine();
    line.take([trade(5, 'e')]);
    expect(line.missedOf([trade(8, 'h')])).toEqual({ trades: [trade(8, 'h')], lost: undefined });
  });

  it('is nothing before there was a trade', () => {
    expect(new TradeLine().missedOf(trades(1, 5))).toEqual({ trades: [], lost: 0 });
  });

  it('and what came meanwhile are each told once, in order', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 20 }),
        (before, missed, meanwhile, back) => {
          const line = new TradeLine();
          const told = line.take(trades(0, before));
          const end = before + missed + meanwhile;
          const archive = trades(Math.max(0, before - back), before + missed);
          told.push(...line.take(line.missedOf(archive).trades));
          // The stream has begun somewhere within what the archive has.
          told.push(...line.take(trades(before + Math.floor(missed / 2), end)));
          expect(told).toEqual(trades(0, end));
        },
      ),
    );
  });
});
