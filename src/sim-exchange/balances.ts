import type { Decimal } from 'decimal.js';
import { text, ZERO } from './decimals.ts';
import { refuse } from './errors.ts';
import type { Fill, Order, OrderRequest } from './order.ts';

interface Balance {
  free: Decimal;
  locked: Decimal;
}

/** An amount of one asset. */
export interface Amount {
  readonly asset: string;
  readonly quantity: Decimal;
}

/** What a limit order takes out of reach until it is filled or ends; market orders are paid at once. */
export function holdOf(request: OrderRequest, quantity: Decimal): Amount | undefined {
  const { instrument, side, price } = request;
  if (price === undefined) return undefined;
  return side === 'BUY'
    ? { asset: instrument.quote, quantity: price.times(quantity) }
    : { asset: instrument.base, quantity };
}

/** The assets of the one account. */
export class Balances {
  readonly #balances = new Map<string, Balance>();

  constructor(initial: readonly Amount[]) {
    for (const { asset, quantity } of initial) {
      this.#balances.set(asset, { free: quantity, locked: ZERO });
    }
  }

  free(asset: string): Decimal {
    return this.#of(asset).free;
  }

  /** @throws {Refusal} -2010 where there is not enough */
  require({ asset, quantity }: Amount): void {
    if (this.free(asset).lt(quantity)) throw refuse.funds();
  }

  lock({ asset, quantity }: Amount): void {
    this.require({ asset, quantity });
    const balance = this.#of(asset);
    balance.free = balance.free.minus(quantity);
    balance.locked = balance.locked.plus(quantity);
  }

  unlock({ asset, quantity }: Amount): void {
    const balance = this.#of(asset);
    balance.locked = balance.locked.minus(quantity);
    balance.free = balance.free.plus(quantity);
  }

  /** Pays for a fill, from what the order holds if it holds something. */
  settle(order: Order, fill: Fill): void {
    const hold = holdOf(order.request, fill.quantity);
    if (hold !== undefined) this.unlock(hold);
    const { instrument, side, price, quantity, fee, feeAsset } = fill;
    const sign = side === 'BUY' ? 1 : -1;
    this.#add(instrument.base, quantity.times(sign));
    this.#add(instrument.quote, price.times(quantity).times(-sign));
    this.#add(feeAsset, fee.neg());
  }

  /** All assets, or these, as the account tells them. */
  describe(assets: Iterable<string> = this.#balances.keys()): {
    asset: string;
    free: string;
    locked: string;
  }[] {
    return [...assets].map((asset) => {
      const { free, locked } = this.#of(asset);
      return { asset, free: text(free), locked: text(locked) };
    });
  }

  #add(asset: string, quantity: Decimal): void {
    const balance = this.#of(asset);
    balance.free = balance.free.plus(quantity);
  }

  #of(asset: string): Balance {
    let balance = this.#balances.get(asset);
    if (balance === undefined) {
      balance = { free: ZERO, locked: ZERO };
      this.#balances.set(asset, balance);
    }
    return balance;
  }
}
