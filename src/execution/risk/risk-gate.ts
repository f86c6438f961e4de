import type { TradingState } from '../../model/account.ts';
import type { DecimalText } from '../../model/decimal-text.ts';
import type { Instrument } from '../../model/instrument.ts';
import type { OrderIntent } from '../../model/order.ts';
import { decimal, sum, text, ZERO, type Decimal } from '../decimals.ts';
import { denial, type Denial } from '../denial.ts';
import { EXTERNAL, type Ledger } from '../ledger.ts';
import type { MarketPrices } from '../market-prices.ts';
import { notionalOf } from '../order-checks.ts';
import type { OrderStore } from '../order-store.ts';
import type { TradingScope, TradingSwitches } from '../trading-switches.ts';
import { DailyLoss } from './daily-loss.ts';
import { OrderRate } from './order-rate.ts';
import type { RiskConfig, RiskLimits } from './risk-limits.ts';

export interface RiskParts {
  /** In force for the next order, as a whole: no order meets half of a change. */
  readonly limits: () => RiskConfig;
  readonly orders: OrderStore;
  readonly ledger: Ledger;
  readonly prices: MarketPrices;
  readonly switches: TradingSwitches;
  /** Keeps where a scope stood when the day began. */
  readonly keepDayStart: (scope: string, json: string) => void;
  /** A limit was reached that closes the scope until a person opens it. */
  readonly trip: (scope: TradingScope, state: TradingState, reason: string) => void;
}

/** Where a strategy stands when it asks for new exposure. */
export interface ExposureStanding {
  readonly paused: boolean;
  readonly catchingUp: boolean;
}

interface Asked {
  readonly workerId: string;
  readonly intent: OrderIntent;
  readonly instrument: Instrument;
  readonly reducing: boolean;
  readonly nowMs: number;
  readonly replaces: number;
}

interface Level {
  readonly scope: TradingScope;
  readonly name: string;
  readonly limits: RiskLimits;
  /** Undefined for all of ours together. */
  readonly workerId: string | undefined;
}

/** Decides, outside the worker that asks, whether an order may leave. */
export class RiskGate {
  readonly #parts: RiskParts;
  readonly #rates = new Map<TradingScope, OrderRate>();
  readonly dailyLoss: DailyLoss;

  constructor(parts: RiskParts) {
    this.#parts = parts;
    this.dailyLoss = new DailyLoss(parts.keepDayStart);
  }

