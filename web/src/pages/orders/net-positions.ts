import type { PositionView } from '../../../../src/client/index.ts';
import { addDecimals, signOf } from '../../data/decimal.ts';

/** What is held of a symbol, of all together. */
export interface NetPosition {
  readonly symbol: string;
  /** Signed decimal. */
  readonly quantity: string;
  /** How many hold any of it. */
  readonly owners: number;
}

/** The sum of the positions in each symbol, exactly. */
export function netPositions(positions: readonly PositionView[]): readonly NetPosition[] {
  const symbols = [...new Set(positions.map(({ symbol }) => symbol))].toSorted();
  return symbols.map((symbol) => {
    const quantities = positions
      .filter((position) => position.symbol === symbol)
      .map(({ quantity }) => quantity);
    return {
      symbol,
      quantity: addDecimals(quantities),
      owners: quantities.filter((quantity) => signOf(quantity) !== 0).length,
    };
  });
}
