/** Why an order does not leave: the rule, and what is so, in words with the figures. */
export interface Denial {
  readonly rule: DenialRule;
  readonly reason: string;
}

/** Every rule by which an order is denied. */
export type DenialRule =
  | 'INVALID_ORDER'
  | 'UNKNOWN_SYMBOL'
  | 'TICK_SIZE'
  | 'LOT_SIZE'
  | 'MIN_QUANTITY'
  | 'MAX_QUANTITY'
  | 'MIN_NOTIONAL'
  | 'NO_PRICE'
  | 'STALE_DATA'
  | 'CATCHING_UP'
  | 'PAUSED'
  | 'HALTED'
  | 'REDUCE_ONLY'
  | 'NOT_RECONCILED'
  | 'NO_POSITION'
  | 'NOT_FOUND'
  | 'NOT_OPEN'
  | 'MAX_ORDER_QUANTITY'
  | 'MAX_ORDER_NOTIONAL'
  | 'MAX_POSITION_QUANTITY'
  | 'MAX_POSITION_NOTIONAL'
  | 'MAX_OPEN_ORDERS'
  | 'MAX_ORDERS_PER_SECOND'
  | 'PRICE_COLLAR'
  | 'JOURNAL_FULL'
  | 'JOURNAL_FAILED';

export function denial(rule: DenialRule, reason: string): Denial {
  return { rule, reason };
}
