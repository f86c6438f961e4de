import type { MarketEvent } from '../../../model/market-event.ts';
import { knownTimeMs } from './known-time.ts';

/** An event of a replay as it is published; `seq` counts up within its topic. */
export interface ReplayedEvent {
  readonly event: MarketEvent;
  readonly symbol: string;
  readonly dataType: string;
  readonly seq: number;
}

/** An event as the buffer has it. */
export interface BufferedEvent {
  readonly event: MarketEvent;
  readonly seq: number;
  readonly topic: string;
  /** Milliseconds since the Unix epoch. */
  readonly knownMs: number;
}

/** Who still has to read from there on. */
export interface BufferReader {
  readonly nextIndex: number;
}

/** Fewer events are not worth dropping. */
const LEAST_DROPPED = 256;

/** Events in the order in which they were published, each kept until all readers are past it. */
export class ReplayBuffer {
  readonly #maxEvents: number;
  readonly #readers = new Set<BufferReader>();
  readonly #lastSeqs = new Map<string, number>();
  #events: BufferedEvent[] = [];
  /** Number of the first event that is kept, counted from the beginning of the replay. */
  #firstIndex = 0;

  constructor(maxEvents: number) {
    this.#maxEvents = maxEvents;
  }

  /** Events that a reader still needs. */
  get size(): number {
    return this.endIndex - this.#passedIndex();
  }

  /** Number of the event that is published next. */
  get endIndex(): number {
    return this.#firstIndex + this.#events.length;
  }

  /** False, and nothing changed, if there is no room. */
  push({ event, symbol, dataType, seq }: ReplayedEvent): boolean {
    if (this.#events.length >= this.#maxEvents && this.size >= this.#maxEvents) return false;
    const topic = topicOf(symbol, dataType);
    this.#lastSeqs.set(topic, seq);
    if (this.#readers.size === 0) {
      const nextIndex = this.endIndex + 1;
      this.#events = [];
      this.#firstIndex = nextIndex;
      return true;
    }
    this.#events.push({ event, seq, topic, knownMs: knownTimeMs(event) });
    return true;
  }

  add(reader: BufferReader): void {
    this.#readers.add(reader);
  }

  remove(reader: BufferReader): void {
    this.#readers.delete(reader);
    this.trim();
  }

  /** The last number of a topic that was published, undefined before the first. */
  lastSeqOf(topic: string): number | undefined {
    return this.#lastSeqs.get(topic);
  }

  /** Undefined for an event that is not kept any more, or not published yet. */
  at(index: number): BufferedEvent | undefined {
    return this.#events[index - this.#firstIndex];
  }

  /** Forgets what all readers are past, once it is as much as what is left: moving that costs no more then. */
  trim(): void {
    const count = this.#passedIndex() - this.#firstIndex;
    if (count < LEAST_DROPPED || count * 2 < this.#events.length) return;
    this.#events = this.#events.slice(count);
    this.#firstIndex += count;
  }

  #passedIndex(): number {
    let index = this.endIndex;
    for (const { nextIndex } of this.#readers) index = Math.min(index, nextIndex);
    return index;
  }
}

export function topicOf(symbol: string, dataType: string): string {
  return `${dataType} ${symbol}`;
}
