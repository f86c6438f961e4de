import {
  CandlestickSeries,
  createSeriesMarkers,
  HistogramSeries,
  LineStyle,
  type AutoscaleInfo,
  type CandlestickData,
  type HistogramData,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { BarView } from '../../../../src/client/index.ts';
import { colorOptions, makeChart } from './chart-base.ts';
import type { ChartColors } from './chart-colors.ts';
import { changedBars, placesOf, rangeWith, type ChartMark } from './chart-data.ts';
import type { ChartView } from './use-chart.ts';

/** A line at a price, such as that of an open order. */
export interface ChartLevel {
  readonly price: number;
  readonly side: 'buy' | 'sell';
  readonly text: string;
}

const VOLUME_LOOKS = {
  priceScaleId: '',
  priceFormat: { type: 'volume' },
  lastValueVisible: false,
  priceLineVisible: false,
} as const;

/** Bars with their volume, marks at them and lines at prices. */
export class BarChartView implements ChartView {
  readonly #chart: IChartApi;
  readonly #bars: ISeriesApi<'Candlestick'>;
  readonly #volume: ISeriesApi<'Histogram'>;
  readonly #markers: ISeriesMarkersPluginApi<Time>;
  #colors: ChartColors;
  #known: readonly BarView[] = [];
  #marks: readonly ChartMark[] = [];
  #levels: readonly ChartLevel[] = [];
  #lines: readonly IPriceLine[] = [];

  constructor(element: HTMLElement, colors: ChartColors) {
    this.#colors = colors;
    this.#chart = makeChart(element, colors);
    this.#bars = this.#chart.addSeries(CandlestickSeries, {
      autoscaleInfoProvider: (own: () => AutoscaleInfo | null) => this.#withLevels(own()),
    });
    this.#volume = this.#chart.addSeries(HistogramSeries, VOLUME_LOOKS);
    this.#volume.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    this.#bars.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.22 } });
    this.#markers = createSeriesMarkers(this.#bars, []);
    this.#paint();
  }

  setBars(next: readonly BarView[]): void {
    const change = changedBars(this.#known, next);
    this.#known = next;
    if (change.isEnd) {
      for (const bar of change.bars) {
        this.#bars.update(candleOf(bar));
        this.#volume.update(volumeOf(bar));
      }
      return;
    }
    const places = placesOf(next);
    this.#bars.applyOptions({
      priceFormat: { type: 'price', precision: places, minMove: 1 / 10 ** places },
    });
    this.#bars.setData(next.map(candleOf));
    this.#volume.setData(next.map(volumeOf));
  }

  /** Oldest first. */
  setMarks(marks: readonly ChartMark[]): void {
    this.#marks = marks;
    this.#drawMarks();
  }

  setLevels(levels: readonly ChartLevel[]): void {
    this.#levels = levels;
    this.#drawLevels();
  }

  applyColors(colors: ChartColors): void {
    this.#colors = colors;
    this.#chart.applyOptions(colorOptions(colors));
    this.#paint();
  }

  destroy(): void {
    this.#chart.remove();
  }

  #paint(): void {
    const { good, bad, strong, faint } = this.#colors;
    const looks = { upColor: good, downColor: bad, wickUpColor: good, wickDownColor: bad };
    this.#bars.applyOptions({ ...looks, borderVisible: false, priceLineColor: strong });
    this.#volume.applyOptions({ color: faint });
    this.#drawMarks();
    this.#drawLevels();
  }

  #drawMarks(): void {
    this.#markers.setMarkers(
      this.#marks.map(({ time, side, text }) => ({
        time: time as UTCTimestamp,
        position: side === 'buy' ? 'belowBar' : 'aboveBar',
        shape: side === 'buy' ? 'arrowUp' : 'arrowDown',
        color: this.#colorOf(side),
        text,
      })),
    );
  }

  #drawLevels(): void {
    for (const line of this.#lines) this.#bars.removePriceLine(line);
    this.#lines = this.#levels.map(({ price, side, text }) =>
      this.#bars.createPriceLine({
        price,
        title: text,
        color: this.#colorOf(side),
        lineStyle: LineStyle.Dashed,
        lineWidth: 1,
        axisLabelVisible: true,
      }),
    );
  }

  /** Orders that wait not too far from the bars are in sight, too. */
  #withLevels(info: AutoscaleInfo | null): AutoscaleInfo | null {
    const range = info?.priceRange ?? null;
    if (info === null || range === null) return info;
    const { min, max } = rangeWith(
      { min: range.minValue, max: range.maxValue },
      this.#levels.map(({ price }) => price),
    );
    return { ...info, priceRange: { minValue: min, maxValue: max } };
  }

  #colorOf(side: ChartLevel['side']): string {
    return side === 'buy' ? this.#colors.accent : this.#colors.warn;
  }
}

function candleOf({ timestamp, open, high, low, close }: BarView): CandlestickData {
  return { time: (timestamp / 1_000) as UTCTimestamp, open, high, low, close };
}

function volumeOf({ timestamp, volume }: BarView): HistogramData {
  return { time: (timestamp / 1_000) as UTCTimestamp, value: volume };
}
