import { AreaSeries, BaselineSeries, type UTCTimestamp } from 'lightweight-charts';
import { colorOptions, makeChart } from './chart-base.ts';
import type { ChartColors } from './chart-colors.ts';
import type { ChartPoint } from './chart-data.ts';
import type { ChartView } from './use-chart.ts';

export interface CurveChartView extends ChartView {
  readonly setCurves: (pnl: readonly ChartPoint[], drawdown: readonly ChartPoint[]) => void;
}

const CLEAR = 'transparent';
const NO_FILL = {
  topFillColor1: CLEAR,
  topFillColor2: CLEAR,
  bottomFillColor1: CLEAR,
  bottomFillColor2: CLEAR,
};
const FIGURE = { type: 'price', precision: 2, minMove: 0.01 } as const;

/** Net profit over time, above and below zero; below it what was lost from the highest point so far. */
export function makeCurveChart(element: HTMLElement, initial: ChartColors): CurveChartView {
  const chart = makeChart(element, initial);
  const common = { priceFormat: FIGURE, lineWidth: 2, priceLineVisible: false } as const;
  const pnl = chart.addSeries(BaselineSeries, {
    ...common,
    baseValue: { type: 'price', price: 0 },
  });
  const drawdown = chart.addSeries(AreaSeries, common, 1);
  chart.panes()[0]?.setStretchFactor(2);
  chart.panes()[1]?.setStretchFactor(1);
  const paint = (colors: ChartColors): void => {
    const { good, bad, badWash } = colors;
    pnl.applyOptions({
      topLineColor: good,
      bottomLineColor: bad,
      ...NO_FILL,
    });
    drawdown.applyOptions({ lineColor: bad, topColor: badWash, bottomColor: badWash });
  };
  paint(initial);
  let isFitted = false;
  return {
    setCurves: (nextPnl, nextDrawdown) => {
      pnl.setData(nextPnl.map(pointOf));
      drawdown.setData(nextDrawdown.map(pointOf));
      // Whoever has looked closer at a part stays there.
      if (!isFitted) chart.timeScale().fitContent();
      isFitted ||= nextPnl.length > 0;
    },
    applyColors: (colors) => {
      chart.applyOptions(colorOptions(colors));
      paint(colors);
    },
    destroy: () => chart.remove(),
  };
}

function pointOf({ time, value }: ChartPoint): { time: UTCTimestamp; value: number } {
  return { time: time as UTCTimestamp, value };
}
