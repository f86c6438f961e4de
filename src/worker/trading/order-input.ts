import { quote } from '../../base/errors.ts';
import { isPositive } from '../../model/decimal-steps.ts';
import { parseDecimalText, type DecimalText } from '../../model/decimal-text.ts';
import {
  ORDER_TYPES,
  TIMES_IN_FORCE,
  type OrderIntent,
  type OrderSide,
  type OrderType,
  type TimeInForce,
} from '../../model/order.ts';
import type { OrderChange } from '../../model/order-request.ts';
import { MAX_TAG_CHARS } from '../../protocol/orders.ts';
import { StrategyUsageError } from '../errors.ts';

const ORDER_OPTIONS = [
  'type',
  'price',
  'stopPrice',
  'timeInForce',
  'reduceOnly',
  'postOnly',
  'tag',
] as const;
const CHANGES = ['quantity', 'price', 'stopPrice'] as const;

const HAS_PRICE: readonly OrderType[] = ['limit', 'stop-limit'];
const HAS_STOP_PRICE: readonly OrderType[] = ['stop', 'stop-limit'];

type Given = Readonly<Record<string, unknown>>;

/**
 * What a strategy asks for, checked and completed. What the instrument allows is checked elsewhere.
 *
 * @throws {InvalidDecimalError | StrategyUsageError} which quote what is wrong and say what would be right
 */
export function intentOf(
  side: OrderSide,
  symbol: string,
  quantity: unknown,
  options: unknown,
): OrderIntent {
  const given = optionsOf(options, ORDER_OPTIONS, `${side}()`);
  const price = amountOf(given['price'], 'price');
  const stopPrice = amountOf(given['stopPrice'], 'stopPrice');
  const type = typeOf(given['type'], price, stopPrice);
  const postOnly = flagOf(given['postOnly'], 'postOnly');
  const timeInForce = timeInForceOf(given['timeInForce'], type);
  if (postOnly && (type === 'market' || type === 'stop' || timeInForce !== 'gtc')) {
    throw invalid(
      `postOnly is true of a ${type} order with timeInForce ${quote(timeInForce)}: only a limit order that is gtc can rest in the book`,
    );
  }
  return {
    symbol,
    side,
    type,
    quantity: requiredAmountOf(quantity, 'quantity'),
    price,
    stopPrice,
    timeInForce,
    reduceOnly: flagOf(given['reduceOnly'], 'reduceOnly'),
    postOnly,
    tag: tagOf(given['tag']),
  };
}

/** @throws as {@link intentOf} */
export function changeOf(changes: unknown): OrderChange {
  const given = optionsOf(changes, CHANGES, 'modify()');
  const change = {
    quantity: amountOf(given['quantity'], 'quantity'),
    price: amountOf(given['price'], 'price'),
    stopPrice: amountOf(given['stopPrice'], 'stopPrice'),
  };
  if (Object.values(change).every((value) => value === null)) {
    throw invalid(
      `modify() has the changes ${quote(changes)}: expected quantity, price or stopPrice`,
    );
  }
  return change;
}

/** The note of `closePosition`. @throws as {@link intentOf} */
export function closingTagOf(options: unknown): string | null {
  return tagOf(optionsOf(options, ['tag'], 'closePosition()')['tag']);
}

/** An order as strategies name it: by itself, or by its client order id. @throws as {@link intentOf} */
export function clientOrderIdOf(order: unknown): string {
  const id =
    typeof order === 'object' && order !== null
      ? (order as { readonly clientOrderId?: unknown }).clientOrderId
      : order;
  if (typeof id === 'string' && id !== '' && id.length <= 36) return id;
  throw invalid(`the order is ${quote(order)}: expected an order or its client order id`);
}

export function invalid(message: string): StrategyUsageError {
  return new StrategyUsageError('INVALID_ORDER', message, {});
}

function optionsOf(options: unknown, known: readonly string[], of: string): Given {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalid(
      `the options of ${of} are ${quote(options)}: expected an object with ${known.join(', ')}`,
    );
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw invalid(`${of} has no option ${quote(unknown)}: expected ${known.join(', ')}`);
  }
  return options as Given;
}

function requiredAmountOf(value: unknown, what: string): DecimalText {
  const amount = parseDecimalText(value, what);
  if (isPositive(amount)) return amount;
  throw invalid(`${what} is ${quote(value)}: expected a decimal above 0`);
}

function amountOf(value: unknown, what: string): DecimalText | null {
  return value === undefined || value === null ? null : requiredAmountOf(value, what);
}

function typeOf(
  given: unknown,
  price: DecimalText | null,
  stopPrice: DecimalText | null,
): OrderType {
  if (given === undefined) {
    if (stopPrice !== null) return price === null ? 'stop' : 'stop-limit';
    return price === null ? 'market' : 'limit';
  }
  const type = ORDER_TYPES.find((known) => known === given);
  if (type === undefined) {
    throw invalid(`type is ${quote(given)}: expected ${ORDER_TYPES.join(', ')}`);
  }
  for (const [what, value, has] of [
    ['price', price, HAS_PRICE],
    ['stopPrice', stopPrice, HAS_STOP_PRICE],
  ] as const) {
    if (has.includes(type) && value === null) {
      throw invalid(`type is ${type} and there is no ${what}: a ${type} order has one`);
    }
    if (!has.includes(type) && value !== null) {
      throw invalid(`type is ${type} and ${what} is ${quote(value)}: a ${type} order has none`);
    }
  }
  return type;
}

function timeInForceOf(given: unknown, type: OrderType): TimeInForce {
  if (given === undefined) return type === 'market' ? 'ioc' : 'gtc';
  const known = TIMES_IN_FORCE.find((each) => each === given);
  if (known === undefined) {
    throw invalid(`timeInForce is ${quote(given)}: expected ${TIMES_IN_FORCE.join(', ')}`);
  }
  // A market order rests nowhere.
  return type === 'market' && known === 'gtc' ? 'ioc' : known;
}

function flagOf(given: unknown, what: string): boolean {
  if (given === undefined) return false;
  if (typeof given === 'boolean') return given;
  throw invalid(`${what} is ${quote(given)}: expected true or false`);
}

function tagOf(given: unknown): string | null {
  if (given === undefined || given === null) return null;
  if (typeof given === 'string' && given.length <= MAX_TAG_CHARS) return given;
  throw invalid(`tag is ${quote(given)}: expected a text of at most ${MAX_TAG_CHARS} characters`);
}
