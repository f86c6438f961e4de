// What every run of chaos does, whatever it breaks.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nowMs } from '../support/clock.mjs';
import { findLeftovers, killLeftovers } from './leftovers.mjs';

/** Tells people at a terminal how far it is. */
export function progressOf() {
  if (!process.stderr.isTTY) return () => undefined;
  return (line) => process.stderr.write(`\r\u001b[K  ${line}`);
}

/** Rejects at Ctrl-C and the like, so that nothing is left behind then either. */
export function interruption() {
  return new Promise((_, reject) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'])
      process.once(name, () => reject(new Error(`ended early by ${name}`)));
  });
}

/**
 * Calls `measure` with a directory of its own and returns its report. The directory is removed, unless
 * `keeps` says otherwise of the report; that is undefined if there is none.
 */
export async function inDirectory(keeps, measure) {
  const directory = mkdtempSync(join(tmpdir(), 'qc-chaos-'));
  let report;
  try {
    report = await measure(directory);
    return report;
  } finally {
    if (keeps(report)) process.stderr.write(`kept: ${directory}\n`);
    else rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Plays `schedule` with the conductor that `conductorOf` makes, and returns what `judge` says of it.
 * Whatever goes wrong, nothing of it is left running.
 */
export function play(schedule, { conductorOf, judge, keeps }) {
  return inDirectory(keeps, async (directory) => {
    const token = randomUUID();
    const progress = progressOf();
    const conductor = conductorOf({ directory, token, progress });
    const beganAt = nowMs();
    const left = () => findLeftovers({ directory, token, rings: conductor.rings });
    try {
      let end;
      let stoppedInOrder;
      try {
        end = await Promise.race([playedBy(conductor, schedule), interruption()]);
      } finally {
        stoppedInOrder = await conductor.stop();
      }
      progress('judging');
      const leftovers = await left();
      const seconds = (nowMs() - beganAt) / 1_000;
      return judge({ directory, conductor, end, leftovers, stoppedInOrder, seconds });
    } finally {
      killLeftovers(await left(), token);
      progress('');
    }
  });
}

async function playedBy(conductor, schedule) {
  await conductor.begin();
  await conductor.run(schedule);
  return conductor.finish();
}
