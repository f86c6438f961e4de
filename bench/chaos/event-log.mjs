// What happened, one JSON line each, appended by every process concerned: it survives all of them.
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { nowMs } from '../support/clock.mjs';

const LOOK_MS = 4;
const CHUNK_BYTES = 65_536;

/** A function that appends a line; one write each, so that lines of several processes do not mix. */
export function appender(path) {
  const file = openSync(path, 'a');
  return (type, facts = {}) => {
    writeSync(file, `${JSON.stringify({ type, at: nowMs(), ...facts })}\n`);
  };
}

export class EventLog {
  /** Everything so far, in the order of writing. */
  lines = [];
  #file;
  #offset = 0;
  #rest = Buffer.alloc(0);
  #chunk = Buffer.alloc(CHUNK_BYTES);

  constructor(path) {
    closeSync(openSync(path, 'a'));
    this.#file = openSync(path, 'r');
  }

  /** Takes in what is new. */
  look() {
    for (;;) {
      const bytes = readSync(this.#file, this.#chunk, 0, CHUNK_BYTES, this.#offset);
      if (bytes === 0) return;
      this.#offset += bytes;
      const all = Buffer.concat([this.#rest, this.#chunk.subarray(0, bytes)]);
      const end = all.lastIndexOf(10) + 1;
      this.#rest = all.subarray(end);
      for (const line of all.toString('utf8', 0, end).split('\n')) {
        if (line !== '') this.lines.push(JSON.parse(line));
      }
    }
  }

  /** The first line from place `from` on that fits; undefined if none comes in time. */
  async find(from, ms, fits) {
    const endsAt = nowMs() + ms;
    let next = from;
    for (;;) {
      this.look();
      for (; next < this.lines.length; next += 1) {
        if (fits(this.lines[next])) return this.lines[next];
      }
      if (nowMs() > endsAt) return undefined;
      await delay(LOOK_MS);
    }
  }

  close() {
    closeSync(this.#file);
  }
}
