import { describe, expect, it } from 'vitest';
import { decodePositions, encodePositions } from '../../../src/protocol/positions.ts';

describe('positions', () => {
  it('come back as they were, also beyond 32 bits', () => {
    const positions = new Map([
      [1, 0],
      [4_294_967_295, 7],
      [3, 2 ** 40 + 1],
    ]);
    expect(decodePositions(encodePositions(positions))).toEqual(positions);
  });

  it('may be none', () => {
    expect(decodePositions(encodePositions(new Map())).size).toBe(0);
  });

  it('are read from the middle of a buffer', () => {
    const bytes = Buffer.concat([Buffer.from('abc'), encodePositions(new Map([[5, 6]]))]);
    expect(decodePositions(bytes.subarray(3))).toEqual(new Map([[5, 6]]));
  });

  it.each([
    ['a part of one', Buffer.alloc(13)],
    ['a negative number', encodePositions(new Map([[1, -1]]))],
    ['half an event', encodePositions(new Map([[1, 0.5]]))],
  ])('that hold %s are refused', (_what, bytes) => {
    expect(() => decodePositions(bytes)).toThrow(
      expect.objectContaining({ code: 'MALFORMED_MESSAGE' }) as Error,
    );
  });
});
