import { statfs } from 'node:fs/promises';
import type { WatchParts } from './watch-options.ts';

/** From one look to the next, milliseconds. */
const LOOK_EVERY_MS = 30_000;
/** So much more must be free before it counts as over: a disk at the limit is not told of again and again. */
const ROOM_FACTOR = 1.25;

/** Tells when the disk of the home is nearly full. */
export class DiskAlerts {
  readonly #parts: Pick<WatchParts, 'alerts' | 'limits' | 'clock'>;
  readonly #home: string;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #isTold = false;

  constructor(parts: Pick<WatchParts, 'alerts' | 'limits' | 'clock'>, home: string) {
    this.#parts = parts;
    this.#home = home;
  }

  /** Looks if it is time to. */
  look(): void {
    const nowMs = this.#parts.clock.monotonic();
    if (nowMs - this.#lookedAtMs < LOOK_EVERY_MS) return;
    this.#lookedAtMs = nowMs;
    // A home that is not there shows itself in other ways.
    void this.lookNow().catch(() => undefined);
  }

  /** @throws if the home is not there */
  async lookNow(): Promise<void> {
    const { bavail, bsize, blocks } = await statfs(this.#home);
    const { limits, alerts } = this.#parts;
    const freeBytes = bavail * bsize;
    const free = `${Math.round(freeBytes / 1_048_576)} MiB`;
    const facts = { freeBytes, totalBytes: blocks * bsize, path: this.#home };
    const about = { kind: 'disk-nearly-full', subject: this.#home, facts } as const;
    if (!this.#isTold && freeBytes < limits.minFreeBytes) {
      this.#isTold = true;
      alerts.raise({
        ...about,
        severity: 'critical',
        title: `the disk is nearly full: ${free} are left`,
        text: `${free} are left on the disk of ${this.#home}. When it is full, trading is halted and logs are lost.`,
        isEachTold: true,
      });
    } else if (this.#isTold && freeBytes >= limits.minFreeBytes * ROOM_FACTOR) {
      this.#isTold = false;
      const text = `${free} are free on the disk of ${this.#home}.`;
      alerts.resolve({ ...about, title: 'the disk has room again', text });
    }
  }
}
