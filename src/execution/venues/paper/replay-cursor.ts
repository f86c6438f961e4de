import type { ManualClock } from '../../../base/clock.ts';
import type { PaperVenue } from './paper-venue.ts';
import { topicOf, type BufferedEvent, type ReplayBuffer } from './replay-buffer.ts';

export interface ReplayTopic {
  readonly symbol: string;
  readonly dataType: string;
}

/** An event by its number in its topic. */
export interface ReplayPosition extends ReplayTopic {
  readonly seq: number;
}

/** What a cursor moves: a paper venue, or one with something beside it that is shown the same. */
export type ReplayedVenue = Pick<
  PaperVenue,
  'onMarket' | 'advance' | 'wouldTouch' | 'isIdle' | 'nextDueMs'
>;

export interface ReplayCursorOptions {
  /** What the strategy is shown; its venue sees nothing else. */
  readonly topics: readonly ReplayTopic[];
  /** The strategy's own. */
  readonly venue: ReplayedVenue;
  /** The venue's, moved by the cursor and never back. */
  readonly clock: ManualClock;
}

/** Most events that are looked at for one answer of `quietUntilMs`. */
const MAX_LOOKED_AT = 256;

/** How far a strategy, and its venue with it, has come in a replay. */
export class ReplayCursor {
  readonly #buffer: ReplayBuffer;
  readonly #venue: ReplayedVenue;
  readonly #clock: ManualClock;
  /** The last number of each topic that is behind the cursor. */
  readonly #passedSeqs: Map<string, number>;
  #nextIndex: number;

  constructor(buffer: ReplayBuffer, { topics, venue, clock }: ReplayCursorOptions) {
    this.#buffer = buffer;
    this.#venue = venue;
    this.#clock = clock;
    this.#nextIndex = buffer.endIndex;
    this.#passedSeqs = new Map(
      topics
        .map(({ symbol, dataType }) => topicOf(symbol, dataType))
        .map((topic) => [topic, buffer.lastSeqOf(topic) ?? Number.NEGATIVE_INFINITY]),
    );
    buffer.add(this);
  }

  /** Number of the next event to be shown to the venue, counted from the beginning of the replay. */
  get nextIndex(): number {
    return this.#nextIndex;
  }

  /**
   * Shows the venue every event of the strategy's topics up to and with that one, each at the time at which
   * it was known, and then moves the time to `nowMs` (since the epoch).
   *
   * @throws {RangeError} for an event of another topic, or one that was not published yet
   */
  advanceTo(position: ReplayPosition | null, nowMs: number): void {
    if (position !== null) this.#showTo(position, () => true);
    this.#moveClock(nowMs);
    this.#venue.advance(this.#clock.now());
  }

  /**
   * The strategy has been shown the event, and needed nothing. Shows it to the venue, too, but stops before
   * an event that could change an order: that is for `advanceTo`.
   *
   * @throws {RangeError} for an event of another topic, or one that was not published yet
   */
  passed(position: ReplayPosition): void {
    this.#showTo(position, ({ event }) => !this.#venue.wouldTouch(event));
  }

  /**
   * Nothing happens to the venue's orders, left as they are, by events known before then (ms since the
   * epoch), nor by the time until then: the known time of the first event that could change one; else of the
   * last one published, for others of the same time may follow, or of the last one looked at. Infinity
   * without open orders, -Infinity if no event is at hand.
   */
  quietUntilMs(): number {
    if (this.#venue.isIdle) return Number.POSITIVE_INFINITY;
    let untilMs = Number.NEGATIVE_INFINITY;
    let lookedAt = 0;
    for (let index = this.#nextIndex; lookedAt < MAX_LOOKED_AT; index += 1) {
      const next = this.#buffer.at(index);
      if (next === undefined) break;
      if (!this.#passedSeqs.has(next.topic)) continue;
      lookedAt += 1;
      untilMs = next.knownMs;
      if (this.#venue.wouldTouch(next.event)) break;
    }
    return Math.min(untilMs, this.#venue.nextDueMs ?? Number.POSITIVE_INFINITY);
  }

  /** The strategy is gone: events are not kept for it any more. */
  close(): void {
    this.#buffer.remove(this);
  }

  #showTo(position: ReplayPosition, mayShow: (next: BufferedEvent) => boolean): void {
    const topic = topicOf(position.symbol, position.dataType);
    const passedSeq = this.#passedSeqs.get(topic);
    if (passedSeq === undefined) throw new RangeError(`${topic} is no topic of this cursor`);
    const lastSeq = this.#buffer.lastSeqOf(topic);
    if (position.seq > passedSeq && (lastSeq === undefined || position.seq > lastSeq)) {
      throw new RangeError(
        `event ${position.seq} of ${topic} was not published: the last one is ${lastSeq ?? 'none'}`,
      );
    }
    while ((this.#passedSeqs.get(topic) as number) < position.seq) {
      const next = this.#buffer.at(this.#nextIndex) as BufferedEvent;
      if (this.#passedSeqs.has(next.topic)) {
        if (!mayShow(next)) break;
        this.#show(next);
      }
      this.#nextIndex += 1;
    }
    this.#buffer.trim();
  }

  #show({ event, topic, seq, knownMs }: BufferedEvent): void {
    this.#moveClock(knownMs);
    this.#passedSeqs.set(topic, seq);
    this.#venue.onMarket(event);
  }

  #moveClock(nowMs: number): void {
    if (nowMs > this.#clock.now()) this.#clock.set(nowMs);
  }
}
