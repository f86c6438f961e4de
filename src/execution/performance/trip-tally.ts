import type { Decimal } from 'decimal.js';
import type { DecimalText } from '../../model/decimal-text.ts';
import { text, ZERO } from '../decimals.ts';

/** Round trips that have ended, after fees, in the currency of the record. */
export interface TripFigures {
  readonly count: number;
  /** Those that brought more than 0. */
  readonly wins: number;
  /** Those that brought less than 0. */
  readonly losses: number;
  /** Sum of what the wins brought. */
  readonly won: DecimalText;
  /** Sum of what the losses cost, positive. */
  readonly lost: DecimalText;
}

/** Sums over round trips, in the same room however many there are. */
export class TripTally {
  #count = 0;
  #wins = 0;
  #losses = 0;
  #won: Decimal = ZERO;
  #lost: Decimal = ZERO;

  add(pnl: Decimal): void {
    this.#count += 1;
    if (pnl.isZero()) return;
    if (pnl.isPositive()) {
      this.#wins += 1;
      this.#won = this.#won.plus(pnl);
    } else {
      this.#losses += 1;
      this.#lost = this.#lost.minus(pnl);
    }
  }

  figures(): TripFigures {
    return {
      count: this.#count,
      wins: this.#wins,
      losses: this.#losses,
      won: text(this.#won),
      lost: text(this.#lost),
    };
  }
}
