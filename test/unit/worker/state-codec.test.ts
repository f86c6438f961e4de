import { describe, expect, it } from 'vitest';
import { decodeState, encodeState, findInstance } from '../../../src/worker/state-codec.ts';

describe('a state', () => {
  it.each([
    ['plain data', { a: 1, b: ['x', null, true], c: { d: undefined } }],
    ['a map and a set', { m: new Map([['k', { v: 1 }]]), s: new Set([1, 2]) }],
    [
      'dates, big integers and typed arrays',
      { d: new Date(5), n: 2n ** 70n, f: Float64Array.of(1) },
    ],
    ['nothing', undefined],
  ])('of %s comes back as it was', (_what, state) => {
    expect(decodeState(encodeState(state))).toEqual(state);
  });

  it('may hold the same object twice, and itself', () => {
    const shared = { n: 1 };
    const state: Record<string, unknown> = { one: shared, two: shared };
    state['self'] = state;
    const back = decodeState(encodeState(state)) as Record<string, unknown>;
    expect(back['one']).toBe(back['two']);
    expect(back['self']).toBe(back);
  });

  it.each([
    [{ f: () => 1 }, 'ctx.state.f'],
    [{ a: [0, { deep: Symbol('x') }] }, 'ctx.state.a[1].deep'],
    [{ m: new Map([['key', () => 1]]) }, 'ctx.state.m.get(key)'],
    [() => 1, 'ctx.state'],
  ])('that can not be kept is refused with the place: case %#', (state, place) => {
    const encode = (): Buffer => encodeState(state);
    expect(encode).toThrow(expect.objectContaining({ code: 'INVALID_STATE' }) as Error);
    expect(encode).toThrow(`${place} can't be kept`);
  });

  it('is searched for objects of a class, which would lose their methods', () => {
    class Position {
      quantity = 1;
    }
    expect(findInstance({ list: [{ position: new Position() }] })).toBe(
      'ctx.state.list[0].position',
    );
    expect(findInstance({ d: new Date(), m: new Map(), a: [1], n: Object.create(null) })).toBe(
      undefined,
    );
  });
});
