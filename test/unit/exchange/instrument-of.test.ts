import { expect, it } from 'vitest';
import { instrumentOf, kindOf } from '../../../src/exchange/instrument-of.ts';

const MARKET = {
  id: 'BTCUSDT',
  symbol: 'BTC/USDT',
  base: 'BTC',
  quote: 'USDT',
  spot: true,
  maker: '0.0002',
  taker: '0.0004',
  precision: { amount: '0.001', price: '0.1' },
  limits: { amount: { min: '0.002', max: '1000' }, cost: { min: '5' } },
};

it('a precision may be the step itself', () => {
  expect(instrumentOf(MARKET, 'spot', { precisionMode: 4 })).toEqual({
    symbol: 'BTC/USDT',
    kind: 'spot',
    base: 'BTC',
    quote: 'USDT',
    contractSize: '1',
    tickSize: '0.1',
    lotSize: '0.001',
    minQuantity: '0.002',
    maxQuantity: '1000',
    minNotional: '5',
    makerFee: '0.0002',
    takerFee: '0.0004',
  });
});

it.each([
  ['3', '0.001'],
  ['0', '1'],
  ['-2', '100'],
])('or %s digits behind the point, a step of %s', (amount, lotSize) => {
  const market = { ...MARKET, precision: { amount, price: '1' } };
  expect(instrumentOf(market, 'spot', { precisionMode: 2 })).toMatchObject({
    lotSize,
    tickSize: '0.1',
  });
});

it('or nothing that says a step', () => {
  const market = { ...MARKET, precision: { amount: '0.5', price: 'x' } };
  expect(instrumentOf(market, 'spot', { precisionMode: 2 })).toMatchObject({
    lotSize: '0.00000001',
    tickSize: '0.00000001',
  });
});

it('or significant digits, of which no step can be made', () => {
  const market = { ...MARKET, precision: { amount: '8', price: '5' } };
  expect(instrumentOf(market, 'spot', { precisionMode: 3 }).tickSize).toBe('0.00000001');
});

it('what is missing or 0 is no limit', () => {
  const market = { ...MARKET, limits: { amount: { min: '0', max: '0' }, cost: { min: null } } };
  expect(instrumentOf(market, 'spot', { precisionMode: 4 })).toMatchObject({
    minQuantity: '0.001',
    maxQuantity: null,
    minNotional: null,
  });
});

it("fees are the market's, else the exchange's, else none", () => {
  const market = { ...MARKET, maker: undefined, taker: undefined };
  const fees = { trading: { maker: 0.001, taker: 1e-7 } };
  expect(instrumentOf(market, 'spot', { precisionMode: 4, fees })).toMatchObject({
    makerFee: '0.001',
    takerFee: '0.0000001',
  });
  expect(instrumentOf(market, 'spot', { precisionMode: 4 }).takerFee).toBe('0');
});

it('a future has the size of its contract', () => {
  const market = { ...MARKET, contract: true, linear: true, contractSize: '0.01' };
  expect(instrumentOf(market, 'linear', { precisionMode: 4 }).contractSize).toBe('0.01');
});

it.each([
  [{ spot: true }, 'spot'],
  [{ spot: true, active: false }, undefined],
  [{ spot: false, contract: true, linear: true }, 'linear'],
  [{ spot: false, contract: true, linear: false }, undefined],
  [{ spot: false, contract: true, linear: true, option: true }, undefined],
])('%j is %s', (changes, kind) => {
  expect(kindOf({ ...MARKET, ...changes })).toBe(kind);
});
