import {
  ColorType,
  createChart,
  TickMarkType,
  type ChartOptions,
  type DeepPartial,
  type IChartApi,
  type Time,
} from 'lightweight-charts';
import { clockText, timeText } from '../../data/format.ts';
import type { ChartColors } from './chart-colors.ts';

/** A chart without data that fills its element. Times are local. */
export function makeChart(element: HTMLElement, colors: ChartColors): IChartApi {
  return createChart(element, {
    autoSize: true,
    ...colorOptions(colors),
    localization: { timeFormatter: (time: Time) => timeText(millisOf(time)) },
    timeScale: {
      timeVisible: true,
      secondsVisible: true,
      rightOffset: 4,
      tickMarkFormatter: (time: Time, type: TickMarkType) => tickText(millisOf(time), type),
    },
  });
}

/** What of a chart depends on the theme. */
export function colorOptions(colors: ChartColors): DeepPartial<ChartOptions> {
  const { panel, text, line, strong } = colors;
  return {
    layout: {
      background: { type: ColorType.Solid, color: panel },
      textColor: text,
      // Its logo brings a style element, which the policy refuses: the page names the maker in words.
      attributionLogo: false,
      panes: { separatorColor: line, separatorHoverColor: strong },
      fontFamily: getComputedStyle(document.body).fontFamily,
      fontSize: 11,
    },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
    rightPriceScale: { borderColor: strong },
    timeScale: { borderColor: strong },
    crosshair: {
      vertLine: { color: strong, labelBackgroundColor: text },
      horzLine: { color: strong, labelBackgroundColor: text },
    },
  };
}

function millisOf(time: Time): number {
  return Number(time) * 1_000;
}

function tickText(at: number, type: TickMarkType): string {
  const date = new Date(at);
  const pad = (value: number): string => String(value).padStart(2, '0');
  switch (type) {
    case TickMarkType.Year:
      return String(date.getFullYear());
    case TickMarkType.Month:
    case TickMarkType.DayOfMonth:
      return `${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
    case TickMarkType.Time:
      return clockText(at).slice(0, 5);
    case TickMarkType.TimeWithSeconds:
      return clockText(at);
  }
}
