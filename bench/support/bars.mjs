// The market data of the benchmarks: bars made beforehand, whose prices add up exactly.
export const TIMEFRAME = '1m';
export const SYMBOL = 'BTC/USDT';

export const symbolsOf = (count) =>
  count === 1 ? [SYMBOL] : Array.from({ length: count }, (_, index) => `S${index}/USDT`);

/** A timestamp that no bar has: readers answer such a bar and do not count it. */
const PROBE_TIMESTAMP = -1;

export const isProbe = (bar) => bar.timestamp === PROBE_TIMESTAMP;

export const probeBar = () => ({ ...makeBar(SYMBOL, 0), timestamp: PROBE_TIMESTAMP });

/** Quarters, so that sums of millions of them are exact. */
export function makeBar(symbol, index) {
  const close = 100 + (index % 997) * 0.25;
  return {
    type: 'bar',
    symbol,
    timeframe: TIMEFRAME,
    timestamp: 1_700_000_000_000 + index * 60_000,
    open: 100,
    high: 400.5,
    low: 99.25,
    close,
    volume: 12.75 + (index % 31),
  };
}

/** Bursts of bars that go round and round, the symbols one after the other. */
export function makeBursts(symbols, burst) {
  const bursts = Math.max(8, Math.ceil(16_384 / burst));
  return Array.from({ length: bursts }, (_, number) =>
    Array.from({ length: burst }, (__, place) => {
      const index = number * burst + place;
      return makeBar(symbols[index % symbols.length], index);
    }),
  );
}

/** How many bars of each symbol there are in so many bursts, and the sum of their closes. */
export function expectedOf(bursts, burstCount) {
  const expected = new Map();
  for (let number = 0; number < burstCount; number += 1) {
    for (const { symbol, close } of bursts[number % bursts.length]) {
      const entry = expected.get(symbol) ?? { count: 0, sum: 0 };
      expected.set(symbol, entry);
      entry.count += 1;
      entry.sum += close;
    }
  }
  return expected;
}

/** The same for a reader of `symbols`. */
export function expectedFor(symbols, expected) {
  let count = 0;
  let sum = 0;
  for (const symbol of symbols) {
    const entry = expected.get(symbol);
    count += entry?.count ?? 0;
    sum += entry?.sum ?? 0;
  }
  return { count, sum };
}
