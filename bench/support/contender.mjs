// One way to carry market data, in processes of its own: a publisher's, and those of its subscribers.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cpuSeconds, signalAll } from './processes.mjs';

const HOST = fileURLToPath(new URL('host-process.mjs', import.meta.url));
const CLOSE_MS = 20_000;

class Contender {
  name;
  /** Why it can't be had; undefined if it can. */
  missing;
  transport;
  workerPids = [];
  #child;
  #options;
  #pids;
  #pending = new Map();
  #nextId = 1;

  constructor(name, options, execArgv) {
    this.name = name;
    this.#options = options;
    this.#child = fork(HOST, [name], {
      execArgv,
      // Standard output is for the report alone.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#pids = [this.#child.pid];
    this.#child.on('message', ({ id, result, error }) => {
      const { resolve, reject } = this.#pending.get(id);
      this.#pending.delete(id);
      if (error === undefined) resolve(result);
      else reject(new Error(`${name}: ${error}`));
    });
    this.#child.on('exit', (code, signal) => {
      const error = new Error(`the process of ${name} ended: code ${code}, signal ${signal}`);
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
    });
  }

  get hostPid() {
    return this.#child.pid;
  }

  async open() {
    const { missing, pids, workerPids, transport } = await this.ask('open', this.#options);
    this.missing = missing;
    this.transport = transport;
    this.workerPids = workerPids ?? [];
    if (pids !== undefined) this.#pids = pids;
  }

  ask(command, args) {
    return new Promise((resolve, reject) => {
      const id = this.#nextId;
      this.#nextId += 1;
      this.#pending.set(id, { resolve, reject });
      this.#child.send({ id, command, args }, (error) => {
        if (error) reject(error);
      });
    });
  }

  /** Of all its processes since they began. */
  cpuSeconds() {
    return cpuSeconds(this.#pids);
  }

  /** Ends all its processes, by force if need be. */
  async close() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    // One that is stopped can't end in good order.
    signalAll(this.workerPids, 'SIGCONT');
    const ended = once(this.#child, 'exit');
    this.ask('close').catch(() => undefined);
    const late = new AbortController();
    const inTime = await Promise.race([
      ended.then(() => true),
      delay(CLOSE_MS, false, { signal: late.signal }).catch(() => false),
    ]);
    late.abort();
    if (inTime) return;
    signalAll(this.#pids, 'SIGKILL');
    await ended;
  }
}

/** Runs `work` with a function that opens contenders; whatever happens, none is left running. */
export async function withContenders(work) {
  const opened = [];
  const open = async (name, options, execArgv = []) => {
    const contender = new Contender(name, options, execArgv);
    opened.push(contender);
    await contender.open();
    return contender;
  };
  // The publishers' processes end with this one, and everything else with them.
  const onSignal = () => process.exit(130);
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    return await work(open);
  } finally {
    await Promise.all(opened.map((contender) => contender.close()));
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
