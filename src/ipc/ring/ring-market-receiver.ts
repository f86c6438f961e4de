import { IpcError } from '../errors.ts';
import type {
  MarketReceiver,
  RecordsHandler,
  SharedMemoryAttachment,
} from '../market-transport.ts';
import { AttachedRing } from './attached-ring.ts';
import type { Overrun, RingReader } from './ring-reader.ts';

/** How long batches are handed out before timers, heartbeats and commands get their turn, milliseconds. */
const TURN_BUDGET_MS = 5;

/** Settles the promise of {@link RingMarketReceiver.run}. */
interface Running {
  readonly onRecords: RecordsHandler;
  readonly resolve: () => void;
  readonly reject: (thrown: unknown) => void;
}

/** Market data from a ring in shared memory. */
export class RingMarketReceiver implements MarketReceiver<SharedMemoryAttachment>, Disposable {
  /** One, but for the moment in which a host takes the place of another. */
  #rings: readonly AttachedRing[] = [];
  #running: Running | undefined;
  /** Batches are being handed out, or will be without a ring of the bell. */
  #pumping = false;
  #turnEndsMs = 0;
  #asleep = false;
  #open = true;
  /** Of rings that are no longer attached. */
  #past = { malformed: 0, overruns: 0, overrunBytes: 0 };
  #lastOverrun: Overrun | undefined;

  get malformedFrames(): number {
    return this.#sum('malformed');
  }

  get quiet(): boolean {
    return !this.#pumping;
  }

  /** How often this worker was too slow and lost what was written over. */
  get overruns(): number {
    return this.#sum('overruns');
  }

  /** Bytes that were written over before they were read, of all topics. */
  get overrunBytes(): number {
    return this.#sum('overrunBytes');
  }

  get lastOverrun(): Overrun | undefined {
    return (
      this.#rings.find(({ reader }) => reader.lastOverrun !== undefined)?.reader.lastOverrun ??
      this.#lastOverrun
    );
  }

  /** @throws {IpcError} codes `SHARED_MEMORY_FAILED`, `SHARED_MEMORY_UNAVAILABLE`, `SHARED_MEMORY_CLOSED` */
  attach(attachment: SharedMemoryAttachment): void {
    if (!this.#open)
      throw new IpcError('SHARED_MEMORY_CLOSED', 'the receiver is closed: no line can be attached');
    const ring = this.#rings.find(({ path }) => path === attachment.ringPath);
    if (ring === undefined) this.#map(attachment);
    else ring.add(attachment);
    // In a turn of its own: who attaches does not expect records before it is done.
    setImmediate(() => this.#onBell());
  }

  #map(attachment: SharedMemoryAttachment): void {
    for (const unused of this.#rings.filter((ring) => ring.unused)) this.#release(unused);
    this.#rings = [...this.#rings, new AttachedRing(attachment, () => this.#onBell())];
  }

  detach(attachment: SharedMemoryAttachment): void {
    const ring = this.#rings.find(({ path }) => path === attachment.ringPath);
    // An unused ring stays mapped: the next line leads to the same one, and mapping costs more than the rest.
    ring?.remove(attachment);
  }

  run(onRecords: RecordsHandler): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#open) {
        resolve();
        return;
      }
      this.#running = { onRecords, resolve, reject };
      this.#onBell();
    });
  }

  /** Unmaps everything. A batch that was handed out stays good. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const ring of this.#rings) this.#release(ring);
    this.#running?.resolve();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #release(ring: AttachedRing): void {
    this.#rings = this.#rings.filter((other) => other !== ring);
    const { reader } = ring;
    this.#past.malformed += reader.malformed;
    this.#past.overruns += reader.overruns;
    this.#past.overrunBytes += reader.overrunBytes;
    this.#lastOverrun = reader.lastOverrun ?? this.#lastOverrun;
    ring.close();
  }

  #sum(figure: 'malformed' | 'overruns' | 'overrunBytes'): number {
    return this.#rings.reduce((sum, { reader }) => sum + reader[figure], this.#past[figure]);
  }

  #onBell(): void {
    if (this.#pumping || this.#running === undefined || !this.#open) return;
    if (this.#asleep) for (const ring of this.#rings) ring.wakeUp();
    this.#asleep = false;
    this.#pumping = true;
    this.#turn(this.#running);
  }

  #turn(running: Running): void {
    this.#turnEndsMs = performance.now() + TURN_BUDGET_MS;
    this.#pump(running);
  }

  /** Hands out batches until there are none, one gives a promise, or the turn is over. */
  #pump(running: Running): void {
    try {
      while (this.#open) {
        const reader = this.#takeNext();
        if (reader === undefined) {
          if (this.#fallAsleep()) break;
        } else if (reader.batch !== undefined) {
          const pending = running.onRecords(reader.batch, 0);
          if (pending !== undefined) {
            this.#pumpAfter(pending, running);
            return;
          }
        }
        if (this.#isTurnOver(running)) return;
      }
      this.#pumping = false;
    } catch (thrown) {
      this.#fail(thrown, running);
    }
  }

  #pumpAfter(batchDone: Promise<void>, running: Running): void {
    batchDone.then(
      () => {
        // A promise may settle without any turn between.
        if (!this.#isTurnOver(running)) this.#pump(running);
      },
      (thrown: unknown) => this.#fail(thrown, running),
    );
  }

  #isTurnOver(running: Running): boolean {
    if (performance.now() <= this.#turnEndsMs) return false;
    setImmediate(() => this.#turn(running));
    return true;
  }

  #fail(thrown: unknown, running: Running): void {
    this.#pumping = false;
    this.#running = undefined;
    running.reject(thrown);
  }

  /** The reader that took something, of interest or not. */
  #takeNext(): RingReader | undefined {
    for (const ring of this.#rings) {
      if (ring.reader.take()) {
        ring.showPosition();
        return ring.reader;
      }
    }
    return undefined;
  }

  /** False if something came in the last moment: the host may not have rung for it. */
  #fallAsleep(): boolean {
    for (const ring of this.#rings) ring.fallAsleep();
    this.#asleep = !this.#rings.some(({ reader }) => reader.hasNews());
    if (!this.#asleep) for (const ring of this.#rings) ring.stayAwake();
    return this.#asleep;
  }
}
