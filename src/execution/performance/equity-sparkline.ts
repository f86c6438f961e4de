import { formatMoney } from './chart-ticks.ts';
import type { EquitySample } from './equity-sample.ts';

/** A column is filled from below in eighths of a character. */
const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

const EIGHTHS_A_LINE = 8;

export interface SparklineSize {
  /** Characters of a line, labels included. @default 80 */
  readonly width?: number;
  /** Lines, without the one of times below. @default 8 */
  readonly height?: number;
}

/**
 * Equity as a plot of block characters, one text a line: the highest value stands beside the first line, the
 * lowest beside the last, and below are the first and the last time. A column is as wide in time as any other
 * and shows the last value until its end, or the highest or lowest of all if that is in it. No lines without
 * samples.
 */
export function equitySparkline(
  samples: readonly EquitySample[],
  { width = 80, height = 8 }: SparklineSize = {},
): string[] {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return [];
  const { low, high } = rangeOf(samples);
  const labels = Array.from({ length: height }, (_, row) => {
    if (row === 0) return formatMoney(high);
    return row === height - 1 ? formatMoney(low) : '';
  });
  const labelWidth = Math.max(...labels.map((label) => label.length));
  const columns = Math.max(1, width - labelWidth - 2);
  // The lowest value still shows, as one eighth; a line that never moves is in the middle.
  const levels = columnValues(samples, columns, low, high).map((value) =>
    high === low
      ? height * 4
      : 1 + Math.round(((value - low) / (high - low)) * (height * EIGHTHS_A_LINE - 1)),
  );
  const lines = labels.map((label, row) => {
    const below = (height - 1 - row) * EIGHTHS_A_LINE;
    const cells = levels.map(
      (level) => EIGHTHS[Math.max(0, Math.min(EIGHTHS_A_LINE, level - below))],
    );
    return `${label.padStart(labelWidth)} ┤${cells.join('')}`.trimEnd();
  });
  return [...lines, timesLine(first.timestamp, last.timestamp, labelWidth + 2, columns)];
}

function rangeOf(samples: readonly EquitySample[]): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { equity } of samples) {
    low = Math.min(low, equity);
    high = Math.max(high, equity);
  }
  return { low, high };
}

function columnValues(
  samples: readonly EquitySample[],
  columns: number,
  low: number,
  high: number,
): number[] {
  const from = samples[0]?.timestamp ?? 0;
  const span = (samples.at(-1)?.timestamp ?? 0) - from;
  const values: number[] = [];
  let current = samples[0]?.equity ?? 0;
  let next = 0;
  for (let column = 0; column < columns; column += 1) {
    const end = columns === 1 ? from + span : from + (span * column) / (columns - 1);
    let extreme: number | undefined;
    for (; next < samples.length && (samples[next]?.timestamp as number) <= end; next += 1) {
      current = samples[next]?.equity as number;
      if (current === low || current === high) extreme = current;
    }
    values.push(extreme ?? current);
  }
  return values;
}

function timesLine(fromMs: number, toMs: number, indent: number, columns: number): string {
  const from = minuteOf(fromMs);
  const to = minuteOf(toMs);
  const gap = columns - from.length - to.length;
  const times = gap < 1 ? from : `${from}${' '.repeat(gap)}${to}`;
  return `${' '.repeat(indent)}${times}`;
}

/** `2022-01-31 23:05`, in UTC. */
function minuteOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}
