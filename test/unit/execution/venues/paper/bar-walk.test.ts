import { describe, expect, it } from 'vitest';
import {
  barOf,
  Bench,
  flatBar,
  limitOf,
  orderOf,
  PERP,
  quoteOf,
  START_MS,
  stopOf,
} from './support.ts';

/** A bench that has seen one bar at 100. */
function barred(options: ConstructorParameters<typeof Bench>[0] = {}): Bench {
  const bench = new Bench(options);
  bench.show(flatBar(0, 100), flatBar(0, 100, { symbol: PERP }));
  return bench;
}

describe('orders in bars', () => {
  it('fill a limit at its price when the bar comes down to it', async () => {
    const bench = barred();
    await bench.submit(limitOf('95'));
    bench.show(barOf(1, [100, 101, 96, 97]), barOf(2, [97, 98, 94, 96]));
    expect(bench.fills).toMatchObject([
      { price: '95', liquiditySide: 'maker', timestamp: START_MS + 180_000 },
    ]);
  });

  it('fill a limit at the open that is better', async () => {
    const bench = barred();
    await bench.submit(limitOf('95'));
    bench.show(barOf(1, [93, 96, 92, 94]));
    expect(bench.prints).toEqual(['1 @ 93 maker']);
  });

  it('fill a stop at its price, with the slippage', async () => {
    const bench = barred({ slippage: '0.01' });
    await bench.submit(stopOf('105'));
    bench.show(barOf(1, [100, 106, 99, 103]));
    expect(bench.prints).toEqual(['1 @ 106.05 taker']);
  });

  it('fill a stop at the open that has jumped over it', async () => {
    const bench = barred();
    await bench.submit(stopOf('105'));
    bench.show(barOf(1, [108, 110, 107, 109]));
    expect(bench.prints).toEqual(['1 @ 108 taker']);
  });

  it('go to the nearer extreme first', async () => {
    const bench = barred({ balances: { USDT: '1000' } });
    await bench.submit(orderOf({ symbol: PERP }));
    const exit = { symbol: PERP, side: 'sell', reduceOnly: true } as const;
    await bench.submit(limitOf('110', { ...exit, clientOrderId: 'target' }));
    await bench.submit(stopOf('95', { ...exit, clientOrderId: 'stop' }));
    bench.show(barOf(1, [100, 115, 94, 100], { symbol: PERP }));
    expect(bench.fills.at(-1)).toMatchObject({ clientOrderId: 'stop', price: '95' });
    expect(bench.last('target')).toMatchObject({ status: 'canceled' });
  });

  it('go to the high first if it is nearer', async () => {
    const bench = barred();
    await bench.submit(orderOf({ symbol: PERP }));
    const exit = { symbol: PERP, side: 'sell', reduceOnly: true } as const;
    await bench.submit(limitOf('110', { ...exit, clientOrderId: 'target' }));
    await bench.submit(stopOf('85', { ...exit, clientOrderId: 'stop' }));
    bench.show(barOf(1, [100, 111, 80, 100], { symbol: PERP }));
    expect(bench.fills.at(-1)).toMatchObject({ clientOrderId: 'target', price: '110' });
    expect(bench.last('stop')).toMatchObject({ status: 'canceled' });
  });

  it('make a stop-limit a limit at that point of the way', async () => {
    const bench = barred();
    // The high comes first: it goes off at 105 and rests at 98, where the way down meets it.
    await bench.submit(orderOf({ type: 'stop-limit', stopPrice: '105', price: '98' }));
    bench.show(barOf(1, [100, 106, 90, 95]));
    expect(bench.prints).toEqual(['1 @ 98 maker']);
  });

  it('do not fill a stop-limit where the way was before it went off', async () => {
    const bench = barred();
    // The low comes first.
    await bench.submit(orderOf({ type: 'stop-limit', stopPrice: '105', price: '98' }));
    bench.show(barOf(1, [100, 120, 90, 110]));
    expect(bench.prints).toEqual([]);
    expect(bench.venue.isIdle).toBe(false);
  });

  it('take at the stop price what a stop-limit allows', async () => {
    const bench = barred();
    await bench.submit(orderOf({ type: 'stop-limit', stopPrice: '105', price: '107' }));
    bench.show(barOf(1, [100, 110, 99, 108]));
    expect(bench.prints).toEqual(['1 @ 105 taker']);
  });

  it('meet by its close alone an order that came while the bar was under way', async () => {
    const bench = barred();
    bench.clock.set(START_MS + 90_000);
    await bench.submit(limitOf('95'));
    bench.show(barOf(1, [100, 101, 90, 97]));
    expect(bench.prints).toEqual([]);
    bench.show(barOf(2, [97, 98, 96, 97]), barOf(3, [97, 97, 94, 97]));
    expect(bench.prints).toEqual(['1 @ 95 maker']);
  });

  it('at the back of the queue need the market to trade through', async () => {
    const bench = barred({ queuePosition: 'back' });
    await bench.submit(limitOf('95'));
    bench.show(barOf(1, [100, 101, 95, 97]));
    expect(bench.prints).toEqual([]);
    bench.show(barOf(2, [97, 98, 94.9, 97]));
    expect(bench.prints).toEqual(['1 @ 95 maker']);
  });

  it('get their share of the volume of each bar', async () => {
    const bench = barred({ maxVolumeShare: '0.1' });
    await bench.submit(limitOf('95', { quantity: '2.5' }));
    bench.show(barOf(1, [96, 97, 90, 95]), barOf(2, [95, 96, 94, 95]), flatBar(3, 94));
    expect(bench.prints).toEqual(['1 @ 95 maker', '1 @ 95 maker', '0.5 @ 94 maker']);
  });

  it('fill what is left of a market order at the next opens', async () => {
    const bench = barred({ maxVolumeShare: '0.1' });
    await bench.submit(orderOf({ quantity: '2.5' }));
    bench.show(barOf(1, [101, 105, 99, 103]), barOf(2, [103, 104, 99, 100]));
    expect(bench.prints).toEqual(['1 @ 100 taker', '1 @ 101 taker', '0.5 @ 103 taker']);
  });

  it('are not filled by bars any more once a tick was seen', async () => {
    const bench = barred();
    await bench.submit(limitOf('95'));
    bench.show(quoteOf(99, 101, { timestamp: START_MS + 60_000 }), barOf(1, [100, 101, 90, 95]));
    expect(bench.prints).toEqual([]);
  });

  it('are filled by the shortest bars alone', async () => {
    const bench = barred();
    await bench.submit(limitOf('95'));
    bench.show(barOf(0, [100, 101, 90, 100], { timeframe: '5m' }));
    expect(bench.prints).toEqual([]);
  });

  it('meet a bar that comes twice once', async () => {
    const bench = barred({ maxVolumeShare: '0.1' });
    await bench.submit(limitOf('95', { quantity: '5' }));
    bench.show(barOf(1, [96, 97, 90, 95]), barOf(1, [96, 97, 90, 95]));
    expect(bench.prints).toEqual(['1 @ 95 maker']);
  });
});
