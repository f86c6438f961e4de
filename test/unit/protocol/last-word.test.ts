import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXIT_CAUSES } from '../../../src/lifecycle/worker-exit.ts';
import {
  LAST_WORD_PREFIX,
  lastWordLine,
  MAX_LAST_WORD_BYTES,
  splitLastWord,
} from '../../../src/protocol/last-word.ts';

const WORD = { cause: 'exception', reason: 'no', stack: 'Error: no\n    at x' } as const;

describe('splitLastWord', () => {
  it('finds the last word among other lines', () => {
    expect(splitLastWord(`one\n${lastWordLine(WORD)}\ntwo\n`)).toEqual({
      lastWord: WORD,
      rest: 'one\ntwo\n',
    });
  });

  it('says null where there is none', () => {
    expect(splitLastWord('one\ntwo')).toEqual({ lastWord: null, rest: 'one\ntwo' });
  });

  it('takes the latest of several', () => {
    const first = lastWordLine({ ...WORD, reason: 'first' });
    const second = lastWordLine({ ...WORD, reason: 'second' });
    expect(splitLastWord(`${first}\n${second}`).lastWord?.reason).toBe('second');
  });

  it.each(['', '{', 'null', '5', '{"cause":"bored","reason":"x"}', '{"reason":"x"}'])(
    'passes over what is not one: %s',
    (json) => {
      expect(splitLastWord(`${LAST_WORD_PREFIX}${json}`)).toEqual({ lastWord: null, rest: '' });
    },
  );

  it('keeps a good one over a later broken one', () => {
    const stderr = `${lastWordLine(WORD)}\n${LAST_WORD_PREFIX}{`;
    expect(splitLastWord(stderr).lastWord).toEqual(WORD);
  });

  it('does without a stack', () => {
    const line = `${LAST_WORD_PREFIX}{"cause":"finished","reason":"done"}`;
    expect(splitLastWord(line).lastWord).toEqual({ cause: 'finished', reason: 'done', stack: '' });
  });

  it('is not taken in by a word within a line', () => {
    const line = `x ${lastWordLine(WORD)}`;
    expect(splitLastWord(line)).toEqual({ lastWord: null, rest: line });
  });

  it('never throws, whatever stands on stderr', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.json().map((json) => LAST_WORD_PREFIX + json),
          ),
        ),
        (lines) => {
          expect(splitLastWord(lines.join('\n')).rest).not.toContain(`\n${LAST_WORD_PREFIX}`);
        },
      ),
    );
  });
});

describe('lastWordLine', () => {
  // The host reads no more than the end of what a worker wrote: a longer line would lose its beginning.
  it('is short enough to be read, and keeps the cause, whatever was thrown', () => {
    const text = fc
      .tuple(fc.string({ unit: 'binary', maxLength: 20 }), fc.integer({ min: 0, max: 3_000 }))
      .map(([unit, times]) => unit.repeat(times));
    fc.assert(
      fc.property(fc.constantFrom(...EXIT_CAUSES), text, text, (cause, reason, stack) => {
        const line = lastWordLine({ cause, reason, stack });
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_LAST_WORD_BYTES);
        expect(splitLastWord(line).lastWord?.cause).toBe(cause);
      }),
      { numRuns: 200 },
    );
  });

  it('cuts nothing that is short', () => {
    expect(splitLastWord(lastWordLine(WORD)).lastWord).toEqual(WORD);
  });

  it('keeps the beginning of what is long', () => {
    const reason = `first ${'x'.repeat(100_000)}`;
    expect(splitLastWord(lastWordLine({ ...WORD, reason })).lastWord?.reason).toMatch(
      /^first x+…$/,
    );
  });
});
