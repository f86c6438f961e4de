import type { DecimalText } from './decimal-text.ts';

/** What a strategy, or an account, holds of a symbol. */
export interface Position {
  readonly symbol: string;
  /** Positive if bought, negative if sold. */
  readonly quantity: DecimalText;
  /** Mean price of what is held, null for nothing. */
  readonly avgPrice: DecimalText | null;
  /** Of what was closed, in quote currency, fees not taken off. */
  readonly realizedPnl: DecimalText;
  /** Of what is held, at `lastPrice`, in quote currency; null without a price. */
  readonly unrealizedPnl: DecimalText | null;
  /** Fees paid so far, by currency. */
  readonly fees: Readonly<Record<string, DecimalText>>;
  readonly lastPrice: DecimalText | null;
  /** Milliseconds since the Unix epoch; 0 for a position that never was. */
  readonly updatedAt: number;
}
