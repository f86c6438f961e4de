import { parseDecimalText, type DecimalText } from '../../model/decimal-text.ts';
import type { DataType } from '../../model/data-type.ts';
import type { PaperVenueOptions } from '../../execution/venues/paper/paper-options.ts';
import type { RiskConfig } from '../../execution/risk/risk-limits.ts';
import type { WorkerManager } from '../../host/worker-manager.ts';
import { ReplayTrading } from './replay-trading.ts';

/** Paper trading of a job. */
export interface PaperTradingOptions extends Omit<
  PaperVenueOptions,
  'balances' | 'name' | 'idPrefix'
> {
  /** What each strategy begins with, in the quote currency of the symbols. @default 100000 */
  readonly cash?: DecimalText | number;
  /** Limits for each strategy. @default none */
  readonly risk?: RiskConfig;
  /** Where the equity curves are written, as CSV. @default nowhere */
  readonly equityFile?: string;
  /** Where they are drawn, as SVG. @default nowhere */
  readonly plotFile?: string;
}

/** What the job knows. */
export interface PaperTradingFacts {
  readonly symbols: readonly string[];
  /** Where the replay's time begins, ms since the epoch. */
  readonly beginsAtMs: number;
  /** Asked once workers are started. */
  readonly manager: () => WorkerManager;
}

const DEFAULT_CURRENCY = 'USDT';

/** @throws {InvalidPaperOptionError | InvalidDecimalError} */
export function paperTrading(
  { cash = '100000', risk, ...options }: PaperTradingOptions,
  { symbols, beginsAtMs, manager }: PaperTradingFacts,
): ReplayTrading {
  const currency = quoteCurrencyOf(symbols[0]);
  const { equityFile: _csv, plotFile: _svg, ...paper } = options;
  return new ReplayTrading({
    paper: { ...paper, balances: { [currency]: parseDecimalText(cash, 'cash') } },
    currency,
    beginsAtMs,
    ...(risk && { risk }),
    topicsOf: (workerId) => {
      const status = manager().getWorkerStatus(workerId);
      return status.symbols.flatMap((symbol) =>
        status.dataTypes.map((dataType) => ({ symbol, dataType: dataType as DataType })),
      );
    },
    lastSeqOf: (symbol, dataType) => manager().broker.getTopicStats(symbol, dataType)?.seq ?? 0,
  });
}

/** Of `BASE/QUOTE` and `BASE/QUOTE:SETTLE`. */
function quoteCurrencyOf(symbol: string | undefined): string {
  const [, quote] = /^[^/:]+\/([^/:]+)/.exec(symbol ?? '') ?? [];
  return quote ?? DEFAULT_CURRENCY;
}
