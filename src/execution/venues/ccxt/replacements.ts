import type { VenueOrder } from '../../venue.ts';

/** The exchange's ids of orders that were replaced, or are about to be, at most. */
const MAX_REPLACED = 10_000;

/**
 * Where a change cancels an order and places another one under the same name, the end of the first is no end of
 * ours: it is kept back while the change is under way, and passed over once the second is known. A change that
 * nobody has answered stays under way until the order is found under another number, or ended.
 */
export class Replacements {
  readonly #underWay = new Set<string>();
  readonly #replaced = new Set<string>();

  begin(venueOrderId: string): void {
    this.#underWay.add(venueOrderId);
    forgetOldest(this.#underWay);
  }

  end(venueOrderId: string): void {
    this.#underWay.delete(venueOrderId);
  }

  /** Another order has the name now. */
  replaced(venueOrderId: string): void {
    this.#underWay.delete(venueOrderId);
    this.#replaced.add(venueOrderId);
    forgetOldest(this.#replaced);
  }

  isUnderWay(venueOrderId: string): boolean {
    return this.#underWay.has(venueOrderId);
  }

  /** This is not to be told. What is kept back while a change is under way is asked for at its end. */
  hides({ venueOrderId, status }: VenueOrder): boolean {
    if (this.#replaced.has(venueOrderId)) return true;
    return status === 'canceled' && this.#underWay.has(venueOrderId);
  }
}

function forgetOldest(ids: Set<string>): void {
  if (ids.size <= MAX_REPLACED) return;
  for (const oldest of ids) {
    ids.delete(oldest);
    return;
  }
}
