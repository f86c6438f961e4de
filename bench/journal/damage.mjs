// npm run chaos -- journal-damage [--flips N] [--cuts N] [--seed N] [--json]
//
// Damages the files of two small journals of orders, one of a process that was killed and one that was closed: N bits of
// each are flipped, one at a time (all of them if N is more than there are), and each file is cut off at N places. The
// journal must be whole, or be refused. Without the count beside it, what follows damage in the log may be missing, and
// nothing else.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../dist/base/random.js';
import { SqliteJournal } from '../../dist/execution/journal/sqlite-journal.js';
import { nowMs } from '../support/clock.mjs';
import { readOptions, whole } from '../support/options.mjs';
import { aim, machine, print, round } from '../support/report.mjs';
import { contentsOf, planOf, statesOf } from './entries.mjs';

const DRIVER = fileURLToPath(new URL('driver.mjs', import.meta.url));
const DATABASE = 'orders.db';
const LOG = `${DATABASE}-wal`;
const MARK = `${DATABASE}-mark`;
const ENTRIES = 24;
const DEAF = { onFailure: () => undefined, onFull: () => undefined, onRoom: () => undefined };
const MOST_FINDINGS = 20;
/** What can be wrong with a damaged journal that is opened. */
const FAULTS = ['wrong', 'endLost', 'endLostWithoutMark', 'crashed', 'changed'];
const REFUSALS = /^DATABASE_(DAMAGED|UNUSABLE|TOO_NEW)$/;

/** The files of a journal that ended by `kill` or `close`. */
function original(scratch, seed, end) {
  const directory = join(scratch, end);
  const told = `${directory}.told`;
  const args = [DRIVER, join(directory, DATABASE), told, seed, ENTRIES, end];
  const { status, signal, stderr } = spawnSync(process.execPath, args.map(String), {
    encoding: 'utf8',
  });
  if (signal !== 'SIGKILL' && status !== 0) throw new Error(`the driver failed: ${stderr}`);
  const names = [DATABASE, LOG, MARK].filter((name) => existsSync(join(directory, name)));
  return {
    states: statesOf(planOf(seed, ENTRIES)),
    files: new Map(names.map((name) => [name, readFileSync(join(directory, name))])),
  };
}

function* damages(files, { flips, cuts, random }) {
  yield { name: undefined, content: undefined, what: 'nothing' };
  const names = [DATABASE, LOG].filter((name) => files.has(name));
  const bits = names.flatMap((name) => ({ name, count: files.get(name).length * 8 }));
  const total = bits.reduce((sum, { count }) => sum + count, 0);
  for (let done = 0; done < Math.min(flips, total); done += 1) {
    let at = flips >= total ? done : Math.floor(random() * total);
    const { name } = bits.find(({ count }) => at < count || ((at -= count), false));
    const content = Buffer.from(files.get(name));
    content[at >> 3] ^= 1 << (at & 7);
    yield { name, content, what: `bit ${at & 7} of byte ${at >> 3} of ${name}` };
  }
  for (const name of names) {
    const whole = files.get(name);
    const step = Math.max(1, Math.floor(whole.length / cuts));
    for (let size = Math.floor(random() * step); size < whole.length; size += step)
      yield { name, content: whole.subarray(0, size), what: `${name} cut off at byte ${size}` };
  }
}

/** Opens a journal with one file damaged; what is wrong with that. */
function faultOf(directory, { files, states }, { name, content }, withMark, counts) {
  mkdirSync(directory);
  let journal;
  try {
    for (const [other, whole] of files) {
      if (other !== MARK || withMark)
        writeFileSync(join(directory, other), other === name ? content : whole);
    }
    journal = new SqliteJournal(join(directory, DATABASE), DEAF);
    const { number, digest } = contentsOf(journal);
    counts.opened += 1;
    if (states.get(number) !== digest)
      return { fault: 'wrong', what: `not what it ever was (${number})` };
    if (number === ENTRIES) return undefined;
    counts.shorter += 1;
    const what = `${number} of ${ENTRIES} entries`;
    if (withMark) return { fault: 'endLost', what };
    return name === LOG ? undefined : { fault: 'endLostWithoutMark', what };
  } catch (thrown) {
    if (!REFUSALS.test(thrown.code))
      return { fault: 'crashed', what: `${thrown.code ?? ''} ${thrown.message}` };
    counts.refused += 1;
    if (name === undefined) return { fault: 'wrong', what: thrown.message };
    journal?.close();
    return keptAsItWas(directory, files, { name, content });
  } finally {
    journal?.close();
    rmSync(directory, { recursive: true });
  }
}

/** What is refused is for somebody to look at: it must still be there. */
function keptAsItWas(directory, files, { name, content }) {
  for (const file of [DATABASE, LOG].filter((one) => files.has(one))) {
    const before = file === name ? content : files.get(file);
    const path = join(directory, file);
    const now =
      statSync(path, { throwIfNoEntry: false }) === undefined ? undefined : readFileSync(path);
    if (now === undefined || !before.equals(now)) {
      if (before.length === 0) continue;
      return { fault: 'changed', what: `${file} was ${before.length} bytes, is ${now?.length}` };
    }
  }
  return undefined;
}

function measure({ flips, cuts, seed }) {
  const inMemory = statSync('/dev/shm', { throwIfNoEntry: false })?.isDirectory();
  const scratch = mkdtempSync(join(inMemory ? '/dev/shm' : tmpdir(), 'qc-damage-'));
  const beganMs = nowMs();
  const counts = { damages: 0, opened: 0, shorter: 0, refused: 0 };
  const faults = Object.fromEntries(FAULTS.map((name) => [name, 0]));
  const findings = [];
  const bytes = {};
  try {
    const random = seededRandom(seed);
    for (const end of ['kill', 'close']) {
      const whole = original(scratch, seed, end);
      for (const [name, { length }] of whole.files) bytes[`${end}: ${name}`] = length;
      for (const damage of damages(whole.files, { flips, cuts, random })) {
        counts.damages += 1;
        const withMark = random() < 0.7;
        const found = faultOf(join(scratch, 'damaged'), whole, damage, withMark, counts);
        if (found === undefined) continue;
        faults[found.fault] += 1;
        if (findings.length < MOST_FINDINGS)
          findings.push({ end, damage: damage.what, withMark, ...found });
      }
    }
    return { faults, findings, totals: { ...counts, bytes }, seconds: (nowMs() - beganMs) / 1_000 };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @throws {UsageError} */
export function run(args) {
  const options = readOptions(args, { flips: whole(2_000), cuts: whole(200), seed: whole(1, 0) });
  const { faults, findings, totals, seconds } = measure(options);
  const report = {
    name: 'journal-damage',
    machine: machine(),
    seed: options.seed,
    aims: FAULTS.map((name) => aim(name, '==', 0, faults[name], 'damages')),
    results: { seconds: round(seconds), ...totals, findings },
  };
  print(report, options.json);
  process.exitCode = report.aims.every(({ holds }) => holds) ? 0 : 1;
}
