import { describe, expect, it } from 'vitest';
import { Pacer, speedFactor } from '../../../src/market/pacer.ts';
import { fakeTime } from './support.ts';

const { signal } = new AbortController();

describe('speedFactor', () => {
  it.each([
    ['max', Infinity],
    ['realtime', 1],
    [60, 60],
    [0.5, 0.5],
  ] as const)('%s is %d', (speed, factor) => {
    expect(speedFactor(speed)).toBe(factor);
  });

  it.each([0, -1, NaN, Infinity, 'fast'])('refuses %s', (speed) => {
    expect(() => speedFactor(speed as number)).toThrow(
      new RegExp(`speed is "?${speed}"?: expected "max", "realtime" or a number above 0`),
    );
  });
});

describe('Pacer', () => {
  it('has everything due at once at full speed', () => {
    const { clock, sleep } = fakeTime();
    expect(new Pacer('max', clock, sleep).horizonMs(5)).toBe(Infinity);
  });

  it('starts market time with the first event and lets it pass at its speed', () => {
    const { clock, sleep } = fakeTime(1_000);
    const pacer = new Pacer(60, clock, sleep);
    expect(pacer.horizonMs(500_000)).toBe(500_000);
    clock.advance(1_000);
    expect(pacer.horizonMs(999_999)).toBe(560_000);
  });

  it('sleeps until a market time is due', async () => {
    const { clock, sleep, slept } = fakeTime();
    const pacer = new Pacer(60, clock, sleep);
    pacer.horizonMs(0);
    await pacer.until(60_000, signal);
    expect(slept).toEqual([1_000]);
  });

  it('sleeps through a long gap in parts', async () => {
    const { clock, sleep, slept } = fakeTime();
    const pacer = new Pacer('realtime', clock, sleep);
    pacer.horizonMs(0);
    await pacer.until(150_000, signal);
    expect(slept).toEqual([60_000, 60_000, 30_000]);
  });

  it('does not sleep for what is overdue', async () => {
    const { clock, sleep, slept } = fakeTime();
    const pacer = new Pacer('realtime', clock, sleep);
    pacer.horizonMs(0);
    clock.advance(10);
    await pacer.until(5, signal);
    expect(slept).toEqual([]);
  });

  it('gives up waiting on abort', async () => {
    const { clock, slept } = fakeTime();
    const stopping = new AbortController();
    const pacer = new Pacer('realtime', clock, async (ms) => {
      slept.push(ms);
      stopping.abort();
    });
    pacer.horizonMs(0);
    await pacer.until(10 * 60_000, stopping.signal);
    expect(slept).toEqual([60_000]);
  });
});
