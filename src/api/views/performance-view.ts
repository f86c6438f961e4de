import type { WorkerPerformance } from '../../system/service/worker-performance.ts';
import type { Performance } from '../contract/execution-schemas.ts';

const NO_SHARE =
  'a worker has no capital of its own: its drawdown is an amount, and a share of nothing';

/** Figures of a worker that has not traded. */
const NOTHING: Omit<Performance, 'currency' | 'notes'> = {
  fills: 0,
  trades: 0,
  wins: 0,
  losses: 0,
  pnl: '0',
  grossPnl: '0',
  fees: {},
  maxDrawdown: { amount: '0', share: null },
  winRate: null,
  profitFactor: null,
  averageWin: null,
  averageLoss: null,
  tradedNotional: '0',
  curve: [],
};

export function performanceView({ currency, figures, notes }: WorkerPerformance): Performance {
  if (figures === null) return { currency, ...NOTHING, notes: [...notes] };
  const { summary, maxDrawdown, curve } = figures;
  const { winRate, profitFactor } = summary.undefinedBecause;
  const outside = Object.entries(summary.feesOutsideEquity).map(
    ([feeCurrency, amount]) => `fees of ${amount} ${feeCurrency} are not taken off the pnl`,
  );
  return {
    currency,
    fills: summary.fills,
    trades: summary.trades,
    wins: summary.wins,
    losses: summary.losses,
    pnl: summary.pnl,
    grossPnl: summary.grossPnl,
    fees: { ...summary.fees },
    maxDrawdown: { amount: maxDrawdown, share: null },
    winRate: summary.winRate,
    profitFactor: summary.profitFactor,
    averageWin: summary.averageWin,
    averageLoss: summary.averageLoss,
    tradedNotional: summary.tradedNotional,
    curve: curve.map((point) => ({ ...point })),
    notes: [
      ...notes,
      ...outside,
      NO_SHARE,
      ...(winRate === undefined ? [] : [`no win rate: ${winRate}`]),
      ...(profitFactor === undefined ? [] : [`no profit factor: ${profitFactor}`]),
    ],
  };
}
