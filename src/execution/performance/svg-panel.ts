import { moneyTicks, roundStep, timeTicks, type Tick } from './chart-ticks.ts';
import type { EquitySample } from './equity-sample.ts';
import { escapeXml, px, textWidth } from './svg-text.ts';

/** Where on the picture a panel's plot is, in pixels. */
export interface PlotArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What a panel shows: times in ms since the Unix epoch, values in money. */
export interface PlotRange {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

/** Pixels between two lines of a grid, at least. */
const TIME_TICK_PX = 84;
const MONEY_TICK_PX = 46;

/** The range of some samples, a little air around it, also where they never move. */
export function rangeOf(
  curves: readonly (readonly EquitySample[])[],
  more: readonly number[] = [],
): PlotRange {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  let low = Math.min(...more);
  let high = Math.max(...more);
  for (const { timestamp, equity } of curves.flat()) {
    from = Math.min(from, timestamp);
    to = Math.max(to, timestamp);
    low = Math.min(low, equity);
    high = Math.max(high, equity);
  }
  const size = Math.max(Math.abs(low), Math.abs(high));
  // Also for what hardly moves: steps below what a float can tell apart would never end.
  const air = high > low ? Math.max((high - low) * 0.06, size * 1e-9) : roundStep(size || 1) / 100;
  return { from, to: Math.max(to, from + 1), low: low - air, high: high + air };
}

/** One plot with its axes: turns times and money into pixels. */
export class SvgPanel {
  readonly area: PlotArea;
  readonly #range: PlotRange;

  constructor(area: PlotArea, range: PlotRange) {
    this.area = area;
    this.#range = range;
  }

  x(timestamp: number): number {
    const { from, to } = this.#range;
    return this.area.left + ((timestamp - from) / (to - from)) * this.area.width;
  }

  y(value: number): number {
    const { low, high } = this.#range;
    return this.area.top + ((high - value) / (high - low)) * this.area.height;
  }

  /** Grid, labels and frame of both axes. */
  axes(): string {
    const { left, top, width, height } = this.area;
    const { from, to } = this.#range;
    const bottom = top + height;
    const rows = this.moneyTicks().map(({ value, label }) => {
      const y = px(this.y(value));
      return (
        `<path class="grid" d="M${px(left)} ${y}h${px(width)}"/>` +
        `<text x="${px(left - 8)}" y="${y}" dy="4" text-anchor="end">${escapeXml(label)}</text>`
      );
    });
    const columns = timeTicks(from, to, width / TIME_TICK_PX).map(({ value, label }) => {
      const x = this.x(value);
      return (
        `<path class="grid" d="M${px(x)} ${px(top)}v${px(height)}"/>` +
        `<text x="${px(x)}" y="${px(bottom + 18)}" text-anchor="middle">${escapeXml(label)}</text>`
      );
    });
    const frame = `<path class="axis" d="M${px(left)} ${px(top)}v${px(height)}h${px(width)}"/>`;
    return [...rows, ...columns, frame].join('\n');
  }

  moneyTicks(): Tick[] {
    const { low, high } = this.#range;
    return moneyTicks(low, high, this.area.height / MONEY_TICK_PX);
  }

  line(samples: readonly EquitySample[], attributes: string): string {
    return `<path ${attributes} d="M${this.#points(samples)}"/>`;
  }

  /** The area between the highest value so far and the value. */
  drawdown(samples: readonly EquitySample[]): string {
    let peak = Number.NEGATIVE_INFINITY;
    const peaks = samples.map(({ timestamp, equity }) => {
      peak = Math.max(peak, equity);
      return { timestamp, equity: peak };
    });
    return `<path class="drawdown" d="M${this.#points(peaks)}L${this.#points(samples.toReversed())}Z"/>`;
  }

  #points(samples: readonly EquitySample[]): string {
    return samples
      .map(({ timestamp, equity }) => `${px(this.x(timestamp))} ${px(this.y(equity))}`)
      .join('L');
  }
}

/** Pixels that the labels of a range need to the left of a plot. */
export function labelWidthOf(range: PlotRange, height: number): number {
  const labels = moneyTicks(range.low, range.high, height / MONEY_TICK_PX);
  return Math.max(...labels.map(({ label }) => textWidth(label)), 20);
}
