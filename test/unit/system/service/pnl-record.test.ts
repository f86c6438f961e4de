import { expect, it } from 'vitest';
import type { Fill } from '../../../../src/model/fill.ts';
import { PnlRecord } from '../../../../src/system/service/pnl-record.ts';

const BTC = {
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  contractSize: '1',
  lotSize: '0.001',
} as const;
const NO_PRICES = new Map<string, number>();

let trades = 0;
function fill(side: Fill['side'], quantity: string, price: string, timestamp: number): Fill {
  trades += 1;
  return {
    tradeId: String(trades),
    clientOrderId: null,
    venueOrderId: 'v',
    symbol: 'BTC/USDT',
    side,
    quantity,
    price,
    fee: '1',
    feeCurrency: 'USDT',
    liquiditySide: 'taker',
    timestamp,
  };
}

function record(...fills: readonly Fill[]): PnlRecord {
  const made = new PnlRecord('USDT');
  for (const one of fills) made.onFill(one, BTC);
  return made;
}

it('counts wins, losses and what they brought, fees taken off', () => {
  const { summary } = record(
    fill('buy', '1', '100', 1_000),
    fill('sell', '1', '120', 2_000),
    fill('buy', '1', '120', 3_000),
    fill('sell', '1', '110', 4_000),
  ).figures('a', NO_PRICES, 5_000);
  expect(summary).toMatchObject({
    fills: 4,
    trades: 2,
    wins: 1,
    losses: 1,
    // 20 - 2 and -10 - 2.
    pnl: '6',
    grossPnl: '10',
    fees: { USDT: '4' },
    winRate: 0.5,
    profitFactor: 1.5,
    averageWin: '18',
    averageLoss: '12',
    tradedNotional: '450',
  });
});

it('says the largest fall from a highest point, from nothing too', () => {
  const lost = record(fill('buy', '1', '100', 1_000), fill('sell', '1', '90', 2_000));
  expect(lost.figures('a', NO_PRICES, 3_000).maxDrawdown).toBe('12');
  const later = record(
    fill('buy', '1', '100', 1_000),
    fill('sell', '1', '150', 2_000),
    fill('buy', '1', '150', 3_000),
    fill('sell', '1', '120', 4_000),
    fill('buy', '1', '120', 5_000),
    fill('sell', '1', '200', 6_000),
  );
  // From 48 to 15, with the fee of what was bought then.
  expect(later.figures('a', NO_PRICES, 7_000).maxDrawdown).toBe('33');
});

it('begins at nothing, has a point for each fill and ends now, at the price of now', () => {
  const open = record(fill('buy', '1', '100', 1_000), fill('buy', '1', '110', 2_000));
  const { curve, summary } = open.figures('a', new Map([['BTC/USDT', 90]]), 9_000);
  expect(curve).toEqual([
    { at: 999, pnl: 0, drawdown: 0 },
    { at: 1_000, pnl: -1, drawdown: 1 },
    { at: 2_000, pnl: 8, drawdown: 0 },
    { at: 9_000, pnl: -32, drawdown: 40 },
  ]);
  expect(summary.pnl).toBe('-32');
});

it('values the fills after it at their own price again', () => {
  const made = record(fill('buy', '1', '100', 1_000));
  made.figures('a', new Map([['BTC/USDT', 1]]), 2_000);
  made.onFill(fill('buy', '1', '100', 3_000), BTC);
  const { curve, maxDrawdown } = made.figures('a', new Map([['BTC/USDT', 100]]), 4_000);
  expect(curve.map(({ pnl }) => pnl)).toEqual([0, -1, -2, -2]);
  expect(maxDrawdown).toBe('2');
});

it('has no more than 2,000 points of a long life, with its largest fall', () => {
  const made = new PnlRecord('USDT');
  for (let number = 0; number < 12_000; number += 1) {
    const price = number === 7_777 ? '50' : '100';
    made.onFill(fill(number % 2 === 0 ? 'buy' : 'sell', '1', price, 1_000 * number + 1_000), BTC);
  }
  const { curve, maxDrawdown } = made.figures('a', NO_PRICES, 20_000_000);
  expect(curve.length).toBeLessThanOrEqual(2_000);
  expect(curve.length).toBeGreaterThan(1_000);
  expect(curve.at(-1)?.pnl).toBe(-12_050);
  expect(curve[0]).toMatchObject({ at: 999, pnl: 0 });
  expect(maxDrawdown).toBe('12050');
});

it('goes on where fills are told late, of a time that is over', () => {
  const made = record(fill('buy', '1', '100', 5_000), fill('sell', '1', '110', 1_000));
  const times = made.figures('a', NO_PRICES, 6_000).curve.map(({ at }) => at);
  expect(times).toEqual([4_999, 5_000, 6_000]);
});