  /** Null if the order may leave; `replaces` is how many open orders it takes the place of. */
  check(
    workerId: string,
    intent: OrderIntent,
    instrument: Instrument,
    standing: ExposureStanding,
    nowMs: number,
    replaces = 0,
  ): Denial | null {
    const reducing = this.isReducing(workerId, intent);
    return (
      this.checkTrading(workerId, reducing) ??
      (reducing ? null : this.#checkExposure(intent, standing)) ??
      this.#checkLevels({ workerId, intent, instrument, reducing, nowMs, replaces })
    );
  }

  /** The switches alone: asked once more in the moment in which an order leaves. */
  checkTrading(workerId: string, reducing: boolean): Denial | null {
    const held = this.#parts.switches.holding(workerId);
    if (held === undefined || (held.state === 'reduce-only' && reducing)) return null;
    const since = `since ${new Date(held.at).toISOString()} by ${held.by}: ${held.reason}`;
    return held.state === 'halted'
      ? denial('HALTED', `trading is halted for ${held.scope} ${since}`)
      : denial(
          'REDUCE_ONLY',
          `only what makes positions smaller is traded for ${held.scope} ${since}`,
        );
  }

  /**
   * An order that only makes the strategy's position smaller, with those that are open already. One that is
   * `reduceOnly` may stand beside others, as a stop beside a target: what is too much is canceled when one
   * of them is filled.
   */
  isReducing(workerId: string, { symbol, side, quantity, reduceOnly }: OrderIntent): boolean {
    const { ledger, orders } = this.#parts;
    const position = ledger.quantity(workerId, symbol);
    const isOpposite = side === 'sell' ? position.gt(0) : position.lt(0);
    if (!isOpposite) return false;
    const others = orders.leaves(workerId, symbol, side, reduceOnly);
    return others.plus(decimal(quantity)).lte(position.abs());
  }

  /** An order leaves. */
  count(workerId: string, nowMs: number): void {
    for (const { scope, limits } of this.#levels(workerId))
      if (limits.maxOrdersPerSecond !== undefined) this.#rate(scope).add(nowMs);
  }

  /** Looks whether somebody has lost more today than it may. Meant to be called after fills and every second. */
  watchLosses(nowMs: number): void {
    const { ledger } = this.#parts;
    const config = this.#parts.limits();
    const owners = ledger.owners.filter((owner) => owner !== EXTERNAL);
    const anyLimit = [
      config.strategy,
      config.account,
      config.all,
      ...Object.values(config.strategies ?? {}),
    ];
    if (!anyLimit.some((limits) => limits?.maxDailyLoss !== undefined)) return;
    const seen = new Set<TradingScope>();
    for (const owner of owners) {
      for (const level of this.#levels(owner)) {
        const { maxDailyLoss } = level.limits;
        if (maxDailyLoss === undefined || seen.has(level.scope)) continue;
        seen.add(level.scope);
        const whose = level.workerId === undefined ? owners : [owner];
        // Without a price what is held counts as nothing lost and nothing won.
        if (!whose.every((of) => ledger.isPriced(of))) continue;
        const pnl = sum(
          (level.workerId === undefined ? owners : [owner]).map((of) => ledger.netPnl(of)),
        );
        const loss = this.dailyLoss.loss(level.scope, pnl, nowMs);
        if (loss.lt(limitOf(maxDailyLoss)) || this.#parts.switches.get(level.scope) !== undefined)
          continue;
        const reason = `the loss of today, ${text(loss.toDecimalPlaces(8))}, has reached maxDailyLoss ${maxDailyLoss} of ${level.name}`;
        this.#parts.trip(level.scope, 'reduce-only', reason);
      }
    }
  }

  #checkExposure({ symbol }: OrderIntent, standing: ExposureStanding): Denial | null {
    if (standing.paused)
      return denial(
        'PAUSED',
        'the strategy is paused: only what makes positions smaller is traded',
      );
    if (standing.catchingUp) {
      return denial(
        'CATCHING_UP',
        'the strategy is shown what it has missed, which is not the market of now: only what makes positions smaller is traded',
      );
    }
    const stale = this.#parts.prices.staleReason(symbol);
    if (stale === undefined) return null;
    return denial('STALE_DATA', `the market data of ${symbol} is stale: ${stale}`);
  }

  #checkLevels(asked: Asked): Denial | null {
    const { workerId, intent, instrument, reducing, nowMs, replaces } = asked;
    const last = this.#parts.prices.last(intent.symbol);
    const lastPrice = last === undefined ? undefined : decimal(last);
    for (const level of this.#levels(workerId)) {
      const denied =
        this.#checkRate(level, nowMs) ??
        checkCollar(level, intent, lastPrice) ??
        (reducing
          ? null
          : (this.#checkOpen(level, replaces) ??
            this.#checkOrder(level, intent, instrument, lastPrice) ??
            this.#checkPosition(level, intent, instrument, lastPrice)));
      if (denied !== null) return denied;
    }
    return null;
  }

  #checkRate({ scope, name, limits }: Level, nowMs: number): Denial | null {
    const { maxOrdersPerSecond: most } = limits;
    if (most === undefined) return null;
    const count = this.#rate(scope).count(nowMs);
    if (count < most) return null;
    return denial(
      'MAX_ORDERS_PER_SECOND',
      `${count} orders in the last second: at most ${most} for ${name}`,
    );
  }

  #checkOpen({ name, limits, workerId }: Level, replaces: number): Denial | null {
    const { maxOpenOrders } = limits;
    if (maxOpenOrders === undefined) return null;
    const open = this.#parts.orders.openCount(workerId) - replaces;
    if (open < maxOpenOrders) return null;
    return denial(
      'MAX_OPEN_ORDERS',
      `${open} orders are open: at most ${maxOpenOrders} for ${name}`,
    );
  }

  #checkOrder(
    { name, limits }: Level,
    intent: OrderIntent,
    instrument: Instrument,
    lastPrice: Decimal | undefined,
  ): Denial | null {
    const { maxOrderQuantity, maxOrderNotional } = limits;
    const { quantity, symbol } = intent;
    if (maxOrderQuantity !== undefined && decimal(quantity).gt(limitOf(maxOrderQuantity)))
      return denial(
        'MAX_ORDER_QUANTITY',
        `an order of ${quantity} ${symbol}: at most ${maxOrderQuantity} for ${name}`,
      );
    if (maxOrderNotional === undefined) return null;
    const value = worstNotional(intent, instrument, lastPrice);
    if (value === undefined) return noPrice(symbol, 'maxOrderNotional');
    if (value.lte(limitOf(maxOrderNotional))) return null;
    return denial(
      'MAX_ORDER_NOTIONAL',
      `an order worth ${text(value)} ${instrument.quote}: at most ${maxOrderNotional} for ${name}`,
    );
  }

