import type { Fill } from '../../model/fill.ts';
import type { Order } from '../../model/order.ts';
import type { OrderUpdate } from '../../model/order-update.ts';
import type { KeptPosition } from '../ledger.ts';
import type { TradingSwitch } from '../trading-switches.ts';

/** What is written down together: all of it, or nothing. */
export interface JournalEntry {
  readonly order?: Order;
  /** With the worker that it is told to. */
  readonly update?: { readonly workerId: string; readonly update: OrderUpdate };
  readonly fill?: { readonly fill: Fill; readonly workerId: string | null };
  readonly position?: KeptPosition;
  readonly switch?: TradingSwitch;
  readonly fact?: { readonly name: string; readonly value: string };
}

/** What the process before this one left. */
export interface JournalContents {
  /** Those that are not closed, and the newest closed ones. */
  readonly orders: readonly Order[];
  readonly positions: readonly KeptPosition[];
  readonly switches: readonly TradingSwitch[];
  readonly facts: ReadonlyMap<string, string>;
  /** Number of the last update of each worker. */
  readonly lastSeqs: ReadonlyMap<string, number>;
}

/**
 * Where orders are written down before they leave, and what became of them before anybody is told. Entries
 * are written in the order in which they are given.
 */
export interface OrderJournal {
  load(): JournalContents;
  /**
   * Resolves once the entry is on the disk. An `intent` is refused if it can't be written, and is in no
   * journal then, except where the disk failed (`JOURNAL_FAILED`): the next process may find it, or not. A
   * `fact` of the world is kept and written as soon as that is possible.
   *
   * @throws {ExecutionError} codes `JOURNAL_FULL`, `JOURNAL_FAILED`
   */
  append(entry: JournalEntry, kind: 'intent' | 'fact'): Promise<void>;
  /** An order, however old. */
  find(clientOrderId: string): Order | undefined;
  hasFill(fill: Fill): boolean;
  /** The updates of a worker after `seq`, oldest first. */
  updatesSince(workerId: string, seq: number): readonly OrderUpdate[];
  /** All orders of a worker, or of all, newest first. */
  orders(options: OrderQuery): readonly Order[];
  /** All fills, in the order in which they were written; read as they are asked for, a few at a time. */
  allFills(): Iterable<Fill>;
  /** The fills of a worker that were written after a place, in the order in which they were written; a part of them. */
  fillsAfter(workerId: string, place: number): FillPage;
  fills(options: FillQuery): readonly { readonly fill: Fill; readonly workerId: string | null }[];
  close(): void;
}

export interface FillPage {
  readonly fills: readonly Fill[];
  /** Where this part ends: the next one is asked for after it. 0 is before all. */
  readonly place: number;
  /** Nothing was written after this part. */
  readonly isLast: boolean;
}

export interface OrderQuery {
  /** @default all */
  readonly workerId?: string;
  /** Of this symbol, among the newest 20,000 of all. @default all */
  readonly symbol?: string;
  /** @default 100 */
  readonly limit?: number;
}

export interface FillQuery extends Omit<OrderQuery, 'symbol'> {
  /** Milliseconds since the Unix epoch. @default all */
  readonly sinceMs?: number;
}

/** Told of what the journal can't do. */
export interface JournalListener {
  /** Nothing can be written any more by this process: what was written may be lost. */
  onFailure(error: Error): void;
  /** There is no room; what must be written waits. */
  onFull(error: Error): void;
  onRoom(): void;
}
