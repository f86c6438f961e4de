/*
 * A position in the ring: bytes since its beginning, a multiple of 8, below 2^53. In shared memory it is
 * three 32-bit words: high, low, high again, in units of 8 bytes. The writer stores them in this order
 * and the reader loads them backwards: equal high words then belong to the low word between them. The
 * high words change once in 32 GiB, so that storing costs one atomic instruction.
 */
export const POSITION_WORDS = 3;

const UNIT_BYTES = 8;
const LOW_RANGE = 4_294_967_296;

/** Loads until the words agree; they disagree for some nanoseconds, or for good if the writer died just then. */
const MAX_LOADS = 10_000;

/** Stores a position of which this process is the only writer. Whatever was written before it is visible with it. */
export function storePosition(words: Int32Array, at: number, position: number): void {
  const units = position / UNIT_BYTES;
  const high = Math.floor(units / LOW_RANGE) | 0;
  if (high === words[at + 2]) {
    Atomics.store(words, at + 1, units | 0);
    return;
  }
  Atomics.store(words, at, high);
  Atomics.store(words, at + 1, units | 0);
  Atomics.store(words, at + 2, high);
}

/** The position, or NaN if its writer stopped in the middle of storing it: no comparison with it holds. */
export function loadPosition(words: Int32Array, at: number): number {
  for (let load = 0; load < MAX_LOADS; load += 1) {
    const high = Atomics.load(words, at + 2);
    const low = Atomics.load(words, at + 1) >>> 0;
    if (high === Atomics.load(words, at)) return (high * LOW_RANGE + low) * UNIT_BYTES;
  }
  return Number.NaN;
}
