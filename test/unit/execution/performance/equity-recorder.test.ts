import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, text } from '../../../../src/execution/decimals.ts';
import { maxDrawdown } from '../../../../src/execution/performance/drawdown.ts';
import {
  EquityRecorder,
  type EquityRecorderOptions,
} from '../../../../src/execution/performance/equity-recorder.ts';
import type { OrderSide } from '../../../../src/model/order.ts';
import { fill, MINUTE, SPOT, T0 } from './support.ts';

const SYMBOL = 'BTC/USDT';

const recorderOf = (more: Partial<EquityRecorderOptions> = {}): EquityRecorder =>
  new EquityRecorder({ initialCapital: '1000', currency: 'USDT', ...more });

const minutesOf = (recorder: EquityRecorder): [number, number][] =>
  recorder.record().samples.map(({ timestamp, equity }) => [(timestamp - T0) / MINUTE, equity]);

describe('equity', () => {
  it('is the capital before anything happened', () => {
    expect(recorderOf().equity).toBe('1000');
    expect(recorderOf().record()).toMatchObject({ samples: [], firstTime: null, lastTime: null });
  });

  it('is cash plus what is held at the last price', () => {
    const recorder = recorderOf();
    recorder.onPrice(SYMBOL, 100, T0);
    recorder.onFill(fill('buy', '2', '100', { fee: '0.2' }), SPOT);
    expect(recorder.equity).toBe('999.8');
    recorder.onPrice(SYMBOL, 90.1, T0 + 1);
    expect(recorder.equity).toBe('980');
  });

  it('values at the price of the fill what has no price yet', () => {
    const recorder = recorderOf();
    recorder.onFill(fill('buy', '2', '100', { fee: '0.2' }), SPOT);
    expect(recorder.equity).toBe('999.8');
  });

  it('keeps every digit', () => {
    const recorder = recorderOf({ initialCapital: '0.1' });
    recorder.onFill(fill('buy', '0.000000000000000001', '0.2'), SPOT);
    recorder.onPrice(SYMBOL, 0.3, T0 + 1);
    expect(recorder.equity).toBe('0.1000000000000000001');
  });

  it('is not touched by a price that is no number', () => {
    const recorder = recorderOf();
    recorder.onFill(fill('buy', '1', '100'), SPOT);
    recorder.onPrice(SYMBOL, Number.NaN, T0);
    expect(recorder.equity).toBe('1000');
  });

  it('has no part in fees in a third currency, which are told apart', () => {
    const recorder = recorderOf();
    recorder.onFill(fill('buy', '1', '100', { fee: '0.5', feeCurrency: 'BNB' }), SPOT);
    recorder.onFill(fill('sell', '1', '100', { fee: '0.1' }), SPOT);
    expect(recorder.record()).toMatchObject({
      finalEquity: '999.9',
      fees: { BNB: '0.5', USDT: '0.1' },
      feesOutsideEquity: { BNB: '0.5' },
      feeCost: '0.1',
    });
  });

  it('leaves out and counts fills in another quote currency', () => {
    const recorder = recorderOf();
    recorder.onFill(fill('buy', '1', '100'), { ...SPOT, quote: 'EUR' });
    expect(recorder.record()).toMatchObject({ finalEquity: '1000', fills: 0, foreignFills: 1 });
  });

  it('refuses a capital that is no decimal', () => {
    expect(() => recorderOf({ initialCapital: 'much' })).toThrow(/the initial capital is "much"/);
  });
});

