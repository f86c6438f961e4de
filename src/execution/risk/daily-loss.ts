import { decimal, text, type Decimal } from '../decimals.ts';

const DAY_MS = 86_400_000;

/** Where a scope stood when the day began (UTC). */
interface DayStart {
  readonly day: number;
  readonly pnl: string;
}

/** What was lost since midnight UTC, by scope. The beginnings of the day are given out to be kept. */
export class DailyLoss {
  readonly #starts = new Map<string, DayStart>();
  readonly #keep: (scope: string, json: string) => void;

  constructor(keep: (scope: string, json: string) => void) {
    this.#keep = keep;
  }

  restore(scope: string, json: string): void {
    this.#starts.set(scope, JSON.parse(json) as DayStart);
  }

  /** What was lost today, negative for a gain; `pnl` is what the scope has won in all its life. */
  loss(scope: string, pnl: Decimal, nowMs: number): Decimal {
    const day = Math.floor(nowMs / DAY_MS);
    let start = this.#starts.get(scope);
    if (start === undefined || start.day !== day) {
      start = { day, pnl: text(pnl) };
      this.#starts.set(scope, start);
      this.#keep(scope, JSON.stringify(start));
    }
    return decimal(start.pnl).minus(pnl);
  }
}
