import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidSymbolError } from '../../../src/model/errors.ts';
import { MAX_SYMBOL_CHARS, parseSymbol } from '../../../src/model/symbol.ts';

describe('parseSymbol', () => {
  it.each(['BTC/USDT', 'BTC/USDT:USDT-240628', 'BRK.B', '600519', 'btc_usdt', '比特币/USDT', 'A'])(
    'accepts %s',
    (symbol) => {
      expect(parseSymbol(symbol)).toBe(symbol);
    },
  );

  it.each(['', '/USDT', '.B', '-A', ':A', 'BTC USDT', 'BTC/USDT ', 'BTC*', 'BTC"', 'BTC\\USDT'])(
    'refuses %j',
    (symbol) => {
      expect(() => parseSymbol(symbol)).toThrow(InvalidSymbolError);
    },
  );

  it.each([undefined, null, 1, {}, ['BTC/USDT'], Object('BTC/USDT')])(
    'refuses what is no string (%j)',
    (value) => {
      expect(() => parseSymbol(value)).toThrow(InvalidSymbolError);
    },
  );

  it('accepts a symbol of the greatest length', () => {
    expect(parseSymbol('A'.repeat(MAX_SYMBOL_CHARS))).toHaveLength(MAX_SYMBOL_CHARS);
  });

  it('refuses a symbol that is one longer', () => {
    expect(() => parseSymbol('A'.repeat(MAX_SYMBOL_CHARS + 1))).toThrow(InvalidSymbolError);
  });

  it('refuses a control character wherever it stands', () => {
    const controls = fc
      .oneof(fc.integer({ min: 0, max: 0x1f }), fc.integer({ min: 0x7f, max: 0x9f }))
      .map((code) => String.fromCharCode(code));
    const parts = fc.stringMatching(/^[A-Z/]{0,8}$/);
    fc.assert(
      fc.property(parts, controls, parts, (before, control, behind) => {
        expect(() => parseSymbol(before + control + behind)).toThrow(InvalidSymbolError);
      }),
    );
  });

  it.each([
    ['a line separator', '\u2028'],
    ['a zero-width space', '\u200b'],
    ['a change of writing direction', '\u202e'],
    ['a byte order mark', '\ufeff'],
    ['half a surrogate pair', '\ud800'],
  ])('refuses %s', (_what, character) => {
    expect(() => parseSymbol(`BTC${character}`)).toThrow(InvalidSymbolError);
  });

  it('quotes what it refuses', () => {
    expect(() => parseSymbol('BTC\n')).toThrow('"BTC\\n" is not a symbol');
  });

  it('returns any string unchanged or refuses it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        let parsed: string | undefined;
        try {
          parsed = parseSymbol(value);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidSymbolError);
          return;
        }
        expect(parsed).toBe(value);
      }),
    );
  });
});
