// The host process as the conductor holds it: started, asked, killed.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const HOST = fileURLToPath(new URL('host.mjs', import.meta.url));
const ANSWER_MS = 15_000;
const STOP_MS = 30_000;

export class HostLink {
  #child;
  #pending = new Map();
  #nextId = 1;
  #gone = false;

  /** `token` marks its environment, by which what is left of it is found; `host` is the program. */
  constructor(args, token, host = HOST) {
    this.#child = fork(host, args, {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, QUANTCELL_CHAOS: token },
    });
    this.#child.on('message', ({ id, result, error }) => {
      const waiting = this.#pending.get(id);
      this.#pending.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error));
    });
    this.#child.on('exit', (code, signal) => {
      this.#gone = true;
      const error = new Error(`the host ended: code ${code}, signal ${signal}`);
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
    });
  }

  get pid() {
    return this.#child.pid;
  }

  get gone() {
    return this.#gone;
  }

  /** @throws {Error} if the host is gone or does not answer in time */
  ask(command, args, ms = ANSWER_MS) {
    if (this.#gone) return Promise.reject(new Error('the host is gone'));
    return new Promise((resolve, reject) => {
      const id = this.#nextId;
      this.#nextId += 1;
      const timer = setTimeout(
        () => reject(new Error(`no answer to ${command} within ${ms} ms`)),
        ms,
      );
      const settle = (done) => (value) => {
        clearTimeout(timer);
        done(value);
      };
      this.#pending.set(id, { resolve: settle(resolve), reject: settle(reject) });
      this.#child.send({ id, command, args }, (error) => {
        if (error !== null) settle(reject)(error);
      });
    });
  }

  /** Resolves once it has ended. */
  async kill() {
    if (this.#gone) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  /** In good order; by force if that takes too long. True if it was in good order. */
  async stop() {
    if (this.#gone) return false;
    const gone = once(this.#child, 'exit').then(() => true);
    const late = delay(STOP_MS, false, { ref: false });
    await this.ask('stop', {}, STOP_MS).catch(() => undefined);
    if (await Promise.race([gone, late])) return true;
    await this.kill();
    return false;
  }
}
