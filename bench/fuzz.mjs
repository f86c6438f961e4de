// npm run fuzz -- [--frames N] [--seed N] [--json]
//
// Throws broken messages at the sockets of a manager with two running strategies and looks whether
// anything changes: crashes, states, lost or doubled bars, commands without an answer.
import { fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { seededRandom } from '../dist/base/random.js';
import { messageMaker } from './support/fuzz-messages.mjs';
import { Strangers } from './support/fuzz-strangers.mjs';
import { connectionMaker } from './support/fuzz-zmtp.mjs';
import { aim, machine, print, round } from './support/report.mjs';

const TARGET = fileURLToPath(new URL('support/fuzz-target.mjs', import.meta.url));

const MAX_FRAMES = 10_000_000;
const MAX_SEED = 2 ** 32 - 1;

/** Frames between two bursts of bars. */
const ROUND_FRAMES = 100;
const ROUND_BARS = 10;
/** Share of the frames that come as connections which break the protocol below the messages. */
const RAW_SHARE = 0.1;

/** A target that does not answer for so long is as good as dead. */
const ANSWER_MS = 30_000;
/** What the last frames and bars may take to be handled. */
const QUIET_MS = 15_000;

function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      frames: { type: 'string', default: '10000' },
      seed: { type: 'string', default: String(randomInt(MAX_SEED)) },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    frames: wholeNumber('--frames', values.frames, 1, MAX_FRAMES),
    seed: wholeNumber('--seed', values.seed, 0, MAX_SEED),
    json: values.json,
  };
}

function wholeNumber(option, text, min, max) {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new TypeError(
    `${option} is ${JSON.stringify(text)}: expected a whole number from ${min} to ${max}`,
  );
}

/** The attacked process, asked over IPC. */
class Target {
  #child = fork(TARGET, { execArgv: ['--expose-gc'], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  #waiting = new Map();
  #nextId = 1;
  #stopping = false;
  /** How it died, while it should not have; null if it lives. */
  death = null;
  stderr = '';

  constructor() {
    this.#child.stderr.setEncoding('utf8');
    this.#child.stderr.on('data', (text) => {
      this.stderr = `${this.stderr}${text}`.slice(-4_000);
    });
    this.#child.on('message', ({ id, result, error }) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error));
    });
    this.#child.on('exit', (code, signal) => {
      if (!this.#stopping) this.death ??= `the process ended with code ${code}, signal ${signal}`;
      for (const { reject } of this.#waiting.values()) reject(new Error(this.death ?? 'stopped'));
      this.#waiting.clear();
    });
  }

  ask(request, options = {}) {
    if (this.death !== null) return Promise.reject(new Error(this.death));
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.death ??= `no answer to ${request} within ${ANSWER_MS} ms`;
        reject(new Error(this.death));
      }, ANSWER_MS);
      const settle = (done) => (value) => {
        clearTimeout(timer);
        done(value);
      };
      this.#waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
      this.#child.send({ id, request, ...options }, (error) => {
        if (error !== null) settle(reject)(error);
      });
    });
  }

  async stop() {
    this.#stopping = true;
    if (this.death === null) await this.ask('stop').catch(() => undefined);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.connected) this.#child.disconnect();
    await Promise.race([gone, delay(5_000, undefined, { ref: false })]);
    this.#child.kill('SIGKILL');
  }
}

/** Throws `frames` frames, with bars between them; returns what was thrown. */
async function attack(target, directory, ids, { frames, seed }) {
  const maker = messageMaker(seededRandom(seed), ids);
  const nextConnection = connectionMaker(maker, ids);
  const strangers = new Strangers(directory, maker, ids);
  const sent = {};
  let unanswered = 0;
  try {
    for (let thrown = 0; thrown < frames; thrown += 1) {
      const at = maker.pick([
        'control',
        'control',
        'control',
        'status',
        'status',
        'status',
        'market',
      ]);
      let kind;
      if (maker.below(1_000) < RAW_SHARE * 1_000) {
        const connection = nextConnection();
        kind = connection.kind;
        await strangers.connectRaw(at, connection.bytes);
      } else {
        const message = maker.next();
        kind = message.kind;
        await strangers.send(at, message.parts);
      }
      sent[kind] = (sent[kind] ?? 0) + 1;
      if ((thrown + 1) % ROUND_FRAMES === 0 || thrown === frames - 1) {
        await target.ask('publish', { count: ROUND_BARS });
        if (thrown % (10 * ROUND_FRAMES) === ROUND_FRAMES - 1)
          unanswered += await target.ask('command');
      }
    }
    const after = await quiet(target);
    unanswered += await target.ask('command');
    return { sent, unanswered, refused: strangers.refused, after };
  } finally {
    strangers.close();
  }
}

