import { EXIT_CAUSES, type ExitCause } from '../lifecycle/worker-exit.ts';

/** What a worker says of its own end, on a line of stderr that begins with {@link LAST_WORD_PREFIX}. */
export interface LastWord {
  readonly cause: ExitCause;
  readonly reason: string;
  readonly stack: string;
}

export const LAST_WORD_PREFIX = 'QUANTCELL-LAST-WORD ';

/** Takes the last word out of what a worker wrote to stderr. */
export function splitLastWord(stderr: string): { lastWord: LastWord | null; rest: string } {
  let lastWord: LastWord | null = null;
  const rest = stderr.split('\n').filter((line) => {
    if (!line.startsWith(LAST_WORD_PREFIX)) return true;
    lastWord = parse(line.slice(LAST_WORD_PREFIX.length)) ?? lastWord;
    return false;
  });
  return { lastWord, rest: rest.join('\n') };
}

function parse(json: string): LastWord | null {
  try {
    const { cause, reason, stack } = JSON.parse(json) as Record<string, unknown>;
    if (!EXIT_CAUSES.includes(cause as ExitCause)) return null;
    return { cause: cause as ExitCause, reason: String(reason), stack: typeof stack === 'string' ? stack : '' };
  } catch {
    return null;
  }
}
