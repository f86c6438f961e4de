import type { Decimal } from 'decimal.js';
import { messageOf, quote } from '../../../base/errors.ts';
import { parseDecimalText, type DecimalText } from '../../../model/decimal-text.ts';
import type { Instrument } from '../../../model/instrument.ts';
import { decimal } from '../../decimals.ts';
import { InvalidPaperOptionError } from '../../errors.ts';

/** Where a limit order stands among the others of its price. */
export type QueuePosition = 'front' | 'back';

export interface PaperVenueOptions {
  /** @default 'paper' */
  readonly name?: string;
  /**
   * What the account has at the start, by currency. For an account that is restored this is what it had before
   * its first fill: giving more, or less, than the time before is a deposit, or a withdrawal, of the
   * difference. @default { USDT: '100000' }
   */
  readonly balances?: Readonly<Record<string, DecimalText>>;
  /** Share of the notional, for instruments without fees of their own; negative for a rebate. @default '0.001' */
  readonly makerFee?: DecimalText;
  /** Share of the notional, for instruments without fees of their own. @default '0.001' */
  readonly takerFee?: DecimalText;
  /**
   * Share of the price by which market and stop orders fill worse than the market that is known, rounded to
   * the next tick. @default '0'
   */
  readonly slippage?: DecimalText;
  /**
   * An order is acknowledged at once and takes part in matching after so many milliseconds, a modified order
   * with its new terms, too. A cancel works at once. @default 0
   */
  readonly latencyMs?: number;
  /**
   * Most that an order takes of one trade's size, quote's or book level's size or bar's volume, as a share;
   * null for no limit. @default null
   */
  readonly maxVolumeShare?: DecimalText | null;
  /**
   * `front`: a resting limit order fills as soon as the market touches its price. `back`: when the market
   * trades through its price, or has traded the quantity that was ahead of it when it came (known from book
   * or quote, else 0). @default 'front'
   */
  readonly queuePosition?: QueuePosition;
  /** Share of orders that are rejected by chance, 0 to 1: for tests of strategies. @default 0 */
  readonly rejectRate?: number;
  /** Of the chance of `rejectRate`. @default 1 */
  readonly seed?: number;
  /**
   * What can be traded, besides all symbols of the form `BASE/QUOTE` (spot) and `BASE/QUOTE:QUOTE` (linear),
   * which have ticks and lots of 0.00000001 unless they are given here. @default []
   */
  readonly instruments?: readonly Instrument[] | ((symbol: string) => Instrument | undefined);
  /**
   * Stands before the ids of orders and trades, which count from 1. An account that is restored by an engine
   * needs none: from its second process on, the number of the process stands there too. @default ''
   */
  readonly idPrefix?: string;
}

export interface ResolvedPaperOptions {
  readonly name: string;
  readonly balances: ReadonlyMap<string, Decimal>;
  readonly makerFee: DecimalText;
  readonly takerFee: DecimalText;
  readonly slippage: Decimal;
  readonly latencyMs: number;
  readonly maxVolumeShare: Decimal | null;
  readonly queuePosition: QueuePosition;
  readonly rejectRate: number;
  readonly seed: number;
  readonly instruments: readonly Instrument[] | ((symbol: string) => Instrument | undefined);
  readonly idPrefix: string;
}

/** @throws {InvalidPaperOptionError} code `INVALID_PAPER_OPTION` */
export function resolvePaperOptions(options: PaperVenueOptions): ResolvedPaperOptions {
  const { maxVolumeShare = null } = options;
  return {
    name: requireText('name', options.name ?? 'paper', /^.+$/s, 'a text of one character or more'),
    balances: balancesOf(options.balances ?? { USDT: '100000' }),
    makerFee: requireShare('makerFee', options.makerFee ?? '0.001', '-1', '1'),
    takerFee: requireShare('takerFee', options.takerFee ?? '0.001', '-1', '1'),
    slippage: decimal(requireShare('slippage', options.slippage ?? '0', '0', '1')),
    latencyMs: requireWhole('latencyMs', options.latencyMs ?? 0, 0),
    maxVolumeShare:
      maxVolumeShare === null ? null : requireVolumeShare('maxVolumeShare', maxVolumeShare),
    queuePosition: requireQueuePosition(options.queuePosition ?? 'front'),
    rejectRate: requireRate('rejectRate', options.rejectRate ?? 0),
    seed: requireWhole('seed', options.seed ?? 1, Number.MIN_SAFE_INTEGER),
    instruments: requireInstruments(options.instruments ?? []),
    idPrefix: requireText('idPrefix', options.idPrefix ?? '', /^.*$/s, 'a text'),
  };
}

/** A decimal option in canonical form. */
export function requireDecimal(name: string, value: unknown): DecimalText {
  try {
    return parseDecimalText(value, name);
  } catch (error) {
    throw new InvalidPaperOptionError(
      messageOf(error),
      { option: name, value: quote(value) },
      error,
    );
  }
}

export function invalidOption(
  name: string,
  value: unknown,
  expected: string,
): InvalidPaperOptionError {
  return new InvalidPaperOptionError(`${name} is ${quote(value)}: expected ${expected}`, {
    option: name,
    value: quote(value),
  });
}

function balancesOf(balances: Readonly<Record<string, DecimalText>>): ReadonlyMap<string, Decimal> {
  if (typeof balances !== 'object' || balances === null) {
    throw invalidOption('balances', balances, 'amounts by currency such as { "USDT": "100000" }');
  }
  return new Map(
    Object.entries(balances).map(([currency, amount]) => {
      const total = decimal(requireDecimal(`balances.${currency}`, amount));
      if (total.isNegative()) throw invalidOption(`balances.${currency}`, amount, '0 or more');
      return [currency, total];
    }),
  );
}

/** At least `least`, below `limit`. -1 itself is left out too: nobody pays as much as was traded. */
function requireShare(name: string, value: unknown, least: string, limit: string): DecimalText {
  const share = requireDecimal(name, value);
  const amount = decimal(share);
  if (amount.lt(least) || amount.gte(limit) || amount.eq(-1)) {
    throw invalidOption(
      name,
      value,
      `a share from ${least} to ${limit}, such as "0.001" for 0.1 %`,
    );
  }
  return share;
}

function requireVolumeShare(name: string, value: unknown): Decimal {
  const share = decimal(requireDecimal(name, value));
  if (share.lte(0) || share.gt(1)) {
    throw invalidOption(name, value, 'null, or a share above 0 and up to 1, such as "0.1"');
  }
  return share;
}

function requireWhole(name: string, value: unknown, least: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
    throw invalidOption(name, value, least === 0 ? 'a whole number from 0' : 'a whole number');
  }
  return value;
}

function requireRate(name: string, value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
    throw invalidOption(name, value, 'a number from 0 to 1');
  }
  return value;
}

function requireText(name: string, value: unknown, pattern: RegExp, expected: string): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw invalidOption(name, value, expected);
  return value;
}

function requireQueuePosition(value: unknown): QueuePosition {
  if (value !== 'front' && value !== 'back') {
    throw invalidOption('queuePosition', value, '"front" or "back"');
  }
  return value;
}

function requireInstruments(
  value: ResolvedPaperOptions['instruments'],
): ResolvedPaperOptions['instruments'] {
  if (!Array.isArray(value) && typeof value !== 'function') {
    throw invalidOption('instruments', value, 'a list of instruments, or a function of the symbol');
  }
  return value;
}
