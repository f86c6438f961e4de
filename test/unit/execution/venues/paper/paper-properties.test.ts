import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fill } from '../../../../../src/model/fill.ts';
import { decimal, text, ZERO } from '../../../../../src/execution/decimals.ts';
import { knownTimeMs } from '../../../../../src/execution/venues/paper/known-time.ts';
import { act, marketSteps, run, seen, venueOptions } from './random-market.ts';
import { Bench, orderOf, PERP, quoteOf, SPOT } from './support.ts';

const RUNS = { numRuns: 300 };

/** Totals by currency and the linear position, by nothing but the fills. */
function foldOf(
  fills: readonly Fill[],
  balances: Readonly<Record<string, string>>,
): { totals: Record<string, string>; position: Decimal } {
  const totals = new Map(Object.entries(balances).map(([name, amount]) => [name, decimal(amount)]));
  const move = (name: string, amount: Decimal): void => {
    totals.set(name, (totals.get(name) ?? ZERO).plus(amount));
  };
  let position = ZERO;
  let cost = ZERO;
  for (const { symbol, side, quantity, price, fee } of fills) {
    const signed = decimal(quantity).times(side === 'buy' ? 1 : -1);
    move('USDT', decimal(fee).negated());
    if (symbol === SPOT) {
      move('BTC', signed);
      move('USDT', signed.times(price).negated());
      continue;
    }
    // `cost` is signed here, so that a long one and a short one are reckoned alike.
    const isClosing = position.times(signed).lt(0);
    const closed = isClosing ? Decimal.min(position.abs(), signed.abs()) : ZERO;
    const share = closed.eq(position.abs()) ? cost : cost.times(closed).div(position.abs());
    const part = closed.isZero() ? ZERO : share.toDecimalPlaces(18, Decimal.ROUND_DOWN);
    const closedSigned = closed.times(signed.isNegative() ? -1 : 1);
    if (isClosing) move('USDT', closedSigned.times(price).plus(part).negated());
    cost = cost.minus(part).plus(signed.minus(closedSigned).times(price));
    position = position.plus(signed);
  }
  return {
    totals: Object.fromEntries([...totals].map(([name, amount]) => [name, text(amount)])),
    position,
  };
}

