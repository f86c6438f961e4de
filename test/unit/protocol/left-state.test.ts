import { serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { decodeLeftState, encodeLeftState } from '../../../src/protocol/left-state.ts';

const STATE = {
  version: 3,
  stateVersion: 1,
  positions: Uint8Array.of(1, 2),
  bytes: Uint8Array.of(3),
  savedAt: 5,
};

describe('a left state', () => {
  it('comes back as it was', () => {
    const back = decodeLeftState(encodeLeftState(STATE));
    const lists = { positions: [...back.positions], bytes: [...back.bytes] };
    expect({ ...back, ...lists }).toEqual({ ...STATE, positions: [1, 2], bytes: [3] });
  });

  it.each([
    ['half a file', encodeLeftState(STATE).subarray(0, 20)],
    ['another thing', serialize({ version: 1 })],
    ['nothing', Buffer.alloc(0)],
    ['a text', Buffer.from('hello')],
  ])('that is %s is refused', (_what, file) => {
    expect(() => decodeLeftState(file)).toThrow(
      expect.objectContaining({ code: 'MALFORMED_MESSAGE' }) as Error,
    );
  });
});
