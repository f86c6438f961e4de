import { formatMoney } from './chart-ticks.ts';
import { downsample } from './downsample.ts';
import type { Drawdown, EquityCurve, EquitySample } from './equity-sample.ts';
import type { PerformanceSummary } from './performance-summary.ts';
import type { RunFigures } from './run-performance.ts';
import { labelWidthOf, rangeOf, SvgPanel, type PlotRange } from './svg-panel.ts';
import { escapeXml, px, textWidth } from './svg-text.ts';
import { writeWholeFile } from './write-whole-file.ts';

const WIDTH = 960;
const RIGHT = 24;
const HEAD = 92;
const TOTAL_HEIGHT = 320;
const STRATEGIES_HEIGHT = 220;
/** Room below a plot for its labels of time. */
const FOOT = 40;
const LEGEND_ROW = 20;

/** Points of the total's line, and of all the others' together: what keeps the file below 200 kB. */
const TOTAL_POINTS = 1_200;
const STRATEGY_POINTS = 6_000;
/** Strategies that are drawn; the others are counted in the legend. */
const MAX_LINES = 40;
/** Strategies that are named. */
const MAX_NAMES = 12;
const MAX_NAME_CHARS = 40;
/** Pixels of a fall that has no room for a label beside it. */
const SHORT_FALL = 90;

/** After M. Okabe and K. Ito's colours that colour-blind people can tell apart, on light and on dark. */
const COLORS = ['#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#0072b2', '#999999'];

const STYLE = `
svg { background: #ffffff; font: 12px system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
text { fill: #4b5563; }
.page { fill: #ffffff; }
.title { fill: #111827; font-size: 18px; font-weight: 600; }
.grid { stroke: #e5e7eb; fill: none; }
.axis { stroke: #9ca3af; fill: none; }
.line { fill: none; stroke-width: 1.3; stroke-linejoin: round; }
.total { stroke: #1d4ed8; stroke-width: 1.8; }
.start { stroke: #6b7280; stroke-dasharray: 2 4; fill: none; }
.drawdown { fill: #dc2626; fill-opacity: 0.16; }
.fall { stroke: #b91c1c; stroke-dasharray: 4 3; fill: none; }
.fall-text { fill: #b91c1c; font-weight: 600; stroke: #ffffff; stroke-width: 3px; paint-order: stroke; }
@media (prefers-color-scheme: dark) {
  svg { background: #111827; }
  text { fill: #9ca3af; }
  .page { fill: #111827; }
  .title { fill: #f3f4f6; }
  .grid { stroke: #1f2937; }
  .axis { stroke: #6b7280; }
  .total { stroke: #60a5fa; }
  .start { stroke: #9ca3af; }
  .drawdown { fill: #f87171; fill-opacity: 0.22; }
  .fall { stroke: #fca5a5; }
  .fall-text { fill: #fca5a5; stroke: #111827; }
}
`;

export interface EquitySvgOptions {
  /** @default 'Equity' */
  readonly title?: string;
}

/**
 * The equity of a run as a picture: that of all strategies together with its drawdowns, and below, if there
 * is more than one, that of each. Times are in UTC. It needs no font, script or network, follows a reader's
 * choice of light or dark, and is smaller than 200 kB.
 */
