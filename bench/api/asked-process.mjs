// A process that does what it is asked over the channel between them, one command at a time, and ends with the
// one that started it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const CLOSE_MS = 30_000;

/** The side that asks. */
export class AskedProcess {
  #name;
  #child;
  #pending = new Map();
  #nextId = 1;

  constructor(path, execArgv = []) {
    this.#name = path;
    // Standard output is for the report alone.
    this.#child = fork(path, [], { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#child.on('message', ({ id, result, error }) => {
      const { resolve, reject } = this.#pending.get(id);
      this.#pending.delete(id);
      if (error === undefined) resolve(result);
      else reject(new Error(`${this.#name}: ${error}`));
    });
    this.#child.on('exit', (code, signal) => {
      const error = new Error(`${this.#name} ended: code ${code}, signal ${signal}`);
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
    });
  }

  get pid() {
    return this.#child.pid;
  }

  ask(command, args = {}) {
    return new Promise((resolve, reject) => {
      const id = this.#nextId;
      this.#nextId += 1;
      this.#pending.set(id, { resolve, reject });
      this.#child.send({ id, command, args }, (error) => {
        if (error) reject(error);
      });
    });
  }

  /** Ends it in good order, by force if need be. */
  async close() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.ask('close').catch(() => undefined);
    const late = new AbortController();
    const inTime = await Promise.race([
      ended.then(() => true),
      delay(CLOSE_MS, false, { signal: late.signal }).catch(() => false),
    ]);
    late.abort();
    if (inTime) return;
    this.#child.kill('SIGKILL');
    await ended;
  }
}

/** The side that is asked; `commands.close` is called at the end, whichever way it comes. */
export function answerCommands(commands) {
  const end = async (code) => {
    try {
      await commands.close();
    } finally {
      // In its own time, so that a profile is written.
      setImmediate(() => process.exit(code));
    }
  };
  process.on('disconnect', () => void end(1));
  process.on('SIGTERM', () => void end(143));
  // Ctrl-C goes to every process of the terminal; the benchmark decides.
  process.on('SIGINT', () => undefined);
  process.on('message', ({ id, command, args }) => {
    if (command === 'close') {
      void end(0);
      return;
    }
    void (async () => {
      try {
        process.send?.({ id, result: (await commands[command](args)) ?? null });
      } catch (thrown) {
        process.send?.({ id, error: thrown?.stack ?? String(thrown) });
      }
    })();
  });
}
