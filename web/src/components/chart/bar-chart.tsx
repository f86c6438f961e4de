import { useEffect } from 'preact/hooks';
import type { BarView, FillView, OrderView } from '../../../../src/client/index.ts';
import { timeText } from '../../data/format.ts';
import { useT } from '../../i18n/translate.ts';
import type { BarChartView, ChartLevel } from './bar-chart-view.ts';
import type { ChartColors } from './chart-colors.ts';
import { marksOf } from './chart-data.ts';
import { ChartFrame } from './chart-frame.tsx';
import { useChart } from './use-chart.ts';

interface BarChartProps {
  readonly symbol: string;
  readonly timeframe: string;
  /** Oldest first. */
  readonly bars: readonly BarView[];
  readonly fills: readonly FillView[];
  /** Open ones; those of other symbols and without a price are left out. */
  readonly orders: readonly OrderView[];
}

async function load(): Promise<(element: HTMLElement, colors: ChartColors) => BarChartView> {
  const { BarChartView: View } = await import('./bar-chart-view.ts');
  return (element, colors) => new View(element, colors);
}

/** Bars as they come, where was bought and sold, and where orders wait. */
export function BarChart({ symbol, timeframe, bars, fills, orders }: BarChartProps) {
  const t = useT();
  const { place, view, failure } = useChart(load);
  const last = bars.at(-1);
  const first = bars[0];
  const levels = orders.flatMap((order): ChartLevel[] => {
    const price = order.price ?? order.stopPrice;
    if (order.symbol !== symbol || price === null) return [];
    const text = `${t(`order.side.${order.side}`)} ${order.leavesQuantity}`;
    return [{ price: Number(price), side: order.side, text }];
  });
  useEffect(() => view?.setBars(bars), [view, bars]);
  const marks = marksOf(bars, fills);
  useEffect(() => view?.setMarks(marks), [view, JSON.stringify(marks)]);
  useEffect(() => view?.setLevels(levels), [view, JSON.stringify(levels)]);
  const label =
    last === undefined
      ? t('chart.labelNone', { symbol, timeframe })
      : t('chart.label', {
          symbol,
          timeframe,
          count: bars.length,
          close: last.close,
          time: timeText(last.timestamp),
        });
  return (
    <>
      <ChartFrame label={label} place={place} failure={failure} />
      {last === undefined && <p class="quiet">{t('chart.labelNone', { symbol, timeframe })}</p>}
      {first !== undefined && last !== undefined && (
        <p class="chart-legend quiet number">
          {timeText(last.timestamp)} · O {last.open} · H {last.high} · L {last.low} · C {last.close}{' '}
          · V {Number(last.volume.toPrecision(6))}
        </p>
      )}
    </>
  );
}
