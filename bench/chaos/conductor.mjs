// Does what the schedule says, one step after the other, and writes down when.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { nowMs } from '../support/clock.mjs';
import { EventLog } from './event-log.mjs';
import { HostLink } from './host-link.mjs';
import { ringsOf } from './leftovers.mjs';
import { PRLIMIT } from './schedule.mjs';

/** A worker that is not RUNNING again within so long counts as not come back. */
const BACK_MS = 20_000;
const HOST_MS = 60_000;
const SETTLE_MS = 20_000;
const QUIET_MS = 2_500;
/** What the last recovery still has to do, such as filling the pool, is not quiet. */
const CALM_MS = 700;
/** Address space that is left to a worker whose memory is to run out. */
const SPARE_BYTES = 150 * 1_048_576;

export class Conductor {
  log;
  /** What was done: kills and pauses, with their times. */
  steps = [];
  /** When nothing was done on purpose, as [from, to]. */
  quiet = [];
  rings = new Set();
  #hostArgs;
  #token;
  #progress;
  #host;
  #stopping = false;
  #pids = new Map();
  /** Place in the log up to which the pids are known. */
  #read = 0;

  constructor({ directory, workers, rate, transport, token, progress }) {
    this.#hostArgs = [directory, String(workers), String(rate), transport ?? 'auto'];
    this.#token = token;
    this.#progress = progress;
    for (const name of ['home', 'acts', 'latency']) mkdirSync(join(directory, name));
    this.log = new EventLog(join(directory, 'events'));
  }

  /** @throws {Error} if the host does not come */
  async begin() {
    await this.#startHost();
  }

  /** Starts the host; resolves to what it says once its workers are there. @throws {Error} if it does not come */
  async #startHost() {
    if (this.#stopping) throw new Error('it is being stopped');
    this.log.look();
    const from = this.log.lines.length;
    this.#host = new HostLink(this.#hostArgs, this.#token);
    const host = this.#host;
    const endsAt = nowMs() + HOST_MS;
    for (;;) {
      const started = await this.log.find(from, 500, ({ type }) => type === 'started');
      if (started !== undefined) {
        for (const path of ringsOf(host.pid)) this.rings.add(path);
        return started;
      }
      if (host.gone) throw new Error('the host ended while it started');
      if (nowMs() > endsAt) throw new Error(`the host did not start within ${HOST_MS} ms`);
    }
  }

  async run(schedule) {
    for (const [index, step] of schedule.entries()) {
      if (step.quiet) await this.#beQuiet();
      await delay(step.restMs);
      if (step.pause !== null) await this.#pause(step.pause);
      this.#progress(`${index + 1} of ${schedule.length}: ${step.kind} ${step.worker ?? ''}`);
      if (step.kind === 'kill-host') await this.#killHost();
      else await this.#killWorker(step);
      if (this.#host.gone) throw new Error('the host ended by itself');
    }
    await this.#beQuiet();
  }

  /** Publishing ends, and every worker is given time to see the last of it. */
  async finish() {
    const { number } = await this.#host.ask('quiet');
    const endsAt = nowMs() + SETTLE_MS;
    for (;;) {
      const workers = await this.#host.ask('look');
      const done = workers.every(({ report }) =>
        Object.values(report.topics ?? { none: { runs: [] } }).every(
          ({ runs }) => runs.at(-1)?.[1] === number,
        ),
      );
      if (done || nowMs() > endsAt) return { number, workers, settled: done };
      await delay(100);
    }
  }

  async stop() {
    this.#stopping = true;
    const inOrder = (await this.#host?.stop()) ?? true;
    this.log.look();
    this.log.close();
    return inOrder;
  }

  async #beQuiet() {
    await delay(CALM_MS);
    const from = nowMs();
    await delay(QUIET_MS);
    this.quiet.push([from, nowMs()]);
  }

  async #pause({ worker, ms }) {
    const pid = this.#pidOf(worker);
    const step = { kind: 'pause', worker, pid, at: nowMs() };
    this.steps.push(step);
    signal(pid, 'SIGSTOP');
    await delay(ms);
    signal(pid, 'SIGCONT');
    step.backAt = nowMs();
  }

  async #killWorker({ kind, worker }) {
    const pid = this.#pidOf(worker);
    const from = this.log.lines.length;
    const step = { kind, worker, pid, at: nowMs(), from, backAt: null };
    this.steps.push(step);
    if (kind === 'kill-worker') {
      signal(pid, 'SIGKILL');
    } else {
      if (kind === 'memory') limitMemory(pid);
      await this.#host.ask('order', { pid, way: kind });
    }
    const back = await this.#back(worker, pid, from);
    step.backAt = back?.at ?? null;
    // What did not obey, or did not come back, must not hold up the rest.
    if (back === undefined) signal(pid, 'SIGKILL');
    if (back === undefined) await this.#back(worker, pid, from);
    step.to = this.log.lines.length;
  }

  #back(worker, pid, from) {
    return this.log.find(
      from,
      BACK_MS,
      (line) =>
        line.type === 'move' && line.worker === worker && line.to === 'running' && line.pid !== pid,
    );
  }

  async #killHost() {
    const from = this.log.lines.length;
    this.log.look();
    const before = Object.fromEntries(this.#learnPids());
    const step = { kind: 'kill-host', worker: null, pid: this.#host.pid, at: nowMs(), before };
    this.steps.push({ ...step, from });
    const entry = this.steps.at(-1);
    await this.#host.kill();
    const started = await this.#startHost();
    entry.startedAt = started.at;
    entry.after = {};
    for (const { worker, pid, state } of started.workers) {
      const back =
        state === 'running' ? { pid, at: started.at } : await this.#running(worker, from);
      entry.after[worker] = { pid: back?.pid ?? null, at: back?.at ?? null };
    }
    entry.backAt = Math.max(started.at, ...Object.values(entry.after).map(({ at }) => at ?? 0));
    entry.to = this.log.lines.length;
    for (const [worker, { pid }] of Object.entries(entry.after)) this.#pids.set(worker, pid);
  }

  #running(worker, from) {
    return this.log.find(
      from,
      BACK_MS,
      (line) => line.type === 'move' && line.worker === worker && line.to === 'running',
    );
  }

  #pidOf(worker) {
    this.log.look();
    return this.#learnPids().get(worker);
  }

  /** The pid of each worker as the log tells it so far. */
  #learnPids() {
    for (; this.#read < this.log.lines.length; this.#read += 1) {
      const line = this.log.lines[this.#read];
      if (line.type === 'move' && line.to === 'running') this.#pids.set(line.worker, line.pid);
      if (line.type !== 'started') continue;
      for (const { worker, pid } of line.workers) this.#pids.set(worker, pid);
    }
    return this.#pids;
  }
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile, which the log tells.
  }
}

/** Gives a process an end of its memory that does no harm to the machine. */
function limitMemory(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const bytes = Number(/^VmSize:\s+(\d+) kB/m.exec(status)?.[1]) * 1_024;
    execFileSync(PRLIMIT, ['--pid', String(pid), `--as=${bytes + SPARE_BYTES}`]);
  } catch {
    // It has ended meanwhile, which the log tells.
  }
}
