// Publishing at a rate. Timers are too coarse for it: between two events the process sleeps for as long
// as the next one is away, but comes back to its event loop often enough for sockets and timers.
import { nowMs } from './clock.mjs';

const LONGEST_SLEEP_MS = 0.25;
const SHORTEST_SLEEP_MS = 0.01;
/** What is overdue comes in turns of so many. */
const MOST_A_TURN = 256;

const cell = new Int32Array(new SharedArrayBuffer(4));
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/**
 * Calls `publish` `total` times, `rate` times a second. Returns what became of the rate, and how late
 * the latest call was.
 */
export async function pace(rate, total, publish) {
  const beganMs = nowMs();
  let published = 0;
  let latestMs = 0;
  while (published < total) {
    const elapsedMs = nowMs() - beganMs;
    const due = Math.min(total, Math.floor((elapsedMs * rate) / 1_000) + 1);
    const upTo = Math.min(due, published + MOST_A_TURN);
    latestMs = Math.max(latestMs, elapsedMs - (published * 1_000) / rate);
    for (; published < upTo; published += 1) {
      const pending = publish(published);
      if (pending !== undefined) await pending;
    }
    const sleepMs = beganMs + (published * 1_000) / rate - nowMs();
    if (sleepMs > SHORTEST_SLEEP_MS) Atomics.wait(cell, 0, 0, Math.min(sleepMs, LONGEST_SLEEP_MS));
    await nextTurn();
  }
  return { published, rate: (published * 1_000) / (nowMs() - beganMs), latestMs };
}
