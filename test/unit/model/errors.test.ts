import { describe, expect, it } from 'vitest';
import { QuantCellError } from '../../../src/base/errors.ts';
import {
  InvalidDataTypeError,
  InvalidMarketDataError,
  InvalidSymbolError,
  InvalidTimeframeError,
  InvalidValueError,
  InvalidWorkerIdError,
} from '../../../src/model/errors.ts';

const CASES = [
  ['INVALID_SYMBOL', InvalidSymbolError],
  ['INVALID_TIMEFRAME', InvalidTimeframeError],
  ['INVALID_DATA_TYPE', InvalidDataTypeError],
  ['INVALID_WORKER_ID', InvalidWorkerIdError],
  ['INVALID_MARKET_DATA', InvalidMarketDataError],
] as const;

describe('errors of the model', () => {
  it.each(CASES)('%s is the code of its class', (code, ErrorClass) => {
    expect(new ErrorClass('wrong', {}).code).toBe(code);
  });

  it.each(CASES)('%s carries what was wrong', (_code, ErrorClass) => {
    expect(new ErrorClass('wrong', { value: 1 }).facts).toEqual({ value: 1 });
  });

  it.each(CASES)('%s is caught as an invalid value', (_code, ErrorClass) => {
    expect(new ErrorClass('wrong', {})).toBeInstanceOf(InvalidValueError);
  });

  it.each(CASES)('%s is caught as an error of QuantCell', (_code, ErrorClass) => {
    expect(new ErrorClass('wrong', {})).toBeInstanceOf(QuantCellError);
  });
});
