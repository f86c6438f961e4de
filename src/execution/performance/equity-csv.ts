import { parseDecimalText } from '../../model/decimal-text.ts';
import type { EquityCurve } from './equity-sample.ts';
import { writeWholeFile } from './write-whole-file.ts';

/**
 * The curves as CSV, line by line, each with its line feed: `timestamp,iso,<id>,...,total`, ms since the Unix
 * epoch, the same in ISO 8601, and equity of each. A row is a time at which all curves have a sample, so that
 * each row adds up: the ends of the spans of the curve with the longest ones, the first time and the last.
 * For one curve that is each sample.
 */
export function* equityCsvLines(curves: readonly EquityCurve[]): Generator<string> {
  yield `${['timestamp', 'iso', ...curves.map(({ id }) => cell(id))].join(',')}\n`;
  const first = curves[0];
  if (first === undefined) return;
  const next = curves.map(() => 0);
  for (const { timestamp } of first.samples) {
    const row: string[] = [];
    for (const [index, { samples }] of curves.entries()) {
      let at = next[index] as number;
      while (at < samples.length && (samples[at]?.timestamp as number) < timestamp) at += 1;
      next[index] = at;
      const sample = samples[at];
      if (sample?.timestamp !== timestamp) break;
      row.push(parseDecimalText(sample.equity));
    }
    if (row.length < curves.length) continue;
    yield `${timestamp},${new Date(timestamp).toISOString()},${row.join(',')}\n`;
  }
}

/**
 * Writes the curves as CSV, see `equityCsvLines`: as a whole or not at all. Give the total last.
 *
 * @throws what the file system says
 */
export async function writeEquityCsv(path: string, curves: readonly EquityCurve[]): Promise<void> {
  await writeWholeFile(path, equityCsvLines(curves));
}

/** A cell of a header, quoted where RFC 4180 asks for it. */
function cell(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
