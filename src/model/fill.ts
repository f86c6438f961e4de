import type { DecimalText } from './decimal-text.ts';
import type { OrderSide } from './order.ts';

/** Who was there first: a maker's order rested in the book, a taker's met it. */
export type LiquiditySide = 'maker' | 'taker';

/** A part of an order, or all of it, that was traded. */
export interface Fill {
  /** The venue's id, unique for the symbol. */
  readonly tradeId: string;
  readonly clientOrderId: string | null;
  readonly venueOrderId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly quantity: DecimalText;
  readonly price: DecimalText;
  /** What the venue kept, positive for a cost. */
  readonly fee: DecimalText;
  readonly feeCurrency: string;
  readonly liquiditySide: LiquiditySide;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
}
