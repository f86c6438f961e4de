import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../../../../src/model/instrument.ts';
import { InvalidPaperOptionError } from '../../../../../src/execution/errors.ts';
import type { PaperVenueOptions } from '../../../../../src/execution/venues/paper/paper-options.ts';
import { Bench, PERP, SPOT } from './support.ts';

const INSTRUMENT: Instrument = {
  symbol: SPOT,
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  contractSize: '1',
  tickSize: '0.01',
  lotSize: '0.001',
  minQuantity: '0.001',
  maxQuantity: null,
  minNotional: '5',
  makerFee: '0',
  takerFee: '0',
};

describe('options of the paper venue', () => {
  it.each<[PaperVenueOptions, string]>([
    [{ balances: { USDT: '-1' } }, 'balances.USDT is "-1": expected 0 or more'],
    [{ balances: { USDT: 'much' } }, 'balances.USDT is "much"'],
    [{ takerFee: '1' }, 'takerFee is "1"'],
    [{ makerFee: '-1' }, 'makerFee is "-1"'],
    [{ slippage: '-0.1' }, 'slippage is "-0.1"'],
    [{ latencyMs: 1.5 }, 'latencyMs is 1.5: expected a whole number from 0'],
    [{ maxVolumeShare: '0' }, 'maxVolumeShare is "0"'],
    [
      { queuePosition: 'middle' as 'back' },
      'queuePosition is "middle": expected "front" or "back"',
    ],
    [{ rejectRate: Number.NaN }, 'rejectRate is NaN: expected a number from 0 to 1'],
    [{ seed: 0.5 }, 'seed is 0.5: expected a whole number'],
    [{ name: '' }, 'name is ""'],
    [{ instruments: [{ ...INSTRUMENT, tickSize: '0' }] }, `tickSize of ${SPOT} is "0"`],
  ])('refuses %j', (options, words) => {
    expect(() => new Bench(options)).toThrow(InvalidPaperOptionError);
    expect(() => new Bench(options)).toThrow(words);
  });

  it('makes a spot instrument of a symbol that nothing is known of', () => {
    expect(new Bench().venue.instrument(SPOT)).toMatchObject({
      kind: 'spot',
      base: 'BTC',
      quote: 'USDT',
      tickSize: '0.00000001',
      lotSize: '0.00000001',
      minQuantity: '0.00000001',
      minNotional: null,
      takerFee: '0.001',
    });
  });

  it.each([PERP, 'BTC/USDT:USDT-240628'])('makes a linear instrument of %s', (symbol) => {
    expect(new Bench().venue.instrument(symbol)).toMatchObject({
      kind: 'linear',
      base: 'BTC',
      quote: 'USDT',
    });
  });

  it.each(['BTC', 'BTC/USD:BTC', 'A/B/C'])('does not trade %s', (symbol) => {
    expect(new Bench().venue.instrument(symbol)).toBeUndefined();
  });

  it('takes instruments from a list, and from a look-up', () => {
    const listed = new Bench({ instruments: [INSTRUMENT] });
    const looked = new Bench({
      instruments: (symbol) => (symbol === SPOT ? INSTRUMENT : undefined),
    });
    for (const { venue } of [listed, looked]) {
      expect(venue.instrument(SPOT)).toEqual(INSTRUMENT);
      expect(venue.instrument(PERP)?.kind).toBe('linear');
    }
  });
});
