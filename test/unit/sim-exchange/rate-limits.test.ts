import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../src/sim-exchange/errors.ts';
import { RateLimits } from '../../../src/sim-exchange/rate-limits.ts';

const MINUTE_MS = 60_000;

function limits(): RateLimits {
  return new RateLimits({ weightPerMinute: 100, ordersPerTenSeconds: 3 });
}

function statusOf(act: () => unknown): number {
  try {
    act();
    return 200;
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.status;
    throw thrown;
  }
}

describe('the weight of requests', () => {
  it('is counted up to the limit, and told', () => {
    const one = limits();
    expect(one.use(40, 0)).toMatchObject({ 'x-mbx-used-weight-1m': '40' });
    expect(one.use(60, 1)).toMatchObject({ 'x-mbx-used-weight-1m': '100' });
    expect(statusOf(() => one.use(1, 2))).toBe(429);
  });

  it('begins anew with each minute', () => {
    const one = limits();
    one.use(100, MINUTE_MS - 1);
    expect(one.use(100, MINUTE_MS)).toMatchObject({ 'x-mbx-used-weight-1m': '100' });
  });

  it('says how long to wait', () => {
    const one = limits();
    one.use(100, 0);
    let refusal: unknown;
    try {
      one.use(1, 45_000);
    } catch (thrown) {
      refusal = thrown;
    }
    expect((refusal as Refusal).headers['retry-after']).toBe('15');
  });

  it('bans whoever goes on, longer than the minute, and then no more', () => {
    const one = limits();
    one.use(100, 0);
    const statuses = Array.from({ length: 11 }, () => statusOf(() => one.use(1, 1_000)));
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 429), 418]);
    expect(statusOf(() => one.use(1, MINUTE_MS + 1))).toBe(418);
    expect(statusOf(() => one.use(1, 3 * MINUTE_MS))).toBe(200);
  });
});

describe('new orders', () => {
  it('are counted for ten seconds and for the day', () => {
    const one = limits();
    for (let order = 0; order < 3; order += 1) one.useOrder(0);
    expect(statusOf(() => one.useOrder(9_999))).toBe(429);
    expect(one.useOrder(10_000)).toEqual({
      'x-mbx-order-count-10s': '1',
      'x-mbx-order-count-1d': '5',
    });
  });
});
