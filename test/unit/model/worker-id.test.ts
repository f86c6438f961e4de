import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidWorkerIdError } from '../../../src/model/errors.ts';
import { MAX_WORKER_ID_CHARS, parseWorkerId } from '../../../src/model/worker-id.ts';

describe('parseWorkerId', () => {
  it.each(['sma-cross-1', 'A', '0', 'a.b_c-d'])('accepts %s', (workerId) => {
    expect(parseWorkerId(workerId)).toBe(workerId);
  });

  it.each(['', '.hidden', '-x', '_x', 'a/b', 'a\\b', 'a b', 'a:b', 'ä', 'a\n', 'a\0'])(
    'refuses %j',
    (workerId) => {
      expect(() => parseWorkerId(workerId)).toThrow(InvalidWorkerIdError);
    },
  );

  it.each([undefined, null, 7, {}, ['a']])('refuses what is no string (%j)', (value) => {
    expect(() => parseWorkerId(value)).toThrow(InvalidWorkerIdError);
  });

  it('accepts an id of the greatest length', () => {
    expect(parseWorkerId('a'.repeat(MAX_WORKER_ID_CHARS))).toHaveLength(MAX_WORKER_ID_CHARS);
  });

  it('refuses an id that is one longer', () => {
    expect(() => parseWorkerId('a'.repeat(MAX_WORKER_ID_CHARS + 1))).toThrow(InvalidWorkerIdError);
  });

  it('never accepts what leads out of a folder', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('/', '\\', '\0'), fc.string(), (a, cut, b) => {
        expect(() => parseWorkerId(a + cut + b)).toThrow(InvalidWorkerIdError);
      }),
    );
  });
});
