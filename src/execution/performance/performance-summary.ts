import type { DecimalText } from '../../model/decimal-text.ts';
import { decimal, text } from '../decimals.ts';
import type { EquityRecord } from './equity-recorder.ts';
import type { Drawdown } from './equity-sample.ts';
import {
  returnsOf,
  sharpeRatio,
  sortinoRatio,
  type Figure,
  type ReturnPeriod,
} from './return-ratios.ts';

/** Figures that do not exist for each run. */
const FIGURES = [
  'return',
  'sharpe',
  'sortino',
  'winRate',
  'profitFactor',
  'exposure',
  'turnover',
] as const;
type FigureName = (typeof FIGURES)[number];

/**
 * How a strategy did, or all together. Amounts are in `currency` and exact, but for means, which are rounded
 * to 8 digits after the point; ratios are shares, 0.01 for 1 %. Plain data.
 */
export interface PerformanceSummary {
  /** A worker's id, or `total`. */
  readonly id: string;
  readonly currency: string;
  /** Of market time, ms since the Unix epoch; null if nothing was told. */
  readonly firstTime: number | null;
  readonly lastTime: number | null;
  readonly initialEquity: DecimalText;
  readonly finalEquity: DecimalText;
  /** Final less initial equity: realized and unrealized, after fees. */
  readonly pnl: DecimalText;
  /** `pnl` with the fees that it has paid added back. */
  readonly grossPnl: DecimalText;
  /** By currency, positive for a cost. */
  readonly fees: Readonly<Record<string, DecimalText>>;
  /** Fees in a currency that is neither quote nor, for spot, base: not taken off `pnl`. */
  readonly feesOutsideEquity: Readonly<Record<string, DecimalText>>;
  /** `pnl` over initial equity. */
  readonly return: number | null;
  readonly maxDrawdown: Drawdown;
  /** A year's; see `sharpeRatio`. */
  readonly sharpe: number | null;
  /** A year's; see `sortinoRatio`. */
  readonly sortino: number | null;
  /** What the returns of both are taken over; null without samples. */
  readonly returnPeriod: ReturnPeriod | null;
  readonly fills: number;
  /** Fills in another quote currency: in none of the other figures. */
  readonly foreignFills: number;
  /** Round trips that have ended: from flat to flat, or to the fill that flips the position. */
  readonly trades: number;
  readonly wins: number;
  readonly losses: number;
  readonly openPositions: number;
  /** Trades that brought more than 0 after fees, as a share of all. */
  readonly winRate: number | null;
  /** What the wins brought over what the losses cost. */
  readonly profitFactor: number | null;
  /** Mean of what a win brought, null without one. */
  readonly averageWin: DecimalText | null;
  /** Mean of what a loss cost, positive, null without one. */
  readonly averageLoss: DecimalText | null;
  /** Share of the market time with a position. */
  readonly exposure: number | null;
  /** Price times quantity of all fills, bought and sold. */
  readonly tradedNotional: DecimalText;
  /** `tradedNotional` over initial equity. */
  readonly turnover: number | null;
  /** Why a figure is null. */
  readonly undefinedBecause: Readonly<Partial<Record<FigureName, string>>>;
}

const MEAN_DIGITS = 8;

/**
 * The figures of a record. The same record gives the same figures to the last digit.
 *
 * Sources: drawdown, Sharpe and Sortino ratio as their functions say. Win rate, profit factor, average win
 * and loss: R. Pardo, "The Evaluation and Optimization of Trading Strategies", 2nd edition, Wiley 2008,
 * over round trips after fees. Return: the holding period return without flows, C. R. Bacon, "Practical
 * Portfolio Performance Measurement and Attribution", 2nd edition, Wiley 2008, chapter 2. Exposure and
 * turnover have no agreed form: here they are the share of market time with a position, and what was bought
 * and sold over initial equity.
 */
export function performanceOf(id: string, record: EquityRecord): PerformanceSummary {
  const { trips, firstTime, lastTime } = record;
  const initial = decimal(record.initialEquity);
  const pnl = decimal(record.finalEquity).minus(initial);
  const returns = returnsOf(record.samples);
  const overInitial = (amount: number): Figure =>
    ratio(amount, initial.toNumber(), 'initial equity is not above 0');
  const figures: Record<FigureName, Figure> = {
    return: overInitial(pnl.toNumber()),
    sharpe: sharpeRatio(returns),
    sortino: sortinoRatio(returns),
    winRate: ratio(trips.wins, trips.count, 'no trade has ended'),
    profitFactor: ratio(Number(trips.won), Number(trips.lost), 'no trade has lost'),
    exposure: ratio(record.exposedMs, (lastTime ?? 0) - (firstTime ?? 0), 'no time went by'),
    turnover: overInitial(Number(record.tradedNotional)),
  };
  return {
    id,
    currency: record.currency,
    firstTime,
    lastTime,
    initialEquity: record.initialEquity,
    finalEquity: record.finalEquity,
    pnl: text(pnl),
    grossPnl: text(pnl.plus(decimal(record.feeCost))),
    fees: record.fees,
    feesOutsideEquity: record.feesOutsideEquity,
    return: figures.return.value,
    maxDrawdown: record.maxDrawdown,
    sharpe: figures.sharpe.value,
    sortino: figures.sortino.value,
    returnPeriod: returns?.period ?? null,
    fills: record.fills,
    foreignFills: record.foreignFills,
    trades: trips.count,
    wins: trips.wins,
    losses: trips.losses,
    openPositions: record.openPositions,
    winRate: figures.winRate.value,
    profitFactor: figures.profitFactor.value,
    averageWin: mean(trips.won, trips.wins),
    averageLoss: mean(trips.lost, trips.losses),
    exposure: figures.exposure.value,
    tradedNotional: record.tradedNotional,
    turnover: figures.turnover.value,
    undefinedBecause: reasonsOf(figures),
  };
}

function ratio(part: number, whole: number, reason: string): Figure {
  return whole > 0 ? { value: part / whole } : { value: null, reason };
}

function mean(sum: DecimalText, count: number): DecimalText | null {
  return count === 0 ? null : text(decimal(sum).div(count).toDecimalPlaces(MEAN_DIGITS));
}

function reasonsOf(figures: Readonly<Record<FigureName, Figure>>): Record<string, string> {
  return Object.fromEntries(
    FIGURES.flatMap((name) => {
      const figure = figures[name];
      return figure.value === null ? [[name, figure.reason]] : [];
    }),
  );
}