describe('samples', () => {
  it('are taken at the end of each span with what was known then', () => {
    const recorder = recorderOf();
    recorder.onPrice(SYMBOL, 100, T0);
    recorder.onFill(fill('buy', '1', '100'), SPOT);
    recorder.onPrice(SYMBOL, 101, T0 + MINUTE / 2);
    recorder.onPrice(SYMBOL, 102, T0 + MINUTE);
    recorder.onPrice(SYMBOL, 103, T0 + MINUTE + 1);
    recorder.onPrice(SYMBOL, 110, T0 + 10 * MINUTE);
    expect(minutesOf(recorder)).toEqual([
      [0, 1000],
      [1, 1002],
      [2, 1003],
      [10, 1010],
    ]);
  });

  it('are taken at fills too', () => {
    const recorder = recorderOf();
    recorder.onPrice(SYMBOL, 100, T0);
    const timestamp = T0 + MINUTE / 4;
    recorder.onFill(fill('buy', '1', '100', { timestamp, fee: '1' }), SPOT);
    recorder.onPrice(SYMBOL, 105, T0 + 2 * MINUTE);
    expect(minutesOf(recorder)).toEqual([
      [0, 1000],
      [0.25, 999],
      [1, 999],
      [2, 1004],
    ]);
  });

  it('of a fill have the last price of the same time', () => {
    const recorder = recorderOf();
    recorder.onPrice(SYMBOL, 100, T0);
    recorder.onPrice(SYMBOL, 100, T0 + 1);
    recorder.onFill(fill('buy', '1', '100', { timestamp: T0 + 1 }), SPOT);
    recorder.onPrice(SYMBOL, 107, T0 + 1);
    recorder.onPrice(SYMBOL, 90, T0 + 2);
    expect(recorder.record().samples.map(({ equity }) => equity)).toEqual([1000, 1007, 990]);
  });

  it('never go back in time', () => {
    const recorder = recorderOf();
    recorder.onPrice(SYMBOL, 100, T0 + MINUTE);
    recorder.onFill(fill('buy', '1', '99', { timestamp: T0 }), SPOT);
    expect(minutesOf(recorder)).toEqual([
      [1 - 1 / MINUTE, 1000],
      [1, 1001],
    ]);
  });

  it('begin with the capital, also where the first thing told is a fill', () => {
    const recorder = recorderOf();
    recorder.onFill(fill('buy', '1', '100', { fee: '1' }), SPOT);
    recorder.onPrice(SYMBOL, 100, T0 + MINUTE);
    const { samples, maxDrawdown: worst } = recorder.record();
    expect(samples.map(({ timestamp, equity }) => [timestamp - T0, equity])).toEqual([
      [-1, 1000],
      [0, 999],
      [MINUTE, 999],
    ]);
    expect(worst).toMatchObject({ amount: '1', from: T0 - 1, to: T0 });
  });

  it('do not change by being asked for', () => {
    const recorder = recorderOf();
    const other = recorderOf();
    for (let index = 0; index < 50; index += 1) {
      recorder.onPrice(SYMBOL, 100 + index, T0 + index * 7_000);
      other.onPrice(SYMBOL, 100 + index, T0 + index * 7_000);
      recorder.record();
    }
    expect(recorder.record()).toEqual(other.record());
  });

  it('are at most as many as allowed, and both ends of the greatest fall are among them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 2, maxLength: 300 }),
        fc.integer({ min: 6, max: 40 }),
        (prices, maxSamples) => {
          const recorder = recorderOf({ maxSamples });
          const all = recorderOf();
          for (const each of [recorder, all]) {
            each.onPrice(SYMBOL, prices[0] as number, T0);
            each.onFill(fill('buy', '1', String(prices[0]), { timestamp: T0 }), SPOT);
            for (const [index, price] of prices.entries()) {
              each.onPrice(SYMBOL, price, T0 + index * MINUTE);
            }
          }
          const { samples, maxDrawdown: worst } = recorder.record();
          const everything = all.record();
          expect(samples.length).toBeLessThanOrEqual(maxSamples);
          expect(samples[0]).toEqual(everything.samples[0]);
          expect(samples.at(-1)).toEqual(everything.samples.at(-1));
          expect(worst).toEqual(everything.maxDrawdown);
          expect(maxDrawdown(samples)).toEqual(worst);
        },
      ),
    );
  });
});

