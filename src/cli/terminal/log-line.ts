import { escapeControls } from './escape-controls.ts';
import { formatLocalTime } from './format.ts';

export interface LogLine {
  /** Milliseconds since the Unix epoch; 0 where it is not known. */
  readonly at: number;
  readonly level: string;
  readonly message: string;
  readonly facts?: Readonly<Record<string, unknown>> | undefined;
}

/** One line of a log for people: time, level, message, facts. */
export function formatLogLine({ at, level, message, facts }: LogLine): string {
  const time = at === 0 ? '-' : formatLocalTime(at);
  const rest = facts === undefined ? '' : ` ${JSON.stringify(facts)}`;
  return `${time} ${level.padEnd(5)} ${escapeControls(message)}${rest}`;
}
