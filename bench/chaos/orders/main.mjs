// npm run chaos -- orders [--kills N] [--per-point N] [--seed N] [--workers N] [--json] [--keep yes]
//
// Kills workers and their host while orders flow to a local exchange that fails in its own ways, and looks
// whether any order was lost, doubled, invented or misjudged. Exit code 1 if one was.
import { randomInt } from 'node:crypto';
import { seededRandom } from '../../../dist/base/random.js';
import { oneOf, readOptions, whole } from '../../support/options.mjs';
import { play } from '../running.mjs';
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

export function chaosOrders(options) {
  const { kills, workers, seed, keep, 'per-point': perPoint } = options;
  process.stderr.write(`chaos orders: ${kills} kills, ${perPoint} per point, seed ${seed}\n`);
  const schedule = scheduleOf({ kills, perPoint, workers, random: seededRandom(seed) });
  return play(schedule, {
    conductorOf: (place) => new Conductor({ ...place, workers, seed }),
    judge: (facts) => reportOf(options, { ...facts, lines: facts.conductor.exchange.log() }),
    keeps: (report) => keep === 'yes' || (process.env.CI === undefined && hasMissed(report)),
  });
}

function hasMissed(report) {
  return report?.aims.some(({ holds }) => !holds) === true;
}