describe('exposure', () => {
  it('is the market time with a position, of whichever owner', () => {
    const recorder = recorderOf();
    const at = (minute: number): { timestamp: number } => ({ timestamp: T0 + minute * MINUTE });
    recorder.onPrice(SYMBOL, 100, T0);
    recorder.onFill(fill('buy', '1', '100', at(1)), SPOT, 'a');
    recorder.onFill(fill('sell', '1', '100', at(2)), SPOT, 'b');
    recorder.onFill(fill('sell', '1', '100', at(3)), SPOT, 'a');
    recorder.onFill(fill('buy', '1', '100', at(4)), SPOT, 'b');
    recorder.onPrice(SYMBOL, 100, T0 + 10 * MINUTE);
    recorder.onFill(fill('buy', '1', '100', at(10)), SPOT, 'a');
    recorder.onPrice(SYMBOL, 100, T0 + 12 * MINUTE);
    expect(recorder.record()).toMatchObject({ exposedMs: 5 * MINUTE, openPositions: 1 });
  });
});

/** Cents and thousandths: products are whole numbers of 0.00001. */
interface Trade {
  readonly symbol: string;
  readonly side: OrderSide;
  readonly lots: number;
  readonly cents: number;
  readonly fee: number;
}

const trade: fc.Arbitrary<Trade> = fc.record({
  symbol: fc.constantFrom('BTC/USDT', 'ETH/USDT'),
  side: fc.constantFrom('buy', 'sell'),
  lots: fc.integer({ min: 1, max: 5_000 }),
  cents: fc.integer({ min: 1, max: 10_000_000 }),
  fee: fc.integer({ min: -1_000, max: 1_000_000 }),
});

/** What closing lots in the order they were opened brings, in whole numbers. */
class FirstInFirstOut {
  #open: { lots: bigint; cents: bigint }[] = [];
  realized = 0n;

  trade(side: OrderSide, lots: number, cents: number): void {
    let rest = BigInt(side === 'buy' ? lots : -lots);
    while (rest !== 0n && this.#open[0] !== undefined && this.#open[0].lots > 0n !== rest > 0n) {
      const oldest = this.#open[0];
      const closed = abs(oldest.lots) < abs(rest) ? oldest.lots : -rest;
      this.realized += closed * (BigInt(cents) - oldest.cents);
      oldest.lots -= closed;
      rest += closed;
      if (oldest.lots === 0n) this.#open.shift();
    }
    if (rest !== 0n) this.#open.push({ lots: rest, cents: BigInt(cents) });
  }

  get lots(): number {
    return Number(this.#open.reduce((sum, { lots }) => sum + lots, 0n));
  }
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

it('after all is closed, equity is the capital plus what was realized less fees, to the last digit', () => {
  fc.assert(
    fc.property(fc.array(trade, { minLength: 1, maxLength: 40 }), (trades) => {
      const recorder = recorderOf({ initialCapital: '1000000' });
      const books = new Map<string, FirstInFirstOut>();
      let fees = 0n;
      const apply = ({ symbol, side, lots, cents, fee }: Trade): void => {
        const book = books.get(symbol) ?? new FirstInFirstOut();
        books.set(symbol, book);
        book.trade(side, lots, cents);
        fees += BigInt(fee);
        const quantity = text(decimal(lots).div(1_000));
        const price = text(decimal(cents).div(100));
        const paid = text(decimal(fee).div(100_000));
        recorder.onFill(fill(side, quantity, price, { symbol, fee: paid }), SPOT);
      };
      for (const each of trades) apply(each);
      for (const [symbol, { lots }] of books) {
        if (lots === 0) continue;
        const side = lots > 0 ? 'sell' : 'buy';
        apply({ symbol, side, lots: Math.abs(lots), cents: 12_345, fee: 7 });
      }
      const realized = [...books.values()].reduce((sum, book) => sum + book.realized, 0n);
      const expected = decimal(String(100_000_000_000n + realized - fees)).div(100_000);
      const { finalEquity, trips, openPositions } = recorder.record();
      expect(finalEquity).toBe(text(expected));
      expect(openPositions).toBe(0);
      const pnl = decimal(trips.won).minus(decimal(trips.lost));
      expect(text(pnl.plus(1_000_000))).toBe(finalEquity);
    }),
  );
});
