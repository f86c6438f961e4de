import type { PositionView } from '../../../../src/client/index.ts';
import { addDecimals, signOf } from '../../data/decimal.ts';

/** What all hold together of each symbol, signed; symbols that come to nothing are left out. */
export function netOf(
  positions: readonly Pick<PositionView, 'symbol' | 'quantity'>[],
): readonly (readonly [symbol: string, quantity: string])[] {
  const bySymbol = new Map<string, string>();
  for (const { symbol, quantity } of positions) {
    bySymbol.set(symbol, addDecimals([bySymbol.get(symbol) ?? '0', quantity]));
  }
  return [...bySymbol]
    .filter(([, quantity]) => signOf(quantity) !== 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}
