import type { Fill } from '../model/fill.ts';
import type { Instrument } from '../model/instrument.ts';
import { decimal, rounded, ZERO, type Decimal } from './decimals.ts';

/** A position while it is computed with. */
export interface Holding {
  /** Signed. */
  readonly quantity: Decimal;
  /** Mean price of what is held, at the fills' prices; 0 for nothing. */
  readonly avgPrice: Decimal;
  /** In quote currency, fees not taken off. */
  readonly realizedPnl: Decimal;
}

export const NOTHING: Holding = { quantity: ZERO, avgPrice: ZERO, realizedPnl: ZERO };

/**
 * A position after a fill, by mean cost: what makes it larger moves the mean price, what makes it smaller
 * realizes (price - mean price) x quantity, and what flips it does both.
 *
 * A fee that the venue keeps of the base currency itself (spot) leaves less of it: the quantity that is gone
 * is realized as a loss of its whole mean price, so that the position is what the venue's balance says.
 */
export function afterFill(holding: Holding, fill: Fill, instrument: Instrument): Holding {
  const size = decimal(fill.quantity);
  const traded = trade(
    holding,
    fill.side === 'buy' ? size : size.negated(),
    decimal(fill.price),
    decimal(instrument.contractSize),
  );
  if (instrument.kind !== 'spot' || fill.feeCurrency !== instrument.base) return traded;
  const fee = decimal(fill.fee);
  return {
    ...traded,
    quantity: traded.quantity.minus(fee),
    realizedPnl: rounded(traded.realizedPnl.minus(fee.times(traded.avgPrice))),
  };
}

function trade(holding: Holding, signed: Decimal, price: Decimal, contractSize: Decimal): Holding {
  const { quantity, avgPrice, realizedPnl } = holding;
  const after = quantity.plus(signed);
  if (quantity.isZero() || quantity.s === signed.s) {
    const value = quantity.times(avgPrice).plus(signed.times(price));
    return {
      quantity: after,
      avgPrice: after.isZero() ? ZERO : rounded(value.div(after)),
      realizedPnl,
    };
  }
  const closed = signed.abs().lt(quantity.abs()) ? signed.negated() : quantity;
  const gain = closed.times(price.minus(avgPrice)).times(contractSize);
  const flipped = !after.isZero() && after.s !== quantity.s;
  return {
    quantity: after,
    avgPrice: after.isZero() ? ZERO : flipped ? price : avgPrice,
    realizedPnl: rounded(realizedPnl.plus(gain)),
  };
}

/** Of what is held, at `price`, in quote currency. */
export function unrealizedPnl(holding: Holding, price: Decimal, contractSize: Decimal): Decimal {
  return holding.quantity.times(price.minus(holding.avgPrice)).times(contractSize);
}
