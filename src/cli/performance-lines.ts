import type { PerformanceSummary } from '../system/performance.ts';
import { formatCount } from './terminal/format.ts';
import { renderTable } from './terminal/table.ts';

/** The figures at the end of a run: a table with a row for each strategy and one for all, and what must be said of them. */
export function performanceLines(
  strategies: readonly PerformanceSummary[],
  total: PerformanceSummary,
): string[] {
  // Of one strategy, all together is the same again.
  const rows = strategies.length === 1 ? strategies : [...strategies, total];
  const table = renderTable(
    [
      { title: 'WORKER' },
      { title: 'FILLS', align: 'right' },
      { title: 'TRADES', align: 'right' },
      { title: 'WIN RATE', align: 'right' },
      { title: 'FEES', align: 'right' },
      { title: 'PNL', align: 'right' },
      { title: 'EQUITY', align: 'right' },
      { title: 'RETURN', align: 'right' },
      { title: 'MAX DRAWDOWN', align: 'right' },
      { title: 'SHARPE', align: 'right' },
      { title: 'EXPOSURE', align: 'right' },
    ],
    rows.map((summary) => [
      summary.id,
      formatCount(summary.fills),
      formatCount(summary.trades),
      percent(summary.winRate),
      feesOf(summary),
      `${amount(summary.pnl)} ${summary.currency}`,
      amount(summary.finalEquity),
      percent(summary.return),
      percent(summary.maxDrawdown.share),
      summary.sharpe === null ? '-' : summary.sharpe.toFixed(2),
      percent(summary.exposure),
    ]),
  );
  return [...table.split('\n'), ...strategies.flatMap(remarksOf)];
}

/** What the figures leave out. */
function remarksOf(summary: PerformanceSummary): string[] {
  const { id, foreignFills, openPositions, feesOutsideEquity, currency } = summary;
  const outside = amountsOf(feesOutsideEquity);
  return [
    ...(openPositions === 0
      ? []
      : [`${id}: ${count(openPositions, 'position')} still open, valued at the last price`]),
    ...(outside === '' ? [] : [`${id}: fees of ${outside} are not taken off pnl and equity`]),
    ...(foreignFills === 0
      ? []
      : [`${id}: ${count(foreignFills, 'fill')} not in ${currency}, left out of these figures`]),
  ];
}

function count(value: number, noun: string): string {
  return `${formatCount(value)} ${noun}${value === 1 ? '' : 's'}`;
}

function feesOf({ fees, currency }: PerformanceSummary): string {
  const text = amountsOf(fees);
  return text === '' ? `0.00 ${currency}` : text;
}

function amountsOf(amounts: Readonly<Record<string, string>>): string {
  return Object.entries(amounts)
    .map(([currency, value]) => `${amount(value)} ${currency}`)
    .join(', ');
}

/** Money as `-1,234.50`, with more digits where two would say 0. */
function amount(value: string): string {
  const number = Number(value);
  const digits = number !== 0 && Math.abs(number) < 1 ? 8 : 2;
  return number.toLocaleString('en-US', {
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  });
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(2)} %`;
}
