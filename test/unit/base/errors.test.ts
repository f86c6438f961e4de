import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QuantCellError, messageOf, quote } from '../../../src/base/errors.ts';

class PlantedError extends QuantCellError {}

describe('QuantCellError', () => {
  it('carries its code', () => {
    expect(new QuantCellError('PLANTED', 'it broke').code).toBe('PLANTED');
  });

  it('carries its facts', () => {
    expect(new QuantCellError('PLANTED', 'it broke', { workerId: 'w' }).facts).toEqual({
      workerId: 'w',
    });
  });

  it('carries its cause', () => {
    const cause = new Error('below');
    expect(new QuantCellError('PLANTED', 'it broke', {}, cause).cause).toBe(cause);
  });

  it('has no cause of its own when it is given none', () => {
    expect('cause' in new QuantCellError('PLANTED', 'it broke')).toBe(false);
  });

  it('is named after its class', () => {
    expect(new PlantedError('PLANTED', 'it broke').name).toBe('PlantedError');
  });
});

describe('quote', () => {
  it.each([
    ['a string', 'BTC/USDT', '"BTC/USDT"'],
    ['a number', 1.5, '1.5'],
    ['a bigint', 12n, '12n'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['plain data', { a: [1] }, '{"a":[1]}'],
  ])('writes %s', (_what, value, text) => {
    expect(quote(value)).toBe(text);
  });

  it('shows control characters escaped', () => {
    expect(quote('a\nb')).toBe('"a\\nb"');
  });

  it('cuts what is too long and says how long it was', () => {
    expect(quote('x'.repeat(200), 10)).toBe('"xxxxxxxxx… (202 characters)');
  });

  it('writes an object that contains itself', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(quote(circle)).toBe('[object Object]');
  });

  it('writes an object without a prototype that contains itself', () => {
    const circle = Object.create(null) as Record<string, unknown>;
    circle['self'] = circle;
    expect(quote(circle)).toBe('[object Object]');
  });

  it('never throws', () => {
    const anything = fc.anything({
      withBigInt: true,
      withNullPrototype: true,
      withSparseArray: true,
      withTypedArray: true,
      withDate: true,
    });
    fc.assert(
      fc.property(anything, (value) => {
        expect(typeof quote(value)).toBe('string');
      }),
    );
  });
});

describe('messageOf', () => {
  it('is the message of an error', () => {
    expect(messageOf(new Error('it broke'))).toBe('it broke');
  });

  it('quotes what is no error', () => {
    expect(messageOf({ code: 1 })).toBe('{"code":1}');
  });
});
