// npm run chaos -- io-errors [--syncs N] [--writes N] [--seed N] [--json]
//
// Lets an engine trade while one system call on the files of its journal fails with EIO: each sync in turn, or N of
// them, and N of the writes, once and from then on. Exit code 1 if an engine does not halt at once and for good, tells of
// anything that is not on the disk, or is not there again at the next start.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { seededRandom } from '../../dist/base/random.js';
import { SqliteJournal } from '../../dist/execution/journal/sqlite-journal.js';
import { nowMs } from '../support/clock.mjs';
import { readOptions, whole } from '../support/options.mjs';
import { aim, machine, print, round } from '../support/report.mjs';
import { noTraces } from './trace.mjs';

const DRIVER = fileURLToPath(new URL('io-driver.mjs', import.meta.url));
const WORKER = 'worker-1';
const DEAF = { onFailure: () => undefined, onFull: () => undefined, onRoom: () => undefined };
const AT_ONCE = 2;
const MOST_FINDINGS = 20;
const MAX_OUTPUT_BYTES = 100_000_000;

const FAULTS = ['notHalted', 'notLoud', 'triedAgain', 'wrong', 'notThere'];

/** Trades with `inject` (of strace), or without; what the engines say, and the calls on the files of the journal. */
async function tradeWith(directory, inject) {
  mkdirSync(directory);
  const path = join(directory, 'orders.db');
  const trace = join(directory, 'trace');
  const files = [path, `${path}-wal`, `${path}.opening`, `${path}.closing`];
  const options = ['-f', '-qq', '-o', trace, '-e', 'trace=fsync,fdatasync,pwrite64,openat'];
  for (const file of files) options.push('-P', file);
  if (inject !== undefined) options.push('-e', `inject=${inject}`);
  const run = promisify(execFile)('strace', [...options, process.execPath, DRIVER, path], {
    maxBuffer: MAX_OUTPUT_BYTES,
    timeout: 120_000,
  });
  const { stdout } = await run;
  return { path, report: JSON.parse(stdout), calls: callsOf(readFileSync(trace, 'utf8')) };
}

function callsOf(trace) {
  return trace.split('\n').flatMap((line) => {
    const [, name] = /^\d+ +(\w+)\(/.exec(line) ?? [];
    if (name === undefined) return [];
    const [, mark] = /\.(opening|closing)"/.exec(line) ?? [];
    if (name === 'openat') return mark === undefined ? [] : [{ mark }];
    return [{ name, failed: line.includes('(INJECTED)') }];
  });
}

/** What is wrong after a failure, by the name of the fault. */
function faultsOf({ path, report, calls }) {
  const faults = report.faults.map((what) => ({ fault: 'wrong', what }));
  const failedAt = calls.findIndex(({ failed }) => failed);
  const before = calls.slice(0, failedAt + 1);
  const engine = before.filter(({ mark }) => mark === 'opening').length - 1;
  const atClosing = before.findLast(({ mark }) => mark !== undefined)?.mark === 'closing';
  if (failedAt !== -1 && !atClosing) {
    const { failed, halted, halts } = report.engines[engine];
    if (failed === null && !halted)
      faults.push({ fault: 'notHalted', what: `engine ${engine} trades on` });
    if (halted && halts !== 1) faults.push({ fault: 'notLoud', what: `${halts} lines of a halt` });
    const next = calls.slice(failedAt + 1);
    const closing = next.findIndex(({ mark }) => mark === 'closing');
    if (halted && closing > 0)
      faults.push({
        fault: 'triedAgain',
        what: `${closing} calls between the failure and the end`,
      });
  }
  return [...faults, ...missing(path, report)];
}

/** What was told, or has left, and is not in the journal that is there at the end. */
function missing(path, { submitted, told }) {
  let journal;
  try {
    journal = new SqliteJournal(path, DEAF);
    journal.load();
    const ids = new Set(journal.orders({ limit: 1e9 }).map((order) => order.clientOrderId));
    const updates = new Map(
      journal.updatesSince(WORKER, 0).map((one) => [one.seq, JSON.stringify(one)]),
    );
    const gone = [...submitted, ...told.accepted].filter((id) => !ids.has(id));
    const untrue = told.updates.filter(([seq, text]) => updates.get(seq) !== text);
    if (gone.length + untrue.length === 0) return [];
    return [
      {
        fault: 'notThere',
        what: `orders ${gone.join()}, updates ${untrue.map(([seq]) => seq).join()}`,
      },
    ];
  } catch (thrown) {
    return [{ fault: 'notThere', what: `the journal can't be opened: ${thrown.message}` }];
  } finally {
    journal?.close();
  }
}

/** Some of 1 to `count`, or all. */
function someOf(count, most, random) {
  const all = Array.from({ length: count }, (_, index) => index + 1);
  if (most >= count) return all;
  const picked = new Set();
  while (picked.size < most) picked.add(1 + Math.floor(random() * count));
  return [...picked];
}

async function measure({ syncs, writes, seed }) {
  const scratch = mkdtempSync(join(tmpdir(), 'qc-io-'));
  const beganMs = nowMs();
  try {
    const clean = await tradeWith(join(scratch, 'clean'), undefined);
    const findings = faultsOf(clean).map((one) => ({ inject: 'nothing', ...one }));
    const count = (call) => clean.calls.filter(({ name }) => name === call).length;
    const random = seededRandom(seed);
    const cases = [
      ...someOf(count('fsync'), syncs, random).map((when) => `fsync:error=EIO:when=${when}`),
      ...someOf(count('pwrite64'), writes, random).map((when) => `pwrite64:error=EIO:when=${when}`),
    ].flatMap((inject) => [inject, `${inject}+`]);
    const waiting = cases.map((inject, index) => ({
      inject,
      directory: join(scratch, `${index}`),
    }));
    const totals = {
      cases: cases.length,
      syncs: count('fsync'),
      writes: count('pwrite64'),
      halts: 0,
    };
    const work = async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const { inject, directory } = next;
        const traded = await tradeWith(directory, inject);
        if (traded.report.engines.some(({ halted }) => halted)) totals.halts += 1;
        for (const fault of faultsOf(traded)) findings.push({ inject, ...fault });
        rmSync(directory, { recursive: true });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { findings, totals, seconds: (nowMs() - beganMs) / 1_000 };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @throws {UsageError} */
export async function run(args) {
  const options = readOptions(args, { syncs: whole(1_000), writes: whole(50), seed: whole(1, 0) });
  const reason = noTraces();
  if (reason !== undefined) {
    process.stderr.write(`io-errors: ${reason}\n`);
    process.exitCode = 3;
    return;
  }
  const { findings, totals, seconds } = await measure(options);
  const report = {
    name: 'io-errors',
    machine: machine(),
    seed: options.seed,
    aims: FAULTS.map((name) =>
      aim(name, '==', 0, findings.filter(({ fault }) => fault === name).length, 'findings'),
    ),
    results: { seconds: round(seconds), ...totals, findings: findings.slice(0, MOST_FINDINGS) },
  };
  print(report, options.json);
  process.exitCode = report.aims.every(({ holds }) => holds) ? 0 : 1;
}
