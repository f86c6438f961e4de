import { beforeAll, describe, expect, it } from 'vitest';
import { newTrace, type RequestTrace } from '../../../../../src/exchange/request-trace.ts';
import { isClockError, sortError } from '../../../../../src/execution/venues/ccxt/error-sorting.ts';

type ErrorClass = new (message: string) => Error;

/** ccxt's own classes: names that change there must fail here. */
let classes: Record<string, ErrorClass>;
beforeAll(async () => {
  const url = new URL('./src/base/errors.js', import.meta.resolve('ccxt'));
  classes = (await import(url.href)) as Record<string, ErrorClass>;
});

function errorOf(name: string, message = 'binance {"code":-1}'): Error {
  const Class = classes[name];
  if (Class === undefined) throw new Error(`ccxt has no ${name}`);
  return new Class(message);
}

/** An answer with this status came to the one request that was sent. */
function answered(status: number | null = 400, done = 0): RequestTrace {
  return { ...newTrace(), sent: 1, status, done };
}

const REFUSED = [
  'InsufficientFunds',
  'InvalidOrder',
  'OrderImmediatelyFillable',
  'OrderNotFillable',
  'ContractUnavailable',
  'BadRequest',
  'BadSymbol',
  'ArgumentsRequired',
  'AuthenticationError',
  'PermissionDenied',
  'AccountNotEnabled',
  'AccountSuspended',
  'OperationRejected',
  'NoChange',
  'MarginModeAlreadySet',
  'MarketClosed',
  'ManualInteractionNeeded',
  'RestrictedLocation',
  'NotSupported',
  'RateLimitExceeded',
  'DDoSProtection',
  'InvalidNonce',
];

const DOUBT = [
  'BaseError',
  'ExchangeError',
  'DuplicateOrderId',
  'OrderNotCached',
  'InvalidAddress',
  'AddressPending',
  'InvalidProxySettings',
  'ExchangeClosedByUser',
  'OperationFailed',
  'NetworkError',
  'ExchangeNotAvailable',
  'OnMaintenance',
  'ChecksumError',
  'RequestTimeout',
  'BadResponse',
  'NullResponse',
  'CancelPending',
  'UnsubscribeError',
];

describe('an error of ccxt', () => {
  it.each(REFUSED)('%s proves that nothing happened', (name) => {
    expect(sortError(errorOf(name), answered())).toBe('refused');
  });

  it.each(DOUBT)('%s proves nothing', (name) => {
    expect(sortError(errorOf(name), answered())).toBe('doubt');
  });

  it('OrderNotFound is an answer of its own', () => {
    expect(sortError(errorOf('OrderNotFound'), answered())).toBe('not-found');
  });

  it('each class of ccxt is in one of the lists', () => {
    const names = Object.keys(classes).filter((name) => typeof classes[name] === 'function');
    expect(names.toSorted()).toEqual([...REFUSED, ...DOUBT, 'OrderNotFound'].toSorted());
  });

  it.each([...REFUSED, 'OrderNotFound'])('%s with a 5xx proves nothing', (name) => {
    for (const status of [500, 502, 503, 504, 520]) {
      expect(sortError(errorOf(name), answered(status))).toBe('doubt');
    }
  });

  it.each([...REFUSED, 'OrderNotFound'])(
    '%s after an answer that was good proves nothing',
    (name) => {
      expect(sortError(errorOf(name), answered(200, 1))).toBe('doubt');
    },
  );

  it.each(['NetworkError', 'ExchangeError', 'RequestTimeout'])(
    '%s before anything left proves that nothing happened',
    (name) => {
      expect(sortError(errorOf(name), newTrace())).toBe('refused');
    },
  );

  it('that is none of ccxt proves nothing, wherever it came from', () => {
    for (const thrown of [new TypeError('x is undefined'), 'text', null, undefined, { code: 1 }]) {
      expect(sortError(thrown, answered())).toBe('doubt');
      expect(sortError(thrown, newTrace())).toBe('doubt');
    }
  });

  it.each([
    'binance {"code":-2010,"msg":"Duplicate order sent."}',
    'okx Client order ID already exists: duplicated order',
    'kucoin The order already exists.',
  ])('"%s" may be about this very order', (message) => {
    expect(sortError(errorOf('InvalidOrder', message), answered())).toBe('doubt');
  });

  it.each([
    'some Insufficient balance for this',
    'some order value below the minimum notional of 5',
    'some Post only order would be filled, rejected',
  ])('of no class, "%s" is a refusal all the same', (message) => {
    expect(sortError(errorOf('ExchangeError', message), answered())).toBe('refused');
  });

  it('of the clock is known as such, and one of an order book is not', () => {
    expect(isClockError(errorOf('InvalidNonce'))).toBe(true);
    expect(isClockError(errorOf('ChecksumError'))).toBe(false);
    expect(isClockError('InvalidNonce')).toBe(false);
  });
});
