import { formatLocalTime } from './format.ts';

export interface LogLine {
  /** Milliseconds since the Unix epoch; 0 where it is not known. */
  readonly at: number;
  readonly level: string;
  readonly message: string;
  readonly facts?: Readonly<Record<string, unknown>> | undefined;
}

/** What a terminal takes as an order: a strategy's words must not move its cursor. */
const CONTROL = /[\p{Cc}]/gu;

/** One line of a log for people: time, level, message, facts. */
export function formatLogLine({ at, level, message, facts }: LogLine): string {
  const time = at === 0 ? '-' : formatLocalTime(at);
  const rest = facts === undefined ? '' : ` ${JSON.stringify(facts)}`;
  return `${time} ${level.padEnd(5)} ${escapeControls(message)}${rest}`;
}

function escapeControls(text: string): string {
  return text.replaceAll(CONTROL, (char) =>
    char === '\t'
      ? char
      : JSON.stringify(char)
          .slice(1, -1)
          .replace(/^[^\\]$/, escapeCode),
  );
}

/** JSON leaves some of them as they are. */
function escapeCode(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
