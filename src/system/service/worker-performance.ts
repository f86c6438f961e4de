import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { ExecutionEngine } from '../../execution/execution-engine.ts';
import type { Fill } from '../../model/fill.ts';
import { PnlRecord, type PnlFigures } from './pnl-record.ts';

/** How a worker did. */
export interface WorkerPerformance {
  readonly currency: string;
  /** Null where it has traded nothing in the currency. */
  readonly figures: PnlFigures | null;
  /** What the figures leave out, for people. */
  readonly notes: readonly string[];
}

interface Known {
  /** By quote currency. */
  readonly records: Map<string, PnlRecord>;
  /** Fills in symbols that are not traded here any more. */
  unvalued: number;
  /** In the journal: what is up to there is known. */
  place: number;
  /** One reads at a time. */
  reading: Promise<void>;
}

/** Workers of which the fills are remembered. */
const MAX_KNOWN = 200;
/** Fills that are gone through before others have their turn. */
const FILLS_AT_A_TIME = 100;

/**
 * How workers did, from what the journal has of their fills. Each fill is gone through once: what was made of
 * those before is kept, of the workers that were asked for last.
 */
export class WorkerPerformances {
  readonly #execution: ExecutionEngine;
  readonly #known = new Map<string, Known>();

  constructor(execution: ExecutionEngine) {
    this.#execution = execution;
  }

  /**
   * In the quote currency in which it has traded most often; `otherwise` where it has not traded.
   *
   * @throws {StoreError} code `DATABASE_DAMAGED`
   */
  async of(workerId: string, otherwise: string): Promise<WorkerPerformance> {
    const known = this.#knownOf(workerId);
    const reading = known.reading.then(() => this.#read(workerId, known));
    known.reading = reading.catch(() => this.forget(workerId));
    await reading;
    const byFills = [...known.records].toSorted(([, one], [, two]) => two.fills - one.fills);
    const [most, ...others] = byFills;
    const notes = others.map(
      ([currency, { fills }]) => `${fills} fills in ${currency} are in none of the figures`,
    );
    if (known.unvalued > 0) {
      notes.push(
        `${known.unvalued} fills of instruments that are not known here any more are in none of the figures`,
      );
    }
    if (most === undefined) return { currency: otherwise, figures: null, notes };
    const [currency, record] = most;
    const figures = record.figures(workerId, this.#pricesOf(workerId), Date.now());
    return { currency, figures, notes };
  }

  /** The next time everything is gone through again. */
  forget(workerId: string): void {
    this.#known.delete(workerId);
  }

  #knownOf(workerId: string): Known {
    const known: Known = this.#known.get(workerId) ?? {
      records: new Map(),
      unvalued: 0,
      place: 0,
      reading: Promise.resolve(),
    };
    // The one that was asked for last is the last to go.
    this.#known.delete(workerId);
    this.#known.set(workerId, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_KNOWN && oldest !== undefined) this.forget(oldest);
    return known;
  }

  async #read(workerId: string, known: Known): Promise<void> {
    for (;;) {
      const { fills, place, isLast } = this.#execution.desk.fillsAfter(workerId, known.place);
      for (const [index, fill] of fills.entries()) {
        if (index > 0 && index % FILLS_AT_A_TIME === 0) await eventLoopTurn();
        this.#add(known, fill);
      }
      known.place = place;
      if (isLast) return;
      await eventLoopTurn();
    }
  }

  #add(known: Known, fill: Fill): void {
    const instrument = this.#execution.venue.instrument(fill.symbol);
    if (instrument === undefined) {
      known.unvalued += 1;
      return;
    }
    let record = known.records.get(instrument.quote);
    if (record === undefined) {
      record = new PnlRecord(instrument.quote);
      known.records.set(instrument.quote, record);
    }
    record.onFill(fill, instrument);
  }

  #pricesOf(workerId: string): Map<string, number> {
    const positions = this.#execution.desk.positions(workerId);
    return new Map(
      positions.flatMap(({ symbol, lastPrice }) =>
        lastPrice === null ? [] : [[symbol, Number(lastPrice)] as const],
      ),
    );
  }
}
