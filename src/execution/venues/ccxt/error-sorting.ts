import type { RequestTrace } from '../../../exchange/request-trace.ts';

/** What an error of ccxt proves of the request that it ended. */
export type ErrorSort =
  /** The exchange refused it, or it never left: nothing has happened. */
  | 'refused'
  /** The exchange has no such open order. */
  | 'not-found'
  /** It may or may not have been carried out. */
  | 'doubt';

/** The error classes of ccxt that say something; whoever is in none of them, nor below one, leaves a doubt. */
const SORT_OF_CLASS: Readonly<Record<string, ErrorSort>> = {
  // The exchange looked at the order and found the account short.
  InsufficientFunds: 'refused',
  // The exchange looked at the order and did not take it: price, quantity, filter, post-only.
  InvalidOrder: 'refused',
  // An order of that name is there: it may be this very one, of a request that was sent twice on its way.
  DuplicateOrderId: 'doubt',
  // To a cancel or a change: it is closed, or never was. A new order can't be "not found".
  OrderNotFound: 'not-found',
  // A matter of ccxt's own memory; the exchange was not asked.
  OrderNotCached: 'doubt',
  // Post-only, and it would have taken.
  OrderImmediatelyFillable: 'refused',
  // Fill-or-kill, and there was not enough to take.
  OrderNotFillable: 'refused',
  // The contract is not traded.
  ContractUnavailable: 'refused',
  // The request itself is malformed: it was not even looked at as an order.
  BadRequest: 'refused',
  // There is no such market.
  BadSymbol: 'refused',
  // ccxt or the exchange miss a parameter.
  ArgumentsRequired: 'refused',
  // The key, its signature or its rights: checked before anything else.
  AuthenticationError: 'refused',
  PermissionDenied: 'refused',
  AccountNotEnabled: 'refused',
  AccountSuspended: 'refused',
  // The exchange says by name that it did not do it: market closed, position mode, a region.
  OperationRejected: 'refused',
  NoChange: 'refused',
  MarketClosed: 'refused',
  ManualInteractionNeeded: 'refused',
  RestrictedLocation: 'refused',
  // ccxt can't do it for this exchange.
  NotSupported: 'refused',
  // Too many requests (429) and banned (418): turned away at the door.
  RateLimitExceeded: 'refused',
  DDoSProtection: 'refused',
  // The timestamp or counter is off: checked with the signature, before the order is looked at.
  InvalidNonce: 'refused',
  // An order book that does not add up: below InvalidNonce in ccxt, and no answer to an order.
  ChecksumError: 'doubt',
  // Sent, and no answer in time.
  RequestTimeout: 'doubt',
  // A cut line: before, while or after the exchange read the request.
  NetworkError: 'doubt',
  // 5xx, 403, 404 and the like: of the exchange or of what stands before it, nobody knows how far it came.
  ExchangeNotAvailable: 'doubt',
  // Some exchanges cancel but take no orders then, some stop half way.
  OnMaintenance: 'doubt',
  // The exchange began and did not end: "execution status unknown" is one of these.
  OperationFailed: 'doubt',
  // An answer came that ccxt can't read.
  BadResponse: 'doubt',
  NullResponse: 'doubt',
  // The cancel is under way.
  CancelPending: 'doubt',
  // We closed the connection under the request.
  ExchangeClosedByUser: 'doubt',
  // ccxt knows no better: see the texts below.
  ExchangeError: 'doubt',
};

/** Texts of plain errors that are refusals whoever says them. */
const REFUSALS: readonly RegExp[] = [
  /\binsufficient (funds|balance|margin)\b/i,
  /\bmin(imum)?[ _]notional\b/i,
  /\bpost[ -]?only\b.{0,40}\b(reject|would)/i,
];

/** An exchange that has this order already tells it in many classes. */
const DUPLICATE = /\bduplicate\b.{0,40}\b(order|id)|\border.{0,40}\b(already exists|duplicate)/i;

/**
 * What an error proves, by its class and by what went over the wire. In doubt it is a doubt: that costs a
 * question to the exchange, and the other mistake costs money.
 */
export function sortError(thrown: unknown, trace: RequestTrace): ErrorSort {
  // Nothing left this machine, whatever the error says.
  if (trace.sent === 0 && isCcxtError(thrown)) return 'refused';
  // The exchange did something and answered well; what failed came after that.
  if (trace.done > 0) return 'doubt';
  // A server that fails may have done it before; its words then are those of a machine in trouble.
  if (trace.status !== null && trace.status >= 500) return 'doubt';
  const message = thrown instanceof Error ? thrown.message : '';
  if (DUPLICATE.test(message)) return 'doubt';
  const name = classesOf(thrown).find((one) => one in SORT_OF_CLASS);
  if (name === undefined) return 'doubt';
  if (name === 'ExchangeError' && REFUSALS.some((text) => text.test(message))) return 'refused';
  return SORT_OF_CLASS[name] as ErrorSort;
}

/** The exchange blames the timestamp: its clock has to be read again. */
export function isClockError(thrown: unknown): boolean {
  const [name] = classesOf(thrown);
  return name === 'InvalidNonce';
}

function isCcxtError(thrown: unknown): boolean {
  return classesOf(thrown).includes('BaseError');
}

/** The names of an error's class and those above it; ccxt need not be loaded for that. */
function classesOf(thrown: unknown): string[] {
  const names: string[] = [];
  if (!(thrown instanceof Error)) return names;
  let prototype: unknown = Object.getPrototypeOf(thrown);
  while (typeof prototype === 'object' && prototype !== null && prototype !== Error.prototype) {
    names.push((prototype as { constructor: { name: string } }).constructor.name);
    prototype = Object.getPrototypeOf(prototype);
  }
  return names;
}
