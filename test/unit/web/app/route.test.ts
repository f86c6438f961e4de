import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hrefOf, routeOf } from '../../../../web/src/app/route.ts';

describe('an address of the page', () => {
  it('names the page, and what of it', () => {
    expect(hrefOf(['workers', 'sma btc/1'], { tab: 'logs' })).toBe(
      '#/workers/sma%20btc%2F1?tab=logs',
    );
  });

  it('leads back to what it was made of', () => {
    const parts = fc.array(fc.string({ minLength: 1, unit: 'grapheme' }), { maxLength: 4 });
    fc.assert(
      fc.property(parts, (path) => {
        expect(routeOf(hrefOf(path)).path).toEqual(path);
      }),
    );
  });

  it.each(['', '#', '#/', '#//'])('%j is the first page', (hash) => {
    expect(routeOf(hash).path).toEqual([]);
  });

  it('that somebody broke is taken as it is', () => {
    expect(routeOf('#/workers/%E0%A4%A').path).toEqual(['workers', '%E0%A4%A']);
  });
});
