import { rmSync } from 'node:fs';
import type { MarketLine, SharedMemoryAttachment } from '../market-transport.ts';
import { Doorbell } from './doorbell.ts';
import { ReaderPage } from './reader-page.ts';

/** What is known of a line for statistics. */
export interface RingLineStats {
  /** Process id of the worker, 0 until it is there. */
  readonly pid: number;
  readonly asleep: boolean;
  /** Bytes, of all topics, that the worker has not come to yet. 0 while it sleeps: nothing there is news to it. */
  readonly behindBytes: number;
  readonly bellsRung: number;
}

/** One worker's way to the ring, on the host's side. */
export class RingLine implements MarketLine<SharedMemoryAttachment> {
  readonly attachment: SharedMemoryAttachment;
  readonly ready = Promise.resolve();
  readonly #page: ReaderPage;
  readonly #bell: Doorbell;
  readonly #onClose: (line: RingLine) => void;
  #open = true;

  /** Number of the last flush that this line was looked at for; kept here to look once a flush. */
  lookedAt = 0;

  constructor(
    attachment: SharedMemoryAttachment,
    cursor: number,
    onClose: (line: RingLine) => void,
  ) {
    this.attachment = attachment;
    this.#onClose = onClose;
    this.#page = ReaderPage.create(attachment.pagePath, cursor);
    try {
      this.#bell = new Doorbell(attachment.bellPath);
    } catch (thrown) {
      this.#page.close();
      throw thrown;
    }
  }

  /** Wakes the worker if it sleeps. Nothing before `position` is news to it. */
  wake(position: number): void {
    if (!this.#page.asleep) return;
    this.#page.news = position;
    // The bell is rung once for each time the worker goes to sleep, so that a dead one costs nothing.
    this.#page.asleep = false;
    this.#bell.ring();
  }

  stats(published: number): RingLineStats {
    const { pid, asleep, cursor } = this.#page;
    return {
      pid,
      asleep,
      behindBytes: asleep ? 0 : Math.max(0, published - cursor),
      bellsRung: this.#bell.rung,
    };
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#onClose(this);
    this.#bell.close();
    this.#page.close();
    rmSync(this.attachment.pagePath, { force: true });
    rmSync(this.attachment.bellPath, { force: true });
  }
}
