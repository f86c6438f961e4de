// Ends the process in a named moment of the life of an order, or some microseconds after it.
import { Worker } from 'node:worker_threads';

/** Sleeps until it is woken, then so many microseconds, and ends the process whatever that is doing. */
const KILLER = `
  const { workerData } = require('node:worker_threads');
  Atomics.wait(workerData, 0, 0);
  const endsAt = performance.now() + Atomics.load(workerData, 1) / 1000;
  if (endsAt - performance.now() > 2) Atomics.wait(workerData, 2, 0, endsAt - performance.now() - 1);
  while (performance.now() < endsAt);
  process.kill(process.pid, 'SIGKILL');
`;

export class KillPoints {
  #armed;
  #flags = new Int32Array(new SharedArrayBuffer(12));
  #log;

  constructor(log) {
    this.#log = log;
  }

  /** Resolves once the process would end the `nth` time that `step` is reached. */
  async arm({ point, step, nth, afterUs }) {
    if (afterUs > 0) {
      const killer = new Worker(KILLER, { eval: true, workerData: this.#flags });
      killer.unref();
      await new Promise((resolve) => killer.once('online', resolve));
    }
    this.#armed = { point, step, left: nth, afterUs };
  }

  reached(step) {
    const armed = this.#armed;
    if (armed?.step !== step) return;
    armed.left -= 1;
    if (armed.left > 0) return;
    this.#armed = undefined;
    this.#log('reached', { point: armed.point, pid: process.pid });
    if (armed.afterUs === 0) process.kill(process.pid, 'SIGKILL');
    Atomics.store(this.#flags, 1, armed.afterUs);
    Atomics.store(this.#flags, 0, 1);
    Atomics.notify(this.#flags, 0);
  }
}
