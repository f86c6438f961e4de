import type { LogLine } from '../../../../../src/client/index.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The lines behind a line; all of them if it is not there any more. */
export function linesAfter(lines: readonly LogLine[], mark: LogLine | null): readonly LogLine[] {
  if (mark === null) return lines;
  return lines.slice(lines.lastIndexOf(mark) + 1);
}

/** The lines whose message or facts hold a text, however it is written. */
export function searchLines(lines: readonly LogLine[], search: string): readonly LogLine[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return lines;
  return lines.filter(({ message, facts }) =>
    `${message} ${factsText(facts)}`.toLowerCase().includes(wanted),
  );
}

/** Facts of a line as text; empty if it has none. */
export function factsText(facts: LogLine['facts']): string {
  return facts === undefined || Object.keys(facts).length === 0 ? '' : JSON.stringify(facts);
}
