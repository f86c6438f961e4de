import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataTypeOf, type MarketEvent } from '../../../../../src/model/market-event.ts';
import type { PaperVenueOptions } from '../../../../../src/execution/venues/paper/paper-options.ts';
import type { ReplayCursor } from '../../../../../src/execution/venues/paper/replay-cursor.ts';
import { knownTimeMs } from '../../../../../src/execution/venues/paper/known-time.ts';
import { ReplayMarket } from '../../../../../src/execution/venues/paper/replay-market.ts';
import { act, marketSteps, seen, venueOptions, type Step } from './random-market.ts';
import {
  barOf,
  Bench,
  bookOf,
  flatBar,
  limitOf,
  orderOf,
  PERP,
  quoteOf,
  SPOT,
  START_MS,
  tradeOf,
} from './support.ts';

const DATA_TYPES = ['trade', 'quote', 'depth', 'kline@1m', 'kline@5m'];
const TOPICS = [SPOT, PERP].flatMap((symbol) =>
  DATA_TYPES.map((dataType) => ({ symbol, dataType })),
);

interface Published {
  readonly event: MarketEvent;
  readonly symbol: string;
  readonly dataType: string;
  readonly seq: number;
}

/** Numbers events by topic, from 1. */
class Numbering {
  readonly #seqs = new Map<string, number>();

