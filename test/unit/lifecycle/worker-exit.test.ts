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
    maxHeapMb: 512,
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
    const exit = classifyExit(facts({ lastWord: { cause, reason: 'theirs', stack: '' }, code: 1 }));
    expect(exit).toMatchObject({ cause, reason: 'theirs', expected: cause === 'finished' });
  });

  it.each([
    { signal: 'SIGABRT', code: null },
    { signal: null, code: 134 },
  ])('names an exhausted heap from %o and stderr', (how) => {
    const exit = classifyExit(
      facts({ ...how, stderrTail: `<--- Last few GCs --->\n${HEAP_MESSAGE}` }),
    );
    expect(exit).toMatchObject({
      cause: 'out-of-memory',
      reason: 'the V8 heap reached its limit of 512 MB (maxHeapMb)',
      expected: false,
    });
  });

  it('does not take any abort for an exhausted heap', () => {
    const exit = classifyExit(
      facts({ signal: 'SIGABRT', code: null, stderrTail: 'Assertion failed' }),
    );
    expect(exit.cause).toBe('native-fault');
  });

  it('does not take a word about the heap for an end by it', () => {
    expect(classifyExit(facts({ code: 1, stderrTail: HEAP_MESSAGE })).cause).toBe('exit-code');
  });

  it('names a signal from outside', () => {
    expect(classifyExit(facts({ code: null, signal: 'SIGKILL' }))).toMatchObject({
      cause: 'signal',
      reason: 'the process was ended by SIGKILL',
      expected: false,
    });
  });

  it.each(['SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGILL', 'SIGFPE'])(
    'names a fault in native code from %s',
    (signal) => {
      expect(classifyExit(facts({ code: null, signal }))).toMatchObject({
        cause: 'native-fault',
        reason: `a fault in native code ended the process by ${signal}`,
        expected: false,
      });
    },
  );

  it('takes the place from the last word, else from stderr', () => {
    const stack = 'Error: x\n    at onBar (/my/a.ts:1:2)';
    const stderrTail = 'Error: y\n    at /my/b.ts:3:4';
    const lastWord = { cause: 'exception', reason: 'x', stack } as const;
    expect(classifyExit(facts({ lastWord, stderrTail, code: 1 })).place).toBe('/my/a.ts:1:2');
    expect(classifyExit(facts({ stderrTail, code: 1 })).place).toBe('/my/b.ts:3:4');
  });

  it('has no place for an end that was expected, or where nothing tells it', () => {
    expect(classifyExit(facts({ code: 0, stderrTail: '    at /my/b.ts:3:4' })).place).toBeNull();
    expect(classifyExit(facts({ code: 1 })).place).toBeNull();
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
      lastWord: { cause: 'exception', reason: 'theirs', stack: '' },
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
      fc.record({
        cause: fc.constantFrom(...EXIT_CAUSES),
        reason: fc.string(),
        stack: fc.string(),
      }),
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
          maxHeapMb: fc.nat(),
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
