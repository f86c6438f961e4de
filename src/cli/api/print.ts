import { escapeControls } from '../terminal/escape-controls.ts';
import { renderTable, type Column } from '../terminal/table.ts';

/** Writes lines to stdout. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** With `--json` the one document on stdout; otherwise what people read. */
export function printAnswer(
  { json }: { readonly json?: boolean },
  document: unknown,
  toText: () => string,
): void {
  say(json === true ? JSON.stringify(document, null, 2) : toText());
}

/** A table that fits the terminal; `none` in its place where it has no rows. */
export function tableText(
  columns: readonly (Column | string)[],
  rows: readonly (readonly string[])[],
  none: string,
): string {
  if (rows.length === 0) return none;
  const full = columns.map((column) => (typeof column === 'string' ? { title: column } : column));
  return fit(
    renderTable(
      full,
      rows.map((row) => row.map(escapeControls)),
    ),
  );
}

/** Names and values below each other. */
export function listText(entries: readonly (readonly [string, string])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  return fit(
    entries.map(([name, value]) => `${name.padEnd(width)}  ${escapeControls(value)}`).join('\n'),
  );
}

/** A column of numbers. */
export function right(title: string): Column {
  return { title, align: 'right' };
}

/** A text of at most so many characters. */
export function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1)}…`;
}

/** What goes on behind the edge of a terminal would wrap and tear the columns; a file gets all of it. */
function fit(text: string): string {
  const { isTTY, columns } = process.stdout;
  if (!isTTY || columns === undefined || columns < 20) return text;
  return text
    .split('\n')
    .map((line) => cut(line, columns))
    .join('\n');
}