/** Waits until every bar was shown and nothing more comes in; the state of things then. */
async function quiet(target) {
  const endsMs = performance.now() + QUIET_MS;
  let before = -1;
  for (;;) {
    const seen = await target.ask('look');
    const shown = seen.workers.every(({ report }) => report.shown >= seen.bars);
    if (performance.now() > endsMs || (shown && seen.sockets.malformed === before)) return seen;
    before = seen.sockets.malformed;
    await delay(300);
  }
}

function stateChanges(before, after) {
  return after.workers.reduce((sum, worker, index) => {
    const was = before.workers[index];
    const other = worker.pid === was.pid && worker.state === was.state ? 0 : 1;
    return sum + Math.max(worker.revision - was.revision, other);
  }, after.ended.length);
}

/** Bars that a worker was not shown, and those that it was shown again. */
function barFaults({ workers, bars }) {
  const sum = (faultsOf) => workers.reduce((total, { report }) => total + faultsOf(report), 0);
  return {
    lost: sum(({ last = 0, lost = 0 }) => lost + (bars - last)),
    doubled: sum(({ doubled = 0 }) => doubled),
  };
}

async function measure(options) {
  const home = await mkdtemp(join(tmpdir(), 'qc-fuzz-'));
  const target = new Target();
  const beganMs = performance.now();
  let before;
  let outcome;
  try {
    before = await target.ask('start', { home });
    const directory = join(home, 'run');
    const ids = ['fuzz-1', 'fuzz-2', ...(await processIds(directory))];
    outcome = await attack(target, directory, ids, options);
  } catch (thrown) {
    // Only a target that is gone is a finding; anything else is a fault of this program.
    if (target.death === null) throw thrown;
  } finally {
    await target.stop();
    await rm(home, { recursive: true, force: true });
  }
  const seconds = (performance.now() - beganMs) / 1_000;
  return reportOf(options, { target, before, outcome, seconds });
}

/** Worker processes are known by the files that they write to. */
async function processIds(directory) {
  const names = await readdir(join(directory, 'output')).catch(() => []);
  return names.map((name) => name.replace(/\.out$/, ''));
}

function zeroAim(name, measured, unit) {
  return { ...aim(name, '==', 0, measured, unit), target: 0 };
}

function reportOf({ frames, seed }, { target, before, outcome, seconds }) {
  const crashes = target.death === null ? 0 : 1;
  const head = { name: 'fuzz', machine: machine(), seed };
  if (outcome === undefined) {
    const results = { frames, seconds: round(seconds), death: target.death, stderr: target.stderr };
    return { ...head, aims: [zeroAim('crashes', crashes, 'processes')], results };
  }
  const { after, sent, unanswered, refused } = outcome;
  const { lost, doubled } = barFaults(after);
  const rssGrowthMb = (after.rssBytes - before.rssBytes) / 1e6;
  const malformed = after.sockets.malformed - before.sockets.malformed;
  return {
    ...head,
    aims: [
      zeroAim('crashes', crashes, 'processes'),
      zeroAim('stateChanges', stateChanges(before, after), 'changes'),
      zeroAim('lostEvents', lost, 'bars'),
      zeroAim('doubledEvents', doubled, 'bars'),
      zeroAim('unansweredCommands', unanswered, 'commands'),
      zeroAim('pollutedPrototypes', after.polluted ? 1 : 0, 'prototypes'),
      aim('malformedCountedShare', '>=', 0.5, malformed / frames, 'of the frames'),
      aim(
        'ignoredLinesPerSecond',
        '<=',
        1,
        Math.max(0, after.ignoredLogged - 1) / seconds,
        'lines/s',
      ),
      aim('rssGrowthMb', '<=', 100, rssGrowthMb, 'MB'),
    ],
    results: {
      frames,
      seconds: round(seconds),
      bars: after.bars,
      malformed,
      controlReceived: after.sockets.controlReceived,
      statusReceived: after.sockets.statusReceived,
      ignoredLogged: after.ignoredLogged,
      otherLogged: after.otherLogged,
      notTaken: refused,
      ended: after.ended,
      workers: after.workers.map(({ workerId, state, report }) => ({ workerId, state, ...report })),
      sent,
    },
  };
}

const FAILURES = [
  'crashes',
  'stateChanges',
  'lostEvents',
  'doubledEvents',
  'unansweredCommands',
  'pollutedPrototypes',
];

let options;
try {
  options = readOptions(process.argv.slice(2));
} catch (thrown) {
  process.stderr.write(`fuzz: ${thrown.message}\n`);
  process.exit(2);
}
if (!options.json) process.stdout.write(`${options.frames} frames, seed ${options.seed}\n`);
const report = await measure(options);
print(report, options.json);
process.exitCode = report.aims.some(({ name, holds }) => FAILURES.includes(name) && !holds) ? 1 : 0;