describe('the paper venue, whatever market and orders come', () => {
  it('has the balances and positions that its fills come to, to the last digit', async () => {
    await fc.assert(
      fc.asyncProperty(venueOptions, marketSteps, async (options, steps) => {
        const bench = new Bench(options);
        run(bench, steps);
        const { balances, positions } = await bench.venue.account();
        const { totals, position } = foldOf(bench.fills, options.balances ?? {});
        expect(
          Object.fromEntries(Object.entries(balances).map(([name, { total }]) => [name, total])),
        ).toEqual(totals);
        expect(positions[PERP] ?? '0').toBe(text(position));
      }),
      RUNS,
    );
  });

  it('gives back all that was kept back once nothing is open', async () => {
    await fc.assert(
      fc.asyncProperty(venueOptions, marketSteps, async (options, steps) => {
        const bench = new Bench(options);
        run(bench, steps);
        for (const { clientOrderId } of await bench.venue.openOrders()) {
          await bench.venue.cancel(orderOf({ clientOrderId: clientOrderId as string }));
        }
        const { balances, positions } = await bench.venue.account();
        expect(bench.venue.isIdle).toBe(true);
        if (positions[PERP] !== undefined) return;
        for (const { free, total } of Object.values(balances)) expect(free).toBe(total);
      }),
      RUNS,
    );
  });

  it('never fills more than was ordered, nor a limit order worse than its limit', () => {
    fc.assert(
      fc.property(venueOptions, marketSteps, (options, steps) => {
        const bench = new Bench(options);
        run(bench, steps);
        const filled = new Map<string, Decimal>();
        const limits = new Map<string, string | null>();
        for (const entry of bench.told) {
          if (entry.kind === 'order') {
            const { venueOrderId, price, quantity, filledQuantity } = entry.order;
            limits.set(venueOrderId, price);
            expect(decimal(filledQuantity).lte(quantity)).toBe(true);
            expect(filledQuantity).toBe(text(filled.get(venueOrderId) ?? ZERO));
            continue;
          }
          const { venueOrderId, quantity, price, side } = entry.fill;
          expect(decimal(quantity).gt(0)).toBe(true);
          filled.set(venueOrderId, (filled.get(venueOrderId) ?? ZERO).plus(quantity));
          const limit = limits.get(venueOrderId) ?? null;
          if (limit === null) continue;
          expect(side === 'buy' ? decimal(price).lte(limit) : decimal(price).gte(limit)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('never spends spot funds that are not there', async () => {
    await fc.assert(
      fc.asyncProperty(venueOptions, marketSteps, async (options, steps) => {
        const bench = new Bench(options);
        for (const step of steps) {
          if (step.kind === 'submit' && step.order.symbol !== SPOT) continue;
          run(bench, [step]);
        }
        const { balances } = await bench.venue.account();
        for (const { free, total } of Object.values(balances)) {
          expect(decimal(free).gte(0)).toBe(true);
          expect(decimal(free).lte(total)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('never lets a reduce-only order open or turn a position', () => {
    fc.assert(
      fc.property(venueOptions, marketSteps, (options, steps) => {
        const bench = new Bench(options);
        run(bench, steps);
        const reduceOnly = new Set(
          steps.flatMap((step) =>
            step.kind === 'submit' && step.order.reduceOnly ? [step.order.clientOrderId] : [],
          ),
        );
        let position = ZERO;
        for (const { symbol, clientOrderId, side, quantity } of bench.fills) {
          if (symbol !== PERP) continue;
          const after = position.plus(decimal(quantity).times(side === 'buy' ? 1 : -1));
          if (reduceOnly.has(clientOrderId as string)) {
            expect(after.abs().lt(position.abs())).toBe(true);
            expect(after.times(position).gte(0)).toBe(true);
          }
          position = after;
        }
      }),
      RUNS,
    );
  });

  it('does the same twice', async () => {
    await fc.assert(
      fc.asyncProperty(venueOptions, marketSteps, async (options, steps) => {
        const [first, second] = [new Bench(options), new Bench(options)];
        run(first, steps);
        run(second, steps);
        expect(await seen(second)).toEqual(await seen(first));
      }),
      RUNS,
    );
  });

  it('is changed by no event of which it said that it would not be', async () => {
    await fc.assert(
      fc.asyncProperty(venueOptions, marketSteps, async (options, steps) => {
        const bench = new Bench(options);
        for (const step of steps) {
          if (step.kind !== 'event') {
            act(bench, step);
            continue;
          }
          const before = await seen(bench);
          const touched = bench.venue.wouldTouch(step.event);
          expect(await seen(bench)).toEqual(before);
          bench.show(step.event);
          if (!touched) expect(await seen(bench)).toEqual(before);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('lets events in between that touch nothing change nothing of what it said', async () => {
    await fc.assert(
      fc.asyncProperty(venueOptions, marketSteps, async (options, steps) => {
        const bench = new Bench(options);
        const events = steps.flatMap((step) => (step.kind === 'event' ? [step.event] : []));
        bench.show(quoteOf(100, 100.5, { symbol: PERP }));
        for (const step of steps) if (step.kind !== 'event') act(bench, step);
        const before = await seen(bench);
        const firstTouching = events.findIndex((event) => bench.venue.wouldTouch(event));
        bench.show(...(firstTouching === -1 ? events : events.slice(0, firstTouching)));
        expect(await seen(bench)).toEqual(before);
      }),
      RUNS,
    );
  });

  it('says of many events that they touch nothing', async () => {
    // It would be right, and of no use, if it always said yes.
    let [quiet, all] = [0, 0];
    fc.assert(
      fc.property(venueOptions, marketSteps, (options, steps) => {
        const bench = new Bench({ ...options, latencyMs: 0 });
        for (const step of steps) {
          if (step.kind !== 'event') {
            act(bench, step);
            continue;
          }
          all += 1;
          if (!bench.venue.wouldTouch(step.event)) quiet += 1;
          expect(knownTimeMs(step.event)).toBeGreaterThanOrEqual(step.event.timestamp);
          bench.show(step.event);
        }
      }),
      RUNS,
    );
    expect(quiet / all).toBeGreaterThan(0.2);
  });
});
