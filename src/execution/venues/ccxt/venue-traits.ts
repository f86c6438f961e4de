import type { InstrumentKind } from '../../../model/instrument.ts';

/**
 * How an open order is changed. `amend`: in its place, nothing can go wrong half way. `replace`: it is canceled
 * and another one placed in one request, which is safe only while nothing of it is filled. `none`: ccxt would
 * send a cancel and then a new order, and what happens in between is anybody's guess.
 */
export type ChangeStyle = 'amend' | 'replace' | 'none';

interface VenueTraits {
  readonly change: (kind: InstrumentKind) => ChangeStyle;
  /** `fetchOrder` and `cancelOrder` take `clientOrderId`. */
  readonly byClientId: boolean;
  /** Stop orders of futures are kept apart: they are asked for with `trigger`. */
  readonly apartStops?: boolean;
  /** `fetchMyTrades` takes `fromId`, which leaves no doubt where fills have the same time. */
  readonly fillsById?: boolean;
  /** Kinds whose fills are told from a beginning on without an end, whatever ccxt says of a window. */
  readonly fillsWithoutEnd?: InstrumentKind;
}

const BINANCE: VenueTraits = {
  change: (kind) => (kind === 'spot' ? 'replace' : 'amend'),
  byClientId: true,
  apartStops: true,
  fillsById: true,
  // The day that Binance allows between beginning and end counts only where an end is given.
  fillsWithoutEnd: 'spot',
};

/** What was looked up in ccxt for one exchange. All others get the careful way. */
const TRAITS: Readonly<Record<string, VenueTraits>> = {
  binance: BINANCE,
  binanceus: { ...BINANCE, change: () => 'none' },
  binanceusdm: BINANCE,
  okx: { change: () => 'amend', byClientId: true, apartStops: true },
  bybit: { change: () => 'amend', byClientId: false },
  gate: { change: () => 'amend', byClientId: false, apartStops: true },
  deribit: { change: () => 'amend', byClientId: false },
};

export function venueTraits(id: string): VenueTraits {
  return TRAITS[id] ?? { change: () => 'none', byClientId: false };
}
