import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  classifyExit,
  EXIT_CAUSES,
  type ExitFacts,
  type StopStep,
} from '../../../src/lifecycle/worker-exit.ts';

const HEAP_MESSAGE =
  'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory';

function facts(some: Partial<ExitFacts> = {}): ExitFacts {
  return {
    code: 0,
    signal: null,
    stderrTail: '',
    at: 99,
    stopStep: null,
    killedFor: null,
    lastWord: null,
    ...some,
  };
}

describe('classifyExit', () => {
  it.each(EXIT_CAUSES)('names what we killed it for: %s', (cause) => {
    const exit = classifyExit(facts({ killedFor: { cause, reason: 'ours' }, signal: 'SIGKILL' }));
    expect(exit).toMatchObject({ cause, reason: 'ours', expected: false, signal: 'SIGKILL' });
  });

  it.each([
    ['message', 'stopped when asked'],
    ['sigterm', 'did not stop when asked; ended by SIGTERM'],
    ['sigkill', 'did not stop when asked; ended by SIGKILL'],
  ] as const)('names a stop by the step that ended it: %s', (stopStep, reason) => {
    expect(classifyExit(facts({ stopStep }))).toMatchObject({
      cause: 'stopped',
      reason,
      expected: true,
      stoppedBy: stopStep,
    });
  });

  it.each(EXIT_CAUSES)('believes the last word of a worker: %s', (cause) => {
    const exit = classifyExit(facts({ lastWord: { cause, reason: 'theirs' }, code: 1 }));
    expect(exit).toMatchObject({ cause, reason: 'theirs', expected: cause === 'finished' });
  });

  it.each([
    { signal: 'SIGABRT', code: null },
    { signal: null, code: 134 },
  ])('names an exhausted heap from %o and stderr', (how) => {
    const exit = classifyExit(
      facts({ ...how, stderrTail: `<--- Last few GCs --->\n${HEAP_MESSAGE}` }),
    );
    expect(exit).toMatchObject({ cause: 'out-of-memory', expected: false });
  });

  it('does not take any abort for an exhausted heap', () => {
    const exit = classifyExit(
      facts({ signal: 'SIGABRT', code: null, stderrTail: 'Assertion failed' }),
    );
    expect(exit.cause).toBe('signal');
  });

  it('does not take a word about the heap for an end by it', () => {
    expect(classifyExit(facts({ code: 1, stderrTail: HEAP_MESSAGE })).cause).toBe('exit-code');
  });

  it('names a signal from outside', () => {
    expect(classifyExit(facts({ code: null, signal: 'SIGSEGV' }))).toMatchObject({
      cause: 'signal',
      reason: 'the process was ended by SIGSEGV',
      expected: false,
    });
  });

  it('takes an exit with code 0 that nobody asked for as an end in good order', () => {
    expect(classifyExit(facts({ code: 0 }))).toMatchObject({
      cause: 'finished',
      reason: 'the strategy ended its process with code 0',
      expected: true,
    });
  });

  it.each([1, 42])('names an exit by itself with code %d', (code) => {
    expect(classifyExit(facts({ code }))).toMatchObject({
      cause: 'exit-code',
      reason: `the process exited by itself with code ${code}`,
      expected: false,
    });
  });

  it('keeps the facts beside the name', () => {
    const exit = classifyExit(facts({ code: 3, stderrTail: 'last lines', at: 12 }));
    expect(exit).toMatchObject({ code: 3, signal: null, stderrTail: 'last lines', at: 12 });
  });

  it('prefers what we did over what the worker said, and that over signs', () => {
    const everything = facts({
      killedFor: { cause: 'stalled', reason: 'ours' },
      stopStep: 'sigkill',
      lastWord: { cause: 'exception', reason: 'theirs' },
      signal: 'SIGABRT',
      stderrTail: HEAP_MESSAGE,
    });
    const causes = [
      everything,
      { ...everything, killedFor: null },
      { ...everything, killedFor: null, stopStep: null },
      { ...everything, killedFor: null, stopStep: null, lastWord: null },
    ].map((some) => classifyExit(some).cause);
    expect(causes).toEqual(['stalled', 'stopped', 'exception', 'out-of-memory']);
  });

  it('has a name for whatever happens, and expects only what we or the strategy wanted', () => {
    const word = fc.option(
      fc.record({ cause: fc.constantFrom(...EXIT_CAUSES), reason: fc.string() }),
      { nil: null },
    );
    fc.assert(
      fc.property(
        fc.record({
          code: fc.option(fc.integer({ min: 0, max: 255 }), { nil: null }),
          signal: fc.option(fc.constantFrom('SIGKILL', 'SIGABRT', 'SIGTERM'), { nil: null }),
          stderrTail: fc.string(),
          at: fc.nat(),
          stopStep: fc.option(fc.constantFrom<StopStep>('message', 'sigterm', 'sigkill'), {
            nil: null,
          }),
          killedFor: word,
          lastWord: word,
        }),
        (some) => {
          const { cause, expected } = classifyExit(some);
          expect(EXIT_CAUSES).toContain(cause);
          const wanted =
            some.killedFor === null && (some.stopStep !== null || cause === 'finished');
          expect(expected).toBe(wanted);
        },
      ),
    );
  });
});
