// Does what the schedule says, one step after the other, and writes down when.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nowMs } from '../../support/clock.mjs';
import { EventLog } from '../event-log.mjs';
import { HostLink } from '../host-link.mjs';
import { ringsOf } from '../leftovers.mjs';
import { Exchange } from './exchange.mjs';
import { POINTS } from './schedule.mjs';

const HOST = fileURLToPath(new URL('host.mjs', import.meta.url));
/** A worker that is not RUNNING again within so long counts as not come back. */
const BACK_MS = 30_000;
/** Faults of the exchange keep a host from opening; they are taken away after so long. */
const PATIENCE_MS = 6_000;
const HOST_MS = 60_000;
const REACH_MS = 15_000;
const SETTLE_MS = 60_000;
const TOLD_MS = 20_000;
/** A flatten that is not done within so long, with an exchange that has no faults any more, counts as not done. */
const FLAT_MS = 60_000;
const FLAT_LOOK_MS = 50;

export class Conductor {
  log;
  exchange;
  /** What was done, with the times. */
  steps = [];
  rings = new Set();
  #setup;
  #directory;
  #token;
  #progress;
  #host;
  #stopping = false;
  #pids = new Map();
  /** Place in the log up to which the pids are known. */
  #read = 0;

  constructor({ directory, workers, seed, token, progress }) {
    this.#setup = { workers, seed };
    this.#directory = directory;
    this.#token = token;
    this.#progress = progress;
    for (const name of ['home', 'told']) mkdirSync(join(directory, name));
    this.log = new EventLog(join(directory, 'events'));
  }

  async begin() {
    const { seed } = this.#setup;
    this.exchange = await Exchange.start({
      directory: this.#directory,
      seed,
      token: this.#token,
    });
    await this.#startHost(true);
    this.exchange.move();
  }

  async run(schedule) {
    for (const [index, step] of schedule.entries()) {
      await delay(step.restMs);
      const what = step.point ?? step.worker ?? '';
      this.#progress(`${index + 1} of ${schedule.length}: ${step.kind} ${what}`);
      await this.#trouble(step);
      if (step.halt !== null) await this.#halt(step.halt);
      if (step.flatten !== null) await this.#flatten(step.flatten);
      if (step.kind === 'kill-worker') await this.#killWorker(step);
      else await this.#killHost(step);
      if (step.halt !== null) await this.#lift(step.halt);
      if (step.flatten !== null) await this.#flat(step.flatten);
      if (this.#host.gone) throw new Error('the host ended by itself');
      if (this.exchange.gone) throw new Error('the exchange ended by itself');
    }
  }

  /** Nothing goes wrong any more; every order comes to be known, and every strategy is told. */
  async finish() {
    await this.exchange.setFaults({});
    await delay(1_000);
    await this.#host.ask('quiet');
    this.exchange.standStill();
    const settled = await this.#host.ask('settle', { ms: SETTLE_MS }, SETTLE_MS + 15_000);
    const endsAt = nowMs() + TOLD_MS;
    let look;
    let before = '';
    // What strategies say of themselves is the same twice in a row, a while apart.
    for (;;) {
      await delay(1_000);
      look = await this.#host.ask('look');
      const now = JSON.stringify(look.workers.map(({ report }) => report));
      const isIdle = look.workers.every(({ report }) => report?.pending === 0);
      if ((isIdle && now === before) || nowMs() > endsAt) break;
      before = now;
    }
    return { ...look, settled };
  }

  async stop() {
    this.#stopping = true;
    const inOrder = (await this.#host?.stop()) ?? true;
    await this.exchange?.stop();
    this.log.look();
    this.log.close();
    return inOrder;
  }

  async #trouble({ faults, freezeMs, cut }) {
    await this.exchange.setFaults(faults);
    if (cut) await this.exchange.cut();
    if (freezeMs === null) return;
    this.exchange.freeze();
    await delay(freezeMs);
    this.exchange.thaw();
  }

  async #halt({ scope, ms }) {
    await this.#host.ask('halt', { scope });
    await delay(ms);
  }