export function equitySvg(
  figures: Pick<RunFigures, 'total' | 'curves'>,
  { title = 'Equity' }: EquitySvgOptions = {},
): string {
  const { total } = figures;
  const strategies = figures.curves.slice(0, -1);
  const samples = downsample(figures.curves.at(-1)?.samples ?? [], TOTAL_POINTS);
  const several = strategies.length > 1;
  const name = several ? 'total' : (strategies[0]?.id ?? 'total');
  const parts =
    samples.length === 0
      ? { body: `<text x="24" y="${HEAD}">no market data, no equity to show</text>`, bottom: HEAD }
      : drawPanels(samples, several ? strategies : [], total, name);
  const height = parts.bottom + 16;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="${WIDTH}" height="${height}"/>`,
    `<text class="title" x="24" y="32">${escapeXml(cut(title, 90))}</text>`,
    `<text x="24" y="53">${escapeXml(subtitle(total))}</text>`,
    parts.body,
    '</svg>',
    '',
  ].join('\n');
}

/**
 * Writes the picture, see `equitySvg`: as a whole or not at all.
 *
 * @throws what the file system says
 */
export async function writeEquitySvg(
  path: string,
  figures: Pick<RunFigures, 'total' | 'curves'>,
  options: EquitySvgOptions = {},
): Promise<void> {
  await writeWholeFile(path, [equitySvg(figures, options)]);
}

function drawPanels(
  samples: readonly EquitySample[],
  strategies: readonly EquityCurve[],
  total: PerformanceSummary,
  name: string,
): { body: string; bottom: number } {
  const drawn = strategies.slice(0, MAX_LINES);
  const points = Math.floor(STRATEGY_POINTS / Math.max(1, drawn.length));
  const lines = drawn.map((curve) => downsample(curve.samples, points));
  const fall = fallOf(total.maxDrawdown);
  const start = Number(total.initialEquity);
  const range = rangeOf([samples], fall === undefined ? [start] : [start, fall.high, fall.low]);
  const lineRange = drawn.length === 0 ? range : { ...rangeOf(lines), ...timesOf(range) };
  const left =
    20 + Math.max(labelWidthOf(range, TOTAL_HEIGHT), labelWidthOf(lineRange, STRATEGIES_HEIGHT));
  const width = WIDTH - left - RIGHT;
  const upper = new SvgPanel({ left, top: HEAD, width, height: TOTAL_HEIGHT }, range);
  const startLine = `<path class="start" d="M${px(left)} ${px(upper.y(start))}h${px(width)}"/>`;
  const body = [
    legend(left, HEAD - 14, [
      { text: `${name}, ${total.currency}`, swatch: 'class="line total"' },
      { text: 'drawdown', swatch: 'class="drawdown"' },
      { text: 'initial equity', swatch: 'class="start"' },
    ]).body,
    upper.axes(),
    upper.drawdown(samples),
    startLine,
    upper.line(samples, 'class="line total"'),
    ...(fall === undefined ? [] : [drawFall(upper, fall)]),
  ];
  const bottom = HEAD + TOTAL_HEIGHT + FOOT;
  if (drawn.length === 0) return { body: body.join('\n'), bottom: bottom - 8 };
  const names = legend(left, bottom + 14, namesOf(strategies));
  const top = names.bottom + 14;
  const lower = new SvgPanel({ left, top, width, height: STRATEGIES_HEIGHT }, lineRange);
  body.push(
    names.body,
    lower.axes(),
    ...lines.map((line, index) => lower.line(line, strokeOf(index))),
  );
  return { body: body.join('\n'), bottom: top + STRATEGIES_HEIGHT + FOOT - 8 };
}

interface LegendEntry {
  readonly text: string;
  /** Attributes of what stands before the text; none for words alone. */
  readonly swatch: string | null;
}

function legend(
  left: number,
  top: number,
  entries: readonly LegendEntry[],
): { body: string; bottom: number } {
  let x = left;
  let y = top;
  const parts = entries.map(({ text, swatch }) => {
    const width = 24 + textWidth(text) + 22;
    if (x > left && x + width > WIDTH - RIGHT) {
      x = left;
      y += LEGEND_ROW;
    }
    const shape =
      swatch === 'class="drawdown"'
        ? `<rect ${swatch} x="${px(x)}" y="${px(y - 9)}" width="18" height="10"/>`
        : `<path ${swatch} d="M${px(x)} ${px(y - 4)}h18"/>`;
    const indent = swatch === null ? 0 : 24;
    const words = `<text x="${px(x + indent)}" y="${px(y)}">${escapeXml(text)}</text>`;
    x += width;
    return swatch === null ? words : `${shape}${words}`;
  });
  return { body: parts.join('\n'), bottom: y };
}

function namesOf(strategies: readonly EquityCurve[]): LegendEntry[] {
  const named = strategies.slice(0, MAX_NAMES).map(({ id }, index) => ({
    text: cut(id, MAX_NAME_CHARS),
    swatch: strokeOf(index),
  }));
  const more = strategies.length - named.length;
  if (more === 0) return named;
  const notDrawn = strategies.length - MAX_LINES;
  const text = `and ${more} more${notDrawn > 0 ? `, ${notDrawn} of them not drawn` : ''}`;
  return [...named, { text, swatch: null }];
}

/** A colour for each of the first, then the same ones dashed. */
function strokeOf(index: number): string {
  const round = Math.floor(index / COLORS.length);
  const dashes = round === 0 ? '' : ` stroke-dasharray="${4 * round} 3"`;
  return `class="line" stroke="${COLORS[index % COLORS.length]}"${dashes}`;
}

interface Fall {
  readonly from: number;
  readonly to: number;
  readonly high: number;
  readonly low: number;
  readonly share: number;
}

function fallOf({ amount, share, from, to }: Drawdown): Fall | undefined {
  if (from === null || to === null) return undefined;
  const high = Number(amount) / share;
  return { from, to, high, low: high - Number(amount), share };
}

/** The deepest fall: along its high to the time of the low, and down. */
function drawFall(panel: SvgPanel, { from, to, high, low, share }: Fall): string {
  const [x, y, endX, endY] = [panel.x(from), panel.y(high), panel.x(to), panel.y(low)];
  const label = `−${(share * 100).toFixed(2)} %`;
  return [
    `<path class="fall" d="M${px(x)} ${px(y)}H${px(endX)}V${px(endY)}"/>`,
    `<text class="fall-text" ${placeOfLabel(panel, endX, y, endY, textWidth(label))}>${label}</text>`,
  ].join('\n');
}

/** Beside the way down if that is long enough, else below the low, or above the high where no room is below. */
function placeOfLabel(panel: SvgPanel, x: number, y: number, endY: number, width: number): string {
  const { left, top, width: plotWidth, height } = panel.area;
  const right = left + plotWidth;
  if (endY - y > SHORT_FALL) {
    const beside = x + width + 12 < right;
    const anchor = beside ? 'start' : 'end';
    return `x="${px(x + (beside ? 6 : -6))}" y="${px((y + endY) / 2 + 4)}" text-anchor="${anchor}"`;
  }
  const middle = Math.min(Math.max(x, left + width / 2 + 4), right - width / 2);
  const below = endY + 24 < top + height;
  return `x="${px(middle)}" y="${px(below ? endY + 18 : y - 10)}" text-anchor="middle"`;
}

function timesOf({ from, to }: PlotRange): Pick<PlotRange, 'from' | 'to'> {
  return { from, to };
}

function subtitle(total: PerformanceSummary): string {
  const { initialEquity, finalEquity, currency, maxDrawdown, firstTime, lastTime } = total;
  const times =
    firstTime === null || lastTime === null
      ? []
      : [`${minuteOf(firstTime)} to ${minuteOf(lastTime)} UTC`];
  const change = total.return === null ? '' : ` (${signedPercent(total.return)})`;
  return [
    ...times,
    `${formatMoney(Number(initialEquity))} to ${formatMoney(Number(finalEquity))} ${currency}${change}`,
    `deepest drawdown ${(maxDrawdown.share * 100).toFixed(2)} %`,
  ].join('  ·  ');
}

function signedPercent(share: number): string {
  const percent = (share * 100).toFixed(2);
  return `${share < 0 ? '−' : '+'}${percent.replace('-', '')} %`;
}

function minuteOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

function cut(value: string, maxChars: number): string {
  return value.length <= maxChars ? value : `${value.slice(0, maxChars - 1)}…`;
}
