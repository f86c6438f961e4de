// npm run chaos -- powercut [--seeds N] [--first N] [--json]
//
// Lets a process write a journal of orders under strace, cuts the power at many points of what it did to its files,
// and looks what the journal has in it then. Exit code 1 if anything acknowledged is lost, or anything is half there.
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../dist/base/random.js';
import { SqliteJournal } from '../../dist/execution/journal/sqlite-journal.js';
import { nowMs } from '../support/clock.mjs';
import { readOptions, whole } from '../support/options.mjs';
import { aim, machine, print, round } from '../support/report.mjs';
import { Disk, LOSSES } from './disk.mjs';
import { contentsOf, planOf, statesOf } from './entries.mjs';
import { noTraces, traceOf } from './trace.mjs';

const DRIVER = fileURLToPath(new URL('driver.mjs', import.meta.url));
const DATABASE = 'orders.db';
/** Each cut has a seed of its own; so many of them share what a process did. */
const CUTS_PER_TRACE = 500;
/** Enough for the log to begin anew some times, when it is moved into the file. */
const ENTRIES = 1_300;
const DEAF = { onFailure: () => undefined, onFull: () => undefined, onRoom: () => undefined };
const MOST_FINDINGS = 20;

/** What can be wrong after a cut. */
const FAULTS = ['notOpened', 'acknowledgedLost', 'neverWritten', 'notWritable'];

function optionsOf(args) {
  return readOptions(args, { seeds: whole(1_000), first: whole(1, 0) });
}

/** A directory in memory where there is one: what is looked at after a cut is to survive nothing. */
function scratchDirectory() {
  const inMemory = statSync('/dev/shm', { throwIfNoEntry: false })?.isDirectory();
  return mkdtempSync(join(inMemory ? '/dev/shm' : tmpdir(), 'qc-powercut-'));
}

function recorded(scratch, seed) {
  const directory = join(scratch, `traced-${seed}`);
  const acknowledged = `${directory}.acknowledged`;
  const end = seed % 2 === 0 ? 'kill' : 'close';
  const args = [join(directory, DATABASE), acknowledged, seed, ENTRIES, end].map(String);
  const operations = traceOf({ directory, acknowledged, script: DRIVER, args });
  rmSync(directory, { recursive: true });
  rmSync(acknowledged);
  return { operations, states: statesOf(planOf(seed, ENTRIES)) };
}

/** Where to cut: half of the cuts are beside a sync, before or after it, the others anywhere. */
function cutOf(operations, random) {
  const at = Math.floor(random() * operations.length);
  if (random() < 0.5) return at;
  const sync = operations.findIndex(({ kind }, index) => index >= at && kind.startsWith('sync'));
  return sync === -1 ? at : sync + (random() < 0.5 ? 0 : 1);
}

/** What is wrong with the journal that is left by a cut; undefined if nothing is. */
async function faultAfter({ files, states, acknowledged, directory, random }) {
  mkdirSync(directory);
  try {
    for (const [name, content] of files) {
      if (!name.endsWith('-shm')) writeFileSync(join(directory, name), content);
    }
    // Of the shared index anything may be left.
    if (random() < 0.2) writeFileSync(join(directory, `${DATABASE}-shm`), noise(random));
    return await faultOf(join(directory, DATABASE), states, acknowledged, random);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function noise(random) {
  return Buffer.from({ length: 32_768 }, () => Math.floor(random() * 256));
}

async function faultOf(path, states, acknowledged, random) {
  let journal;
  try {
    journal = new SqliteJournal(path, DEAF);
    const { number, digest } = contentsOf(journal);
    if (states.get(number) !== digest)
      return { fault: 'neverWritten', what: `not what it was after any group (entry ${number})` };
    if (number < acknowledged)
      return { fault: 'acknowledgedLost', what: `${acknowledged} told as kept, ${number} there` };
  } catch (thrown) {
    journal?.close();
    return { fault: 'notOpened', what: `${thrown.code ?? ''} ${thrown.message}` };
  }
  try {
    if (random() < 0.1) {
      await journal.append({ fact: { name: 'after', value: 'it' } }, 'intent');
      journal.close();
      journal = new SqliteJournal(path, DEAF);
      if (journal.load().facts.get('after') !== 'it')
        return { fault: 'notWritable', what: 'the first entry after the cut is not there' };
    }
    return undefined;
  } catch (thrown) {
    return { fault: 'notWritable', what: thrown.message };
  } finally {
    journal.close();
  }
}

async function measure({ seeds, first }) {
  const scratch = scratchDirectory();
  const beganMs = nowMs();
  const found = { findings: [], counts: Object.fromEntries(FAULTS.map((name) => [name, 0])) };
  const totals = { traces: 0, operations: 0, syncs: 0, checkpoints: 0, byLoss: {} };
  try {
    for (let from = first; from < first + seeds; from += CUTS_PER_TRACE) {
      const trace = recorded(scratch, from);
      totals.traces += 1;
      totals.operations += trace.operations.length;
      totals.syncs += trace.operations.filter(({ kind }) => kind.startsWith('sync')).length;
      totals.checkpoints += trace.operations.filter(
        ({ kind, name }) => kind === 'sync' && name === DATABASE,
      ).length;
      const cuts = Array.from(
        { length: Math.min(CUTS_PER_TRACE, first + seeds - from) },
        (_, index) => {
          const random = seededRandom(from + index);
          return { seed: from + index, random, at: cutOf(trace.operations, random) };
        },
      );
      await cutAll(cuts, trace, join(scratch, 'cut'), { ...found, totals });
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return { ...found, totals, seconds: (nowMs() - beganMs) / 1_000 };
}

/** The disk is played once, and stops at each cut on its way. */
async function cutAll(cuts, { operations, states }, directory, { findings, counts, totals }) {
  const disk = new Disk();
  let done = 0;
  let acknowledged = 0;
  for (const { seed, random, at } of cuts.toSorted((one, other) => one.at - other.at)) {
    for (; done < at; done += 1) {
      const operation = operations[done];
      if (operation.kind === 'acknowledge') acknowledged = Math.max(acknowledged, operation.number);
      else disk.apply(operation);
    }
    const loss = LOSSES[Math.floor(random() * LOSSES.length)];
    totals.byLoss[loss] = (totals.byLoss[loss] ?? 0) + 1;
    const files = disk.afterCut(loss, random);
    const fault = await faultAfter({ files, states, acknowledged, directory, random });
    if (fault === undefined) continue;
    counts[fault.fault] += 1;
    if (findings.length < MOST_FINDINGS) findings.push({ seed, at, loss, ...fault });
  }
}

/** @throws {UsageError} */
export async function run(args) {
  const options = optionsOf(args);
  const reason = noTraces();
  if (reason !== undefined) {
    process.stderr.write(`powercut: ${reason}\n`);
    process.exitCode = 3;
    return;
  }
  const { counts, findings, totals, seconds } = await measure(options);
  const report = {
    name: 'powercut',
    machine: machine(),
    seed: options.first,
    aims: FAULTS.map((name) => aim(name, '==', 0, counts[name], 'cuts')),
    results: { cuts: options.seeds, seconds: round(seconds), ...totals, findings },
  };
  print(report, options.json);
  process.exitCode = report.aims.every(({ holds }) => holds) ? 0 : 1;
}
