import type {
  EquitySample,
  TradedInstrument,
} from '../../../../src/execution/performance/equity-sample.ts';
import type { Fill } from '../../../../src/model/fill.ts';
import type { OrderSide } from '../../../../src/model/order.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A full day and a full minute. */
export const T0 = Date.UTC(2022, 0, 1);

export const SPOT: TradedInstrument = {
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  contractSize: '1',
  lotSize: '0.001',
};

export const LINEAR: TradedInstrument = { ...SPOT, kind: 'linear', contractSize: '0.01' };

let trades = 0;

export function fill(
  side: OrderSide,
  quantity: string,
  price: string,
  more: Partial<Fill> = {},
): Fill {
  trades += 1;
  return {
    tradeId: String(trades),
    clientOrderId: null,
    venueOrderId: String(trades),
    symbol: 'BTC/USDT',
    side,
    quantity,
    price,
    fee: '0',
    feeCurrency: 'USDT',
    liquiditySide: 'taker',
    timestamp: T0,
    ...more,
  };
}

/** Samples a minute apart. */
export function samplesOf(values: readonly number[], stepMs = MINUTE): EquitySample[] {
  return values.map((equity, index) => ({ timestamp: T0 + index * stepMs, equity }));
}
