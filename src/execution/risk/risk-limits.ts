import { quote } from '../../base/errors.ts';
import { parseDecimalText, type DecimalText } from '../../model/decimal-text.ts';
import { ExecutionError } from '../errors.ts';

/**
 * What may be traded at most. A limit that is not given does not hold. Notionals are in quote currency:
 * price x quantity x contract size, at the order's price or, without one, the last price.
 */
export interface RiskLimits {
  /** Of one order, in units of the instrument. */
  readonly maxOrderQuantity?: DecimalText | number;
  readonly maxOrderNotional?: DecimalText | number;
  /** Of one symbol, long or short, if all open orders on that side were filled, in units. */
  readonly maxPositionQuantity?: DecimalText | number;
  readonly maxPositionNotional?: DecimalText | number;
  readonly maxOpenOrders?: number;
  /** New orders and changes in any span of one second; cancels are free. */
  readonly maxOrdersPerSecond?: number;
  /**
   * Loss since midnight UTC, with what is held at the last prices, in quote currency. Whoever reaches it may
   * only make positions smaller until a person lifts that.
   */
  readonly maxDailyLoss?: DecimalText | number;
  /** An order's price, or the last price for a market order's stop, may be so far from the last price, as a share: `0.05` is 5 %. */
  readonly priceCollar?: DecimalText | number;
}

/** The limits at the three levels. */
export interface RiskConfig {
  /** For each strategy that has none of its own. */
  readonly strategy?: RiskLimits;
  /** By worker id; they take the place of `strategy` one by one. */
  readonly strategies?: Readonly<Record<string, RiskLimits>>;
  /** For all strategies of the account together. */
  readonly account?: RiskLimits;
  /** For everything that this system trades. */
  readonly all?: RiskLimits;
}

const DECIMAL_LIMITS = [
  'maxOrderQuantity',
  'maxOrderNotional',
  'maxPositionQuantity',
  'maxPositionNotional',
  'maxDailyLoss',
  'priceCollar',
] as const;
const WHOLE_LIMITS = ['maxOpenOrders', 'maxOrdersPerSecond'] as const;
const NAMES: readonly string[] = [...DECIMAL_LIMITS, ...WHOLE_LIMITS];

/** @throws {ExecutionError} code `INVALID_RISK_LIMIT`, with the path of the fault */
export function checkRiskConfig(config: RiskConfig): RiskConfig {
  const levels: [string, RiskLimits | undefined][] = [
    ['strategy', config.strategy],
    ...Object.entries(config.strategies ?? {}).map(([id, limits]): [string, RiskLimits] => [
      `strategies.${id}`,
      limits,
    ]),
    ['account', config.account],
    ['all', config.all],
  ];
  for (const name of Object.keys(config)) {
    if (!['strategy', 'strategies', 'account', 'all'].includes(name))
      throw invalid(
        name,
        config[name as keyof RiskConfig],
        'one of strategy, strategies, account, all',
      );
  }
  for (const [path, limits] of levels) checkLimits(path, limits ?? {});
  return config;
}

function checkLimits(path: string, limits: RiskLimits): void {
  for (const [name, value] of Object.entries(limits) as [string, unknown][]) {
    const where = `${path}.${name}`;
    if (!NAMES.includes(name)) throw invalid(where, value, `one of ${NAMES.join(', ')}`);
    if ((WHOLE_LIMITS as readonly string[]).includes(name)) {
      if (!Number.isSafeInteger(value) || (value as number) < 0)
        throw invalid(where, value, 'a whole number from 0');
    } else if (!isPositive(value)) {
      throw invalid(where, value, 'a number above 0');
    }
  }
}

function isPositive(value: unknown): boolean {
  try {
    return Number(parseDecimalText(value)) > 0;
  } catch {
    return false;
  }
}

function invalid(path: string, value: unknown, expected: string): ExecutionError {
  return new ExecutionError(
    'INVALID_RISK_LIMIT',
    `risk.${path} is ${quote(value)}: expected ${expected}`,
    { path, value },
  );
}
