import { expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { Candles, intervalMs, klineRow } from '../../../src/sim-exchange/candles.ts';
import { decimal } from '../../../src/sim-exchange/decimals.ts';
import { instrumentOf } from '../../../src/sim-exchange/instrument.ts';

const MINUTE_MS = 60_000;
const NOW_MS = 1_700_000_000_000 - (1_700_000_000_000 % (60 * MINUTE_MS));

function candles(): Candles {
  return new Candles(instrumentOf('BTC/USDT'), seededRandom(1), NOW_MS);
}

it('a trade goes into the candle of its minute', () => {
  const some = candles();
  some.add(NOW_MS + 5, decimal(100), decimal(2), true);
  some.add(NOW_MS + 6, decimal(90), decimal(1), false);
  some.add(NOW_MS + 7, decimal(95), decimal(1), false);
  const [last] = some.list(MINUTE_MS, NOW_MS, Number.POSITIVE_INFINITY);
  expect(klineRow(last as NonNullable<typeof last>, MINUTE_MS)).toEqual([
    NOW_MS,
    '100.00000000',
    '100.00000000',
    '90.00000000',
    '95.00000000',
    '4.00000000',
    NOW_MS + MINUTE_MS - 1,
    '385.00000000',
    3,
    '2.00000000',
    '200.00000000',
    '0',
  ]);
});

it('a longer candle is the sum of its minutes', () => {
  const some = candles();
  const lengthMs = intervalMs('15m') as number;
  const fromMs = NOW_MS - lengthMs;
  const minutes = some.list(MINUTE_MS, fromMs, NOW_MS - 1);
  const [long] = some.list(lengthMs, fromMs, NOW_MS - 1);
  expect(minutes).toHaveLength(15);
  expect(long?.open).toEqual(minutes[0]?.open);
  expect(long?.close).toEqual(minutes.at(-1)?.close);
  const highest = minutes.map(({ high }) => high.toNumber());
  expect(long?.high.toNumber()).toBe(Math.max(...highest));
  const volume = minutes.reduce((sum, one) => sum.plus(one.volume), decimal(0));
  expect(long?.volume.toFixed()).toBe(volume.toFixed());
});

it('the past ends at the first price, each candle where the next begins', () => {
  const minutes = candles().list(MINUTE_MS, 0, NOW_MS);
  expect(minutes.at(-1)?.close.toNumber()).toBe(60_000);
  for (const [index, { open }] of minutes.slice(1).entries()) {
    expect(open.eq(minutes[index]?.close ?? 0)).toBe(true);
  }
});

it('an interval that there is not has no length', () => {
  expect(intervalMs('7m')).toBeUndefined();
});

it('a second has a candle of its own', () => {
  const some = candles();
  some.add(NOW_MS + 1_500, decimal(100), decimal(2), true);
  some.add(NOW_MS + 1_900, decimal(90), decimal(1), true);
  const lengthMs = intervalMs('1s') as number;
  const [last] = some.list(lengthMs, NOW_MS + 1_000, NOW_MS + 1_999);
  expect(last).toMatchObject({ openMs: NOW_MS + 1_000, trades: 2 });
  expect(last?.close.toNumber()).toBe(90);
});

it.each(['1s', '1m'])('spans of %s in which nothing was traded have candles too', (interval) => {
  const some = candles();
  const lengthMs = intervalMs(interval) as number;
  some.add(NOW_MS, decimal(100), decimal(1), true);
  some.add(NOW_MS + 3 * lengthMs, decimal(90), decimal(1), true);
  const found = some.list(lengthMs, NOW_MS, NOW_MS + 3 * lengthMs);
  expect(found.map(({ openMs, trades, close }) => [openMs, trades, close.toNumber()])).toEqual([
    [NOW_MS, 1, 100],
    [NOW_MS + lengthMs, 0, 100],
    [NOW_MS + 2 * lengthMs, 0, 100],
    [NOW_MS + 3 * lengthMs, 1, 90],
  ]);
});

it('no more candles are kept than there is room for, however long nothing was traded', () => {
  const some = candles();
  some.add(NOW_MS + 100 * 86_400_000, decimal(90), decimal(1), true);
  expect(some.list(1_000, 0, Number.POSITIVE_INFINITY)).toHaveLength(3_600);
  expect(some.list(MINUTE_MS, 0, Number.POSITIVE_INFINITY)).toHaveLength(1_600);
});
