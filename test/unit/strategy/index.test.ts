import { describe, expect, it } from 'vitest';
import * as byName from 'quantcell/strategy';
import * as byPath from '../../../src/strategy/index.ts';

describe('quantcell/strategy', () => {
  it('offers these values and no others', () => {
    expect(Object.keys(byPath).toSorted()).toEqual(['Strategy', 'defineStrategy']);
  });

  it('is the same module by name and by path', () => {
    expect(byName.Strategy).toBe(byPath.Strategy);
  });
});