  /** As if all open orders of the side were filled: whoever allows two orders must be able to stand both. */
  #checkPosition(
    { name, limits, workerId }: Level,
    { symbol, side, quantity, price }: OrderIntent,
    instrument: Instrument,
    lastPrice: Decimal | undefined,
  ): Denial | null {
    const { maxPositionQuantity, maxPositionNotional } = limits;
    if (maxPositionQuantity === undefined && maxPositionNotional === undefined) return null;
    const { ledger, orders } = this.#parts;
    const held =
      workerId === undefined ? ledger.netQuantity(symbol) : ledger.quantity(workerId, symbol);
    const more = orders.leaves(workerId, symbol, side).plus(decimal(quantity));
    const worst = side === 'buy' ? held.plus(more) : held.minus(more);
    const size = side === 'buy' ? max(worst, ZERO) : max(worst.negated(), ZERO);
    if (maxPositionQuantity !== undefined && size.gt(limitOf(maxPositionQuantity))) {
      return denial(
        'MAX_POSITION_QUANTITY',
        `with its open orders filled the position would be ${text(worst)} ${symbol}: at most ${maxPositionQuantity} for ${name}`,
      );
    }
    if (maxPositionNotional === undefined) return null;
    const at = lastPrice ?? (price === null ? undefined : decimal(price));
    if (at === undefined) return noPrice(symbol, 'maxPositionNotional');
    const value = size.times(at).times(decimal(instrument.contractSize));
    if (value.lte(limitOf(maxPositionNotional))) return null;
    return denial(
      'MAX_POSITION_NOTIONAL',
      `with its open orders filled the position would be worth ${text(value)} ${instrument.quote}: at most ${maxPositionNotional} for ${name}`,
    );
  }

  #levels(workerId: string): readonly Level[] {
    const { strategy, strategies, account = {}, all = {} } = this.#parts.limits();
    const own = { ...strategy, ...strategies?.[workerId] };
    return [
      { scope: `strategy:${workerId}`, name: `strategy ${workerId}`, limits: own, workerId },
      { scope: 'account', name: 'the account', limits: account, workerId: undefined },
      { scope: 'all', name: 'all together', limits: all, workerId: undefined },
    ];
  }

  #rate(scope: TradingScope): OrderRate {
    const known = this.#rates.get(scope);
    if (known !== undefined) return known;
    const rate = new OrderRate();
    this.#rates.set(scope, rate);
    return rate;
  }
}

function checkCollar(
  { name, limits }: Level,
  { price, stopPrice, symbol }: OrderIntent,
  lastPrice: Decimal | undefined,
): Denial | null {
  const { priceCollar } = limits;
  const given = price ?? stopPrice;
  if (priceCollar === undefined || given === null) return null;
  if (lastPrice === undefined) return noPrice(symbol, 'priceCollar');
  const distance = decimal(given).minus(lastPrice).abs().div(lastPrice);
  if (distance.lte(limitOf(priceCollar))) return null;
  return denial(
    'PRICE_COLLAR',
    `price ${given} is ${text(distance.times(100).toDecimalPlaces(2))} % away from the last price ${text(lastPrice)} of ${symbol}: at most ${text(limitOf(priceCollar).times(100))} % for ${name}`,
  );
}

/** A sell below the market is filled at the market. */
function worstNotional(
  intent: OrderIntent,
  instrument: Instrument,
  lastPrice: Decimal | undefined,
): Decimal | undefined {
  const own = notionalOf(intent, instrument, lastPrice);
  if (intent.side === 'buy' || lastPrice === undefined || own === undefined) return own;
  return max(
    own,
    lastPrice.times(decimal(intent.quantity)).times(decimal(instrument.contractSize)),
  );
}

function noPrice(symbol: string, limit: string): Denial {
  return denial(
    'NO_PRICE',
    `there is no price of ${symbol} yet to hold the order against ${limit}`,
  );
}

function limitOf(value: DecimalText | number): Decimal {
  return decimal(value);
}

function max(one: Decimal, other: Decimal): Decimal {
  return one.gt(other) ? one : other;
}
