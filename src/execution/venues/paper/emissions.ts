import type { Fill } from '../../../model/fill.ts';
import type { VenueListener, VenueOrder } from '../../venue.ts';

type Emission =
  | { readonly kind: 'order'; readonly order: VenueOrder }
  | { readonly kind: 'fill'; readonly fill: Fill };

/**
 * What the listener is to be told. It is told once all that follows of an order or a market event is done, so
 * that a listener that asks or orders at once finds the venue in good order; what comes of that is told after
 * what was there before.
 */
export class Emissions {
  readonly #waiting: Emission[] = [];
  #listener: VenueListener | null = null;
  #isTelling = false;

  listen(listener: VenueListener | null): void {
    this.#listener = listener;
  }

  addOrder(order: VenueOrder): void {
    this.#waiting.push({ kind: 'order', order });
  }

  addFill(fill: Fill): void {
    this.#waiting.push({ kind: 'fill', fill });
  }

  tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        if (next.kind === 'order') this.#listener?.onOrder(next.order);
        else this.#listener?.onFill(next.fill);
      }
    } finally {
      this.#isTelling = false;
    }
  }
}
