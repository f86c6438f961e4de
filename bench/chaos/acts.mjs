// What a process of a strategy did, and when, in a file of its own that survives SIGKILL: its callbacks
// by number. Whether two processes acted at once for one worker, and how old a restored state is, are
// judged by it.
import { openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const BEGAN_AT = 0;
const FATAL_AT = 8;
const HEADER_BYTES = 16;
/** The last callbacks that are kept, each with its number and its time: seconds of them. */
const SLOTS = 4_096;
const SLOT_BYTES = 16;

export class ActsWriter {
  #file;
  #slot = new Float64Array(2);
  #one = new Float64Array(1);

  constructor(directory, workerId, pid, nowMs) {
    this.#file = openSync(join(directory, `${workerId}.${pid}`), 'w');
    this.#write(BEGAN_AT, nowMs);
  }

  /** Callback number `call` is done. */
  done(call, nowMs) {
    this.#slot[0] = call;
    this.#slot[1] = nowMs;
    const offset = HEADER_BYTES + (call % SLOTS) * SLOT_BYTES;
    writeSync(this.#file, this.#slot, 0, SLOT_BYTES, offset);
  }

  /** From now on the process does nothing more that could be saved. */
  fatal(nowMs) {
    this.#write(FATAL_AT, nowMs);
  }

  #write(offset, value) {
    this.#one[0] = value;
    writeSync(this.#file, this.#one, 0, 8, offset);
  }
}

/** The acts of one process; undefined if it did not get so far. */
export function readActs(directory, workerId, pid) {
  let bytes;
  try {
    bytes = readFileSync(join(directory, `${workerId}.${pid}`));
  } catch {
    return undefined;
  }
  const times = new Map();
  let lastCall = 0;
  let lastAt = 0;
  for (let at = HEADER_BYTES; at + SLOT_BYTES <= bytes.length; at += SLOT_BYTES) {
    const call = bytes.readDoubleLE(at);
    if (call === 0) continue;
    times.set(call, bytes.readDoubleLE(at + 8));
    if (call > lastCall) [lastCall, lastAt] = [call, times.get(call)];
  }
  const fatalAt = bytes.length >= HEADER_BYTES ? bytes.readDoubleLE(FATAL_AT) : 0;
  return { beganAt: bytes.readDoubleLE(BEGAN_AT), fatalAt, lastCall, lastAt, times };
}

/** Other processes that live and have acted for this worker. */
export function othersAlive(directory, workerId, ownPid) {
  return readdirSync(directory)
    .filter((name) => name.startsWith(`${workerId}.`))
    .map((name) => Number(name.slice(workerId.length + 1)))
    .filter((pid) => pid !== ownPid && isWorker(pid));
}

/** A pid may have gone to a stranger meanwhile; a zombie has no command line. */
function isWorker(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('worker.mjs');
  } catch {
    return false;
  }
}
