import type { Channel } from '../contract/stream.ts';
import type { Change, Member, Topic } from './topic.ts';

/** The way to a client. */
export interface SubscriptionLine {
  /** Changes are to be left out for now. */
  readonly isSlow: boolean;
  send(message: string | Buffer): void;
}

/**
 * What one client is shown of a topic: a snapshot, then each change. While the client is slow nothing is kept for
 * it; once it reads again it gets a snapshot in place of what it has missed, and is told how much that was where
 * each thing matters.
 */
export class Subscription implements Member {
  readonly id: number;
  readonly channel: Channel;
  readonly #topic: Topic;
  readonly #line: SubscriptionLine;
  #isBehind = false;
  #missed = 0;

  constructor(id: number, channel: Channel, topic: Topic, line: SubscriptionLine) {
    this.id = id;
    this.channel = channel;
    this.#topic = topic;
    this.#line = line;
  }

  /** Sends the snapshot, or the changes since the one that the client has; to a slow client once it reads. */
  begin(epoch: string): void {
    this.#show(epoch);
    this.#topic.add(this);
  }

  #show(epoch: string): void {
    const { resume } = this.channel;
    if (this.#line.isSlow) {
      // Snapshots that nobody reads would fill the memory as well as changes.
      this.#isBehind = true;
      return;
    }
    const isSame = resume !== undefined && resume.epoch === epoch;
    const changes = isSame ? this.#topic.since(resume.seq) : undefined;
    if (resume === undefined || changes === undefined) {
      this.#sendSnapshot();
    } else {
      const { seq } = resume;
      this.#line.send(JSON.stringify({ type: 'resumed', id: this.id, seq, at: Date.now() }));
      for (const change of changes) this.#sendChange(change);
    }
  }

  end(): void {
    this.#topic.delete(this);
  }

  offer(change: Change): void {
    if (this.#isBehind || this.#line.isSlow) {
      this.#isBehind = true;
      this.#missed += change.count;
    } else {
      this.#sendChange(change);
    }
  }

  /** The client reads again. */
  catchUp(): void {
    if (!this.#isBehind || this.#line.isSlow) return;
    // Still behind meanwhile: what the topic tells now is in the snapshot.
    const snapshot = this.#topic.snapshot();
    if (this.#missed > 0) {
      const { id } = this;
      const count = this.#missed;
      this.#line.send(JSON.stringify({ type: 'missed', id, count, at: Date.now() }));
    }
    this.#isBehind = false;
    this.#missed = 0;
    this.#sendSnapshot(snapshot);
  }

  #sendSnapshot(text = this.#topic.snapshot()): void {
    this.#line.send(
      `{"type":"snapshot","id":${this.id},"seq":${this.#topic.seq},"at":${Date.now()},"data":${text}}`,
    );
  }

  #sendChange(change: Change): void {
    this.#line.send(this.#topic.messageOf(change, this.id));
  }
}
