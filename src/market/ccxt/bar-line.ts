import type { BarRow } from './bar-row.ts';

/** A span of time without its end: bars that begin in it are wanted. */
export interface BarGap {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The bars of one symbol and timeframe in a row: each once, in order, when it is over.
 *
 * A bar under way comes again and again with what has been added to it. It is over when a later one has come:
 * ccxt does not hand on the flag with which some exchanges mark the last word on a bar. What was under way
 * when a connection was cut is forgotten, since its end was not seen.
 */
export class BarLine {
  readonly #lengthMs: number;
  readonly #underWay = new Map<number, BarRow>();
  #nextMs: number | undefined;
  #late = 0;

  /** `lastMs` is when the last bar that is known already began; without it, the line begins with the bar that is under way. */
  constructor(lengthMs: number, lastMs?: number) {
    this.#lengthMs = lengthMs;
    this.#nextMs = lastMs === undefined ? undefined : lastMs + lengthMs;
  }

  /** When the bar that comes next began, or will begin; undefined before anything is known. */
  get nextMs(): number | undefined {
    return this.#nextMs;
  }

  /** Rows of bars that were told before. */
  get late(): number {
    return this.#late;
  }

  /** Bars that must come from elsewhere before those that are held back here. */
  get gap(): BarGap | undefined {
    const toMs = Math.min(...this.#underWay.keys());
    if (this.#nextMs === undefined || this.#underWay.size === 0 || toMs <= this.#nextMs) {
      return undefined;
    }
    return { fromMs: this.#nextMs, toMs };
  }

  /** The bars that these rows of the stream show to be over. */
  take(rows: readonly BarRow[]): BarRow[] {
    // What else an exchange tells at the beginning is the past.
    this.#nextMs ??= rows.reduce<number | undefined>(
      (latest, [openMs]) => Math.max(latest ?? openMs, openMs),
      undefined,
    );
    for (const row of rows) {
      if (this.#nextMs !== undefined && row[0] < this.#nextMs) this.#late += 1;
      else this.#underWay.set(row[0], row);
    }
    return this.#advance();
  }

  /**
   * The bars to tell now that `rows` were asked for, of which those that begin before `closedMs` are over. If
   * `isAll`, the exchange has no others up to there; else one that is missing at the end may still come.
   */
  fill(rows: readonly BarRow[], closedMs: number, isAll: boolean): BarRow[] {
    const told: BarRow[] = [];
    for (const row of rows.toSorted((one, other) => one[0] - other[0])) {
      if (row[0] >= closedMs || row[0] < (this.#nextMs ?? row[0])) continue;
      told.push(row);
      this.#nextMs = row[0] + this.#lengthMs;
    }
    if (isAll) this.#nextMs = Math.max(this.#nextMs ?? closedMs, closedMs);
    for (const openMs of this.#underWay.keys()) {
      if (openMs < (this.#nextMs ?? openMs)) this.#underWay.delete(openMs);
    }
    return [...told, ...this.#advance()];
  }

  /** Passes over bars that are not going to be asked for; how many. */
  skipTo(openMs: number): number {
    const nextMs = this.#nextMs ?? openMs;
    if (openMs <= nextMs) return 0;
    this.#nextMs = openMs;
    return Math.round((openMs - nextMs) / this.#lengthMs);
  }

  /** The connection has ended: nobody knows how the bars under way went on. */
  cut(): void {
    this.#underWay.clear();
  }

  #advance(): BarRow[] {
    const over: BarRow[] = [];
    const latestMs = Math.max(...this.#underWay.keys());
    while (this.#nextMs !== undefined && this.#nextMs < latestMs) {
      const row = this.#underWay.get(this.#nextMs);
      if (row === undefined) break;
      this.#underWay.delete(this.#nextMs);
      over.push(row);
      this.#nextMs += this.#lengthMs;
    }
    return over;
  }
}
