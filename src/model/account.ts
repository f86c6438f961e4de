import type { DecimalText } from './decimal-text.ts';

/** An amount of one currency, or what a venue has of it. */
export interface Balance {
  readonly free: DecimalText;
  /** With what open orders hold back. */
  readonly total: DecimalText;
}

/**
 * What may be traded: everything (`active`); only what makes positions smaller (`reduce-only`); nothing, but
 * cancels pass (`halted`).
 */
export const TRADING_STATES = ['active', 'reduce-only', 'halted'] as const;
export type TradingState = (typeof TRADING_STATES)[number];

/** The account as a strategy sees it: its own figures in the shared account. */
export interface AccountView {
  /** Where the orders go, such as `paper` or `binance`. */
  readonly venue: string;
  readonly tradingState: TradingState;
  /** Why it is not `active`. */
  readonly tradingReason: string | null;
  /** Of this strategy alone, by quote currency. */
  readonly pnl: Readonly<Record<string, PnlFigures>>;
  /** Of the whole account, by currency; shared with all strategies. */
  readonly balances: Readonly<Record<string, Balance>>;
}

export interface PnlFigures {
  /** Of what was closed, without fees. */
  readonly realized: DecimalText;
  /** Of what is held, at the last price. */
  readonly unrealized: DecimalText;
  /** Paid in this currency. */
  readonly fees: DecimalText;
}
