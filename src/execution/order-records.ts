import type { Order } from '../model/order.ts';
import type { Fill } from '../model/fill.ts';
import type { OrderUpdate } from '../model/order-update.ts';
import { ExecutionError } from './errors.ts';
import type { JournalEntry, OrderJournal } from './journal/order-journal.ts';
import { EXTERNAL, type Ledger } from './ledger.ts';
import type { OrderStore } from './order-store.ts';

export interface RecordsParts {
  readonly journal: OrderJournal;
  readonly store: OrderStore;
  readonly ledger: Ledger;
  readonly now: () => number;
  /** Called in the order of `seq`, once it is on the disk. */
  readonly tell: (workerId: string, update: OrderUpdate) => void;
}

/**
 * Writes down what becomes of orders, in memory at once and in the journal, and then tells whose they are:
 * nobody is told of what a power cut could take back.
 */
export class OrderRecords {
  readonly #parts: RecordsParts;
  readonly #lastSeqs = new Map<string, number>();
  readonly #toldSeqs = new Map<string, number>();
  #lastWrite: Promise<void> = Promise.resolve();
  #failure: ExecutionError | undefined;

  constructor(parts: RecordsParts) {
    this.#parts = parts;
  }

  /** Why what is known will not be on the disk any more; undefined if it is, or will be. */
  get failure(): ExecutionError | undefined {
    return this.#failure;
  }

  restoreSeq(workerId: string, seq: number): void {
    this.#lastSeqs.set(workerId, seq);
    this.#toldSeqs.set(workerId, seq);
  }

  /** Number of the last update that was told: those after it are still to be written, and told then. */
  toldSeq(workerId: string): number {
    return this.#toldSeqs.get(workerId) ?? 0;
  }

  /** An order that is about to leave. It counts from now on; resolves once it may leave. @throws {ExecutionError} */
  async intend(order: Order): Promise<void> {
    const { store, journal } = this.#parts;
    store.set(order);
    await journal.append({ order }, 'intent');
  }

  /** An order, or a change of one, that did not leave after all or is over: nobody was told of it. */
  withdraw(order: Order): void {
    this.#parts.store.set(order);
    void this.#write({ order });
  }

  /** What is known of an order now. Resolves once that is written and told. */
  update(order: Order, fill: Fill | null = null): Promise<void> {
    const { store, ledger, now } = this.#parts;
    store.set(order);
    const { workerId, symbol } = order;
    const owner = workerId ?? EXTERNAL;
    const position = fill === null ? null : ledger.apply(owner, fill);
    const entry = {
      order,
      ...(fill && { fill: { fill, workerId } }),
      ...(position && { position }),
    };
    if (workerId === null) return this.#write(entry);
    const seq = (this.#lastSeqs.get(workerId) ?? 0) + 1;
    this.#lastSeqs.set(workerId, seq);
    const update: OrderUpdate = {
      seq,
      order,
      fill,
      position: fill === null ? null : ledger.position(workerId, symbol),
      timestamp: now(),
    };
    return this.#write({ ...entry, update: { workerId, update } }, () => {
      this.#toldSeqs.set(workerId, seq);
      this.#parts.tell(workerId, update);
    });
  }

  /** A fill of an order that is not ours and that we know nothing of. */
  externalFill(fill: Fill): Promise<void> {
    const position = this.#parts.ledger.apply(EXTERNAL, fill);
    return this.#write({ fill: { fill, workerId: null }, position });
  }

  /** An order by its client order id, however old. */
  find(clientOrderId: string): Order | undefined {
    return this.#parts.store.get(clientOrderId) ?? this.#parts.journal.find(clientOrderId);
  }

  /** Resolves once all that is known by now is written and told. */
  settled(): Promise<void> {
    return this.#lastWrite;
  }

  #write(entry: JournalEntry, written?: () => void): Promise<void> {
    // The journal keeps the order, so that the last one is done when all are.
    this.#lastWrite = this.#append(entry, written);
    return this.#lastWrite;
  }

  // What can't be written is not told either: the next process asks the venue. The journal says it loudly.
  async #append(entry: JournalEntry, written?: () => void): Promise<void> {
    try {
      await this.#parts.journal.append(entry, 'fact');
    } catch (thrown) {
      if (thrown instanceof ExecutionError && thrown.code === 'JOURNAL_FAILED')
        this.#failure = thrown;
      return;
    }
    written?.();
  }
}
