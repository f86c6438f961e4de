import { EXIT_CAUSES, type ExitCause } from '../lifecycle/worker-exit.ts';

/** What a worker says of its own end, on a line of stderr that begins with {@link LAST_WORD_PREFIX}. */
export interface LastWord {
  readonly cause: ExitCause;
  readonly reason: string;
  readonly stack: string;
}

export const LAST_WORD_PREFIX = 'QUANTCELL-LAST-WORD ';

/** The host reads the end of what a worker wrote, which must have a last word as a whole. */
export const MAX_LAST_WORD_BYTES = 12_288;

/** The line that tells a last word. What was thrown may be of any length: reason and stack are cut. */
export function lastWordLine({ cause, reason, stack }: LastWord): string {
  for (let maxChars = 4_096; ; maxChars = Math.floor(maxChars / 2)) {
    const word = { cause, reason: cut(reason, maxChars), stack: cut(stack, maxChars) };
    const line = `${LAST_WORD_PREFIX}${JSON.stringify(word)}`;
    if (Buffer.byteLength(line) <= MAX_LAST_WORD_BYTES) return line;
  }
}

function cut(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars)}…`;
}

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
    return {
      cause: cause as ExitCause,
      reason: String(reason),
      stack: typeof stack === 'string' ? stack : '',
    };
  } catch {
    return null;
  }
}
