import type { DecimalText } from '../../model/decimal-text.ts';
import type { Instrument } from '../../model/instrument.ts';

/** What everything was worth at a moment. */
export interface EquitySample {
  /** Milliseconds since the Unix epoch, of market time. */
  readonly timestamp: number;
  /** In the currency of the record, to 8 digits after the point as far as a float has them. */
  readonly equity: number;
}

/** Samples under a name, oldest first, no two of the same time. */
export interface EquityCurve {
  /** A worker's id, or `total`. */
  readonly id: string;
  readonly samples: readonly EquitySample[];
}

/** What must be known of an instrument to say what its fills are worth. */
export type TradedInstrument = Pick<
  Instrument,
  'kind' | 'base' | 'quote' | 'contractSize' | 'lotSize'
>;

export interface Drawdown {
  /** What was lost from the highest equity before, in the currency of the record. */
  readonly amount: DecimalText;
  /** The same as a share of that highest equity, 0 to 1, or more where equity fell below 0. */
  readonly share: number;
  /** Times of the high and of the low, ms since the Unix epoch; null where equity never fell. */
  readonly from: number | null;
  readonly to: number | null;
}
