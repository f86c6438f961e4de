import { writeSync } from 'node:fs';
import { messageOf, stackOf } from '../base/errors.ts';
import { lastWordLine, type LastWord } from '../protocol/last-word.ts';

const STDERR = 2;

const NO_MEMORY = /^(?:Array buffer allocation failed|Failed to allocate memory)$/;

/**
 * Tells the host why this process ends, and ends it. Written at once and without a socket: it must
 * arrive even if the event loop never turns again.
 */
export function endWith(lastWord: LastWord, exitCode: number): never {
  try {
    writeSync(STDERR, `${lastWordLine(lastWord)}\n`);
  } catch {
    // A full disk must not keep the process from ending.
  }
  process.exit(exitCode);
}

/** Turns what nobody caught into a last word. */
export function endOnUncaught(): void {
  const end = (kind: string) => (thrown: unknown) => {
    const stack = stackOf(thrown);
    const cause = wantsMemory(thrown) ? 'out-of-memory' : 'exception';
    endWith({ cause, reason: `${kind}: ${messageOf(thrown)}`, stack }, 1);
  };
  process.on('uncaughtException', end('uncaught exception'));
  process.on('unhandledRejection', end('unhandled rejection'));
}

/** True for what the platform throws where the system gives no memory for a buffer. */
function wantsMemory(thrown: unknown): boolean {
  return thrown instanceof Error && NO_MEMORY.test(thrown.message);
}
