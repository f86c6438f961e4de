import { messageOf } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { Source } from './source.ts';

/** A change as it goes out, made into text once for all clients. */
export interface Change {
  readonly seq: number;
  readonly at: number;
  /** JSON of its data. */
  readonly text: string;
  /** Things in it of which each matters; 0 where a newer change stands for an older one. */
  readonly count: number;
}

/** Somebody who is shown a topic. */
export interface Member {
  /** Takes a change, or leaves it out: see `Subscription`. */
  offer(change: Change): void;
}

/** Of each topic, for those who come back: changes, and their text, bytes. */
const MAX_KEPT = 500;
const MAX_KEPT_CHARS = 1_048_576;
/** Many who come at the same time are shown the same, as after a restart; so long, milliseconds. */
const SAME_SNAPSHOT_MS = 100;

/** One channel with one set of options: a source, looked at so often, for any number of clients. */
export class Topic {
  readonly #source: Source;
  readonly #logger: Logger;
  readonly #members = new Set<Member>();
  readonly #timer: NodeJS.Timeout;
  #kept: Change[] = [];
  #keptChars = 0;
  #seq = 0;
  /** The newest change as it goes out, by the id that clients have subscribed with. */
  #messages: { readonly seq: number; readonly byId: Map<number, Buffer> } = {
    seq: 0,
    byId: new Map(),
  };
  #shown: { readonly seq: number; readonly text: string; readonly untilMs: number } | undefined;

  /** Its first change has the number after `seq`. */
  constructor(source: Source, everyMs: number, logger: Logger, seq = 0) {
    this.#seq = seq;
    this.#source = source;
    this.#logger = logger;
    this.#timer = setInterval(() => {
      this.#shown = undefined;
      this.flush();
    }, everyMs);
  }

  get seq(): number {
    return this.#seq;
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  add(member: Member): void {
    this.#members.add(member);
  }

  delete(member: Member): void {
    this.#members.delete(member);
  }

  /** Everything as it is with the change `seq`, as JSON. */
  snapshot(): string {
    // What a journal has told before is not to be in the snapshot and in a change after it: it may be more than
    // one change holds. What is no journal may be another each time it is looked at, and is asked once.
    while (this.flush() && this.#source.countOf !== undefined);
    const nowMs = performance.now();
    if (this.#shown?.seq === this.#seq && nowMs < this.#shown.untilMs) return this.#shown.text;
    const text = JSON.stringify(this.#source.snapshot());
    this.#shown = { seq: this.#seq, text, untilMs: nowMs + SAME_SNAPSHOT_MS };
    return text;
  }

  /** A change as it goes to whoever has subscribed with `id`: bytes that are made once for all of them. */
  messageOf({ seq, at, text }: Change, id: number): Buffer {
    if (this.#messages.seq !== seq) this.#messages = { seq, byId: new Map() };
    const { byId } = this.#messages;
    let message = byId.get(id);
    if (message === undefined) {
      message = Buffer.from(`{"type":"change","id":${id},"seq":${seq},"at":${at},"data":${text}}`);
      byId.set(id, message);
    }
    return message;
  }

  /** The changes after `seq`; undefined if they are not all kept. */
  since(seq: number): readonly Change[] | undefined {
    this.flush();
    if (seq > this.#seq) return undefined;
    if (seq === this.#seq) return [];
    const [oldest] = this.#kept;
    if (oldest === undefined || oldest.seq > seq + 1) return undefined;
    return this.#kept.slice(seq + 1 - oldest.seq);
  }

  /** Tells what has changed; false for nothing. */
  flush(): boolean {
    try {
      const data = this.#source.changes();
      if (data === null) return false;
      this.#tell(data);
      return true;
    } catch (thrown) {
      this.#logger.log('error', `the stream can't show a change: ${messageOf(thrown)}`);
      return false;
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#source.close();
  }

  #tell(data: unknown): void {
    const text = JSON.stringify(data);
    this.#seq += 1;
    const count = this.#source.countOf?.(data) ?? 0;
    const change = { seq: this.#seq, at: Date.now(), text, count };
    this.#keep(change);
    for (const member of this.#members) member.offer(change);
  }

  #keep(change: Change): void {
    this.#kept.push(change);
    this.#keptChars += change.text.length;
    let tooMany = 0;
    while (this.#kept.length - tooMany > MAX_KEPT || this.#keptChars > MAX_KEPT_CHARS) {
      this.#keptChars -= this.#kept[tooMany]?.text.length ?? 0;
      tooMany += 1;
    }
    if (tooMany > 0) this.#kept = this.#kept.slice(tooMany);
  }
}