  async #lift({ scope, ms }) {
    await delay(ms);
    await this.#host.ask('lift', { scope });
  }

  /** Whether it is done is looked at after the kill. */
  async #flatten({ scope, leadMs }) {
    await this.#host.ask('flatten', { scope });
    await delay(leadMs);
  }

  async #flat({ scope }) {
    await this.exchange.setFaults({});
    const endsAt = nowMs() + FLAT_MS;
    while (nowMs() < endsAt && !(await this.#host.ask('flat', { scope })))
      await delay(FLAT_LOOK_MS);
    await delay(FLAT_LOOK_MS);
    await this.#host.ask('lift', { scope });
  }

  async #killWorker({ kind, worker }) {
    this.log.look();
    const pid = this.#learnPids().get(worker);
    const from = this.log.lines.length;
    const step = { kind, worker, pid, at: nowMs(), backAt: null };
    this.steps.push(step);
    signal(pid);
    step.backAt = (await this.#running(worker, from, pid))?.at ?? null;
  }

  async #killHost({ kind, point, nth, afterUs, survive }) {
    this.log.look();
    const from = this.log.lines.length;
    const step = { kind, point, worker: null, pid: this.#host.pid, at: nowMs(), openAt: null };
    this.steps.push(step);
    if (point !== null) {
      const { step: name } = POINTS[point];
      await this.#host.ask('arm', { point, step: name, nth, afterUs });
      const reached = await this.log.find(from, REACH_MS, ({ type }) => type === 'reached');
      if (reached !== undefined) await this.#ended();
      step.reached = reached !== undefined;
    }
    step.at = nowMs();
    await this.#host.kill();
    const opened = await this.#startHost(survive);
    step.openAt = opened.at;
    for (const id of this.#workerIds) {
      const back = await this.#backAfter(id, from);
      step.backAt = back === undefined ? null : Math.max(step.backAt ?? 0, back.at);
      if (back === undefined) break;
    }
  }

  /** A process that ends itself takes a moment. */
  async #ended() {
    const endsAt = nowMs() + 2_000;
    while (!this.#host.gone && nowMs() < endsAt) await delay(2);
  }

  /** Resolves once trading is open; starts it again where it gave up. @throws {Error} if it does not open */
  async #startHost(survive) {
    const beganAt = nowMs();
    let patient = true;
    const setup = { ...this.#setup, survive, address: this.exchange.address };
    for (;;) {
      if (this.#stopping) throw new Error('it is being stopped');
      this.log.look();
      const from = this.log.lines.length;
      this.#host = new HostLink([this.#directory, JSON.stringify(setup)], this.#token, HOST);
      const host = this.#host;
      while (!host.gone) {
        const open = await this.log.find(from, 250, ({ type }) => type === 'open');
        if (open !== undefined) {
          for (const path of ringsOf(host.pid)) this.rings.add(path);
          return open;
        }
        if (patient && nowMs() - beganAt > PATIENCE_MS) {
          patient = false;
          await this.exchange.setFaults({});
        }
        if (nowMs() - beganAt > HOST_MS)
          throw new Error(`trading was not open within ${HOST_MS} ms`);
      }
      this.log.look();
      const ends = this.log.lines.slice(from);
      if (!ends.some(({ type }) => type === 'try-again'))
        throw new Error('the host ended while it started');
    }
  }

  get #workerIds() {
    return Array.from({ length: this.#setup.workers }, (_, index) => `chaos-${index + 1}`);
  }

  /** Where a worker went on or began again under a host that was started after `from`. */
  async #backAfter(worker, from) {
    const started = this.log.lines.findLast(({ type }) => type === 'started');
    const known = started?.workers.find((one) => one.worker === worker);
    if (known?.state === 'running') return started;
    return this.#running(worker, from);
  }

  #running(worker, from, before) {
    return this.log.find(
      from,
      BACK_MS,
      (line) =>
        line.type === 'move' &&
        line.worker === worker &&
        line.to === 'running' &&
        line.pid !== before,
    );
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

function signal(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile, which the log tells.
  }
}
