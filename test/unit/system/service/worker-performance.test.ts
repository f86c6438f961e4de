import { expect, it } from 'vitest';
import type { Fill } from '../../../../src/model/fill.ts';
import type { ExecutionEngine } from '../../../../src/execution/execution-engine.ts';
import { WorkerPerformances } from '../../../../src/system/service/worker-performance.ts';

function fill(symbol: string, side: Fill['side'], price: string, timestamp: number): Fill {
  return {
    tradeId: `${symbol} ${timestamp}`,
    clientOrderId: null,
    venueOrderId: 'v',
    symbol,
    side,
    quantity: '1',
    price,
    fee: '0',
    feeCurrency: 'USDT',
    liquiditySide: 'taker',
    timestamp,
  };
}

/** A journal that gives two fills at a time, and remembers from where it was asked. */
function engineOf(fills: Fill[]) {
  const asked: number[] = [];
  const engine = {
    venue: {
      instrument: (symbol: string) => {
        const [base, quote] = symbol.split('/');
        if (base === 'GONE') return undefined;
        return { kind: 'spot', base, quote, contractSize: '1', lotSize: '0.001' };
      },
    },
    desk: {
      positions: () => [{ symbol: 'BTC/USDT', lastPrice: '130' }],
      fillsAfter: (_worker: string, place: number) => {
        asked.push(place);
        const end = Math.min(fills.length, place + 2);
        return { fills: fills.slice(place, end), place: end, isLast: end === fills.length };
      },
    },
  };
  return { engine: engine as unknown as ExecutionEngine, asked };
}

it('goes through each fill once, however often it is asked', async () => {
  const fills = [
    fill('BTC/USDT', 'buy', '100', 1_000),
    fill('BTC/USDT', 'sell', '110', 2_000),
    fill('BTC/USDT', 'buy', '120', 3_000),
  ];
  const { engine, asked } = engineOf(fills);
  const performances = new WorkerPerformances(engine);
  const [first, same] = await Promise.all([
    performances.of('a', 'USDT'),
    performances.of('a', 'USDT'),
  ]);
  // 10, and 10 more of what is held, at the price of now.
  expect(first.figures?.summary).toMatchObject({ fills: 3, pnl: '20' });
  expect(same.figures?.summary).toEqual(first.figures?.summary);
  fills.push(fill('BTC/USDT', 'sell', '125', 4_000));
  const later = await performances.of('a', 'USDT');
  expect(later.figures?.summary).toMatchObject({ fills: 4, trades: 2, pnl: '15' });
  expect(asked).toEqual([0, 2, 3, 3]);
});

it('is in the currency of most fills, and says what it leaves out', async () => {
  const { engine } = engineOf([
    fill('ETH/EUR', 'buy', '10', 1_000),
    fill('BTC/USDT', 'buy', '100', 2_000),
    fill('GONE/USDT', 'buy', '1', 3_000),
    fill('BTC/USDT', 'sell', '90', 4_000),
  ]);
  const performance = await new WorkerPerformances(engine).of('a', 'USDT');
  expect(performance).toMatchObject({ currency: 'USDT', figures: { summary: { pnl: '-10' } } });
  expect(performance.notes).toEqual([
    '1 fills in EUR are in none of the figures',
    '1 fills of instruments that are not known here any more are in none of the figures',
  ]);
});

it('has no figures of a worker that has not traded', async () => {
  const performance = await new WorkerPerformances(engineOf([]).engine).of('a', 'EUR');
  expect(performance).toEqual({ currency: 'EUR', figures: null, notes: [] });
});
