// npm run chaos -- orders [--kills N] [--per-point N] [--seed N] [--workers N] [--json] [--keep yes]
//
// Kills workers and their host while orders flow to a local exchange that fails in its own ways, and looks
// whether any order was lost, doubled, invented or misjudged. Exit code 1 if one was.
import { randomInt, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../../dist/base/random.js';
import { nowMs } from '../../support/clock.mjs';
import { oneOf, readOptions, whole } from '../../support/options.mjs';
import { interruption, progressOf } from '../running.mjs';
import { findLeftovers, killLeftovers } from '../leftovers.mjs';
import { Conductor } from './conductor.mjs';
import { reportOf } from './report.mjs';
import { scheduleOf } from './schedule.mjs';

/** @throws {UsageError} */
export function ordersOptions(args) {
  return readOptions(args, {
    kills: whole(1_000, 0),
    'per-point': whole(0, 0),
    seed: whole(randomInt(2 ** 31 - 1), 0),
    workers: whole(4),
    keep: oneOf(['yes', 'no'], 'no'),
  });
}

export async function chaosOrders(options) {
  const { kills, workers, seed, 'per-point': perPoint } = options;
  process.stderr.write(`chaos orders: ${kills} kills, ${perPoint} per point, seed ${seed}\n`);
  const directory = mkdtempSync(join(tmpdir(), 'qc-chaos-'));
  const token = randomUUID();
  const progress = progressOf();
  const schedule = scheduleOf({ kills, perPoint, workers, random: seededRandom(seed) });
  const conductor = new Conductor({ directory, workers, seed, token, progress });
  const beganAt = nowMs();
  let keep = options.keep === 'yes';
  try {
    let end;
    let stoppedInOrder;
    try {
      const run = async () => {
        await conductor.begin();
        await conductor.run(schedule);
        return conductor.finish();
      };
      end = await Promise.race([run(), interruption()]);
    } finally {
      stoppedInOrder = await conductor.stop();
    }
    progress('judging');
    const leftovers = await findLeftovers({ directory, token, rings: conductor.rings });
    const seconds = (nowMs() - beganAt) / 1_000;
    const lines = conductor.exchange.log();
    const facts = { directory, conductor, lines, end, leftovers, stoppedInOrder, seconds };
    const report = reportOf(options, facts);
    keep ||= process.env.CI === undefined && report.aims.some(({ holds }) => !holds);
    return report;
  } finally {
    killLeftovers(await findLeftovers({ directory, token, rings: conductor.rings }), token);
    if (keep) process.stderr.write(`kept: ${directory}\n`);
    else rmSync(directory, { recursive: true, force: true });
    progress('');
  }
}