  of(event: MarketEvent): Published {
    const { symbol } = event;
    const dataType = dataTypeOf(event);
    const seq = (this.#seqs.get(`${symbol} ${dataType}`) ?? 0) + 1;
    this.#seqs.set(`${symbol} ${dataType}`, seq);
    return { event, symbol, dataType, seq };
  }
}

function open(
  market: ReplayMarket,
  options: PaperVenueOptions = {},
  topics = TOPICS,
): { bench: Bench; cursor: ReplayCursor } {
  const bench = new Bench(options);
  return { bench, cursor: market.openCursor({ topics, venue: bench.venue, clock: bench.clock }) };
}

function publish(market: ReplayMarket, events: readonly MarketEvent[]): Published[] {
  const numbering = new Numbering();
  const published = events.map((event) => numbering.of(event));
  for (const entry of published) expect(market.publish(entry)).toBe(true);
  return published;
}

describe('a cursor in a replay', () => {
  it('shows the venue the events up to where the strategy is, each at its time', async () => {
    const market = new ReplayMarket();
    const { bench, cursor } = open(market);
    const [first, second] = publish(market, [flatBar(0, 100), barOf(1, [100, 100, 90, 95])]);
    cursor.advanceTo(first as Published, START_MS + 60_000);
    await bench.submit(limitOf('92'));
    expect(bench.fills).toEqual([]);
    cursor.advanceTo(second as Published, START_MS + 125_000);
    expect(bench.fills).toMatchObject([{ price: '92', timestamp: START_MS + 120_000 }]);
    expect(bench.clock.now()).toBe(START_MS + 125_000);
  });

  it('shows no event that the strategy is not at yet', async () => {
    const market = new ReplayMarket();
    const { bench, cursor } = open(market);
    const [first] = publish(market, [tradeOf(100), tradeOf(200, 1, { timestamp: START_MS + 1 })]);
    cursor.advanceTo(first as Published, START_MS);
    await bench.submit(orderOf());
    expect(bench.prints).toEqual(['1 @ 100 taker']);
  });

  it('shows no event of a topic that the strategy does not have', async () => {
    const market = new ReplayMarket();
    const { bench, cursor } = open(market, {}, [{ symbol: SPOT, dataType: 'trade' }]);
    const published = publish(market, [quoteOf(98, 99), tradeOf(100)]);
    cursor.advanceTo(published[1] as Published, START_MS);
    await bench.submit(orderOf());
    expect(bench.prints).toEqual(['1 @ 100 taker']);
  });

  it('lets time pass without an event', async () => {
    const market = new ReplayMarket();
    const { bench, cursor } = open(market, { latencyMs: 50 });
    const [first] = publish(market, [tradeOf(100)]);
    cursor.advanceTo(first as Published, START_MS);
    await bench.submit(orderOf());
    cursor.advanceTo(null, START_MS + 60);
    expect(bench.fills).toMatchObject([{ timestamp: START_MS + 50 }]);
  });

  it('never goes back', () => {
    const market = new ReplayMarket();
    const { bench, cursor } = open(market);
    const [first, second] = publish(market, [tradeOf(100), tradeOf(101)]);
    cursor.advanceTo(second as Published, START_MS + 10);
    cursor.advanceTo(first as Published, START_MS + 5);
    expect(bench.clock.now()).toBe(START_MS + 10);
    expect(cursor.nextIndex).toBe(2);
  });

  it('refuses an event that was not published, and a topic that is not its own', () => {
    const market = new ReplayMarket();
    const { cursor } = open(market, {}, [{ symbol: SPOT, dataType: 'trade' }]);
    const [first] = publish(market, [tradeOf(100)]);
    expect(() => cursor.advanceTo({ ...(first as Published), seq: 2 }, START_MS)).toThrow(
      'event 2 of trade BTC/USDT was not published: the last one is 1',
    );
    expect(() => cursor.advanceTo({ symbol: PERP, dataType: 'trade', seq: 1 }, START_MS)).toThrow(
      'is no topic of this cursor',
    );
  });

  it('begins with what is published after it', async () => {
    const market = new ReplayMarket();
    open(market);
    const numbering = new Numbering();
    const [first, second] = [numbering.of(tradeOf(100)), numbering.of(tradeOf(200))];
    market.publish(first);
    const { bench, cursor } = open(market);
    market.publish(second);
    cursor.advanceTo(first, START_MS);
    expect(await bench.submit(orderOf())).toMatchObject({ outcome: 'rejected' });
    cursor.advanceTo(second, START_MS);
    await bench.submit(orderOf());
    expect(bench.prints).toEqual(['1 @ 200 taker']);
  });
});

describe('how long a replay is quiet', () => {
  const bars = [flatBar(0, 100), flatBar(1, 99), barOf(2, [99, 99, 90, 95]), flatBar(3, 95)];

  it('is until the first event that could change an order is known', async () => {
    const market = new ReplayMarket();
    const { bench, cursor } = open(market);
    const published = publish(market, bars);
    cursor.advanceTo(published[0] as Published, START_MS + 60_000);
    await bench.submit(limitOf('92'));
    expect(cursor.quietUntilMs()).toBe(START_MS + 180_000);
  });

  it('is until the last event at hand if none could', async () => {
    const market = new ReplayMarket();
    const { bench, cursor } = open(market);
    const published = publish(market, bars);
    cursor.advanceTo(published[0] as Published, START_MS + 60_000);
    await bench.submit(limitOf('50'));
    expect(cursor.quietUntilMs()).toBe(START_MS + 240_000);
    cursor.advanceTo(published[3] as Published, START_MS + 240_000);
    expect(cursor.quietUntilMs()).toBe(Number.NEGATIVE_INFINITY);
  });

  it('is for ever without an order', () => {
    const market = new ReplayMarket();
    const { cursor } = open(market);
    publish(market, bars);
    expect(cursor.quietUntilMs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('ends with a change of a book that is not known yet', async () => {
    const market = new ReplayMarket();
    const { bench, cursor } = open(market);
    const published = publish(market, [
      tradeOf(100),
      bookOf([[99, 1]], [[101, 1]], { timestamp: START_MS + 1 }),
      bookOf([], [[95, 1]], { timestamp: START_MS + 2, kind: 'delta' }),
      tradeOf(100, 1, { timestamp: START_MS + 3 }),
    ]);
    cursor.advanceTo(published[0] as Published, START_MS);
    await bench.submit(limitOf('95'));
    expect(cursor.quietUntilMs()).toBe(START_MS + 2);
  });

  it('ends when an order on its way arrives', async () => {
    const market = new ReplayMarket();
    const { bench, cursor } = open(market, { latencyMs: 70_000 });
    const published = publish(market, bars);
    cursor.advanceTo(published[0] as Published, START_MS + 60_000);
    await bench.submit(limitOf('50'));
    expect(cursor.quietUntilMs()).toBe(START_MS + 130_000);
  });
});

describe('what a replay keeps', () => {
  it.each([0, 1.5, Number.NaN])('is not bounded by %d', (maxEvents) => {
    expect(() => new ReplayMarket({ maxEvents })).toThrow(
      `maxEvents is a whole number from 1, not ${maxEvents}`,
    );
  });

  const trades = (count: number): MarketEvent[] =>
    Array.from({ length: count }, (_none, index) =>
      tradeOf(100 + (index % 10), 1, { timestamp: START_MS + index }),
    );

  it('is nothing without a cursor', () => {
    const market = new ReplayMarket({ maxEvents: 10 });
    publish(market, trades(100));
    expect(market.size).toBe(0);
  });

  it('is what the slowest cursor has not passed', () => {
    const market = new ReplayMarket();
    const [fast, slow] = [open(market), open(market)];
    const published = publish(market, trades(5_000));
    fast.cursor.advanceTo(published[4_999] as Published, START_MS + 5_000);
    expect(market.size).toBe(5_000);
    slow.cursor.passed(published[2_999] as Published);
    expect(market.size).toBe(2_000);
    slow.cursor.close();
    expect(market.size).toBe(0);
  });

  it('is bounded: more is refused until a cursor has moved', () => {
    const market = new ReplayMarket({ maxEvents: 100 });
    const { cursor } = open(market);
    const numbering = new Numbering();
    const [next, ...others] = trades(102)
      .map((event) => numbering.of(event))
      .toReversed();
    const rest = others.toReversed();
    for (const entry of rest.slice(0, 100)) expect(market.publish(entry)).toBe(true);
    expect(market.publish(rest[100] as Published)).toBe(false);
    cursor.passed(rest[49] as Published);
    expect(market.publish(rest[100] as Published)).toBe(true);
    expect(market.publish(next as Published)).toBe(true);
    expect(market.size).toBe(52);
  });

  it('does not change an order when the strategy only tells what it passed', async () => {
    const market = new ReplayMarket();
    const { bench, cursor } = open(market);
    const published = publish(market, [tradeOf(100), tradeOf(99), tradeOf(95), tradeOf(96)]);
    cursor.advanceTo(published[0] as Published, START_MS);
    await bench.submit(limitOf('97'));
    cursor.passed(published[3] as Published);
    expect(bench.fills).toEqual([]);
    expect(cursor.nextIndex).toBe(2);
    cursor.advanceTo(published[3] as Published, START_MS);
    expect(bench.prints).toEqual(['1 @ 97 maker']);
  });
});

/** How a strategy and its cursor keep in step. */
type Pace = 'each event' | 'when asked for' | 'when it is not quiet';

/** Runs the steps as a strategy that sees each event and then acts. */
function replay(options: PaperVenueOptions, steps: readonly Step[], pace: Pace): Bench {
  const market = new ReplayMarket();
  const { bench, cursor } = open(market, options);
  const numbering = new Numbering();
  const script = steps.map((step) =>
    step.kind === 'event' ? { kind: step.kind, entry: numbering.of(step.event) } : step,
  );
  // With one pace all is there from the beginning, with the others it comes as it is needed.
  const publishEarly = pace !== 'each event';
  for (const step of script) {
    if (publishEarly && step.kind === 'event') market.publish(step.entry);
  }
  let at: Published | null = null;
  let nowMs = START_MS;
  let quietUntilMs = Number.POSITIVE_INFINITY;
  for (const step of script) {
    if (step.kind !== 'event') {
      cursor.advanceTo(at, nowMs);
      act(bench, step);
      quietUntilMs = cursor.quietUntilMs();
      continue;
    }
    if (!publishEarly) market.publish(step.entry);
    at = step.entry;
    nowMs = Math.max(nowMs, knownTimeMs(step.entry.event));
    if (pace === 'each event') cursor.advanceTo(at, nowMs);
    if (pace !== 'when it is not quiet') continue;
    if (nowMs >= quietUntilMs) {
      cursor.advanceTo(at, nowMs);
      quietUntilMs = cursor.quietUntilMs();
    } else {
      const before = bench.told.length;
      cursor.passed(at);
      expect(bench.told.length).toBe(before);
    }
  }
  cursor.advanceTo(at, nowMs);
  return bench;
}

describe('a replay', () => {
  it('comes to the same however its events are batched', async () => {
    await fc.assert(
      fc.asyncProperty(venueOptions, marketSteps, async (options, steps) => {
        const each = await seen(replay(options, steps, 'each event'));
        expect(await seen(replay(options, steps, 'when asked for'))).toEqual(each);
      }),
      { numRuns: 300 },
    );
  });

  it('comes to the same if a strategy asks only when it is not quiet any more', async () => {
    await fc.assert(
      fc.asyncProperty(venueOptions, marketSteps, async (options, steps) => {
        const each = replay(options, steps, 'each event');
        const quiet = replay(options, steps, 'when it is not quiet');
        expect(await seen(quiet)).toEqual(await seen(each));
      }),
      { numRuns: 300 },
    );
  });
});
