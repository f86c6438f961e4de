// The publisher's side of a peer, with its subscribers' processes.
import { fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { probeBar, SYMBOL } from './bars.mjs';
import { PEER_MODULES } from './peer-modules.mjs';

const SUBSCRIBER = fileURLToPath(new URL('subscriber-process.mjs', import.meta.url));
const ANSWER_MS = 30_000;

export class PeerHost {
  #name;
  #workers;
  #publisher;
  #subscribers = [];
  #finished = [];

  constructor(name, { workers }) {
    this.#name = name;
    this.#workers = workers;
  }

  get symbols() {
    return [SYMBOL];
  }

  /** What each subscriber reads. */
  get readers() {
    return this.#subscribers.map(() => [SYMBOL]);
  }

  /** Resolves once every subscriber gets what is published, or says why this peer can't be had. */
  async open() {
    const peer = await PEER_MODULES[this.#name]();
    const missing = peer.missing?.();
    if (missing !== undefined) return { missing };
    this.#publisher = await peer.openPublisher();
    const endpoint = JSON.stringify(this.#publisher.endpoint);
    for (let index = 0; index < this.#workers; index += 1)
      this.#subscribers.push(new Subscriber(this.#name, endpoint));
    this.#publisher.attach?.(this.#subscribers.map(({ child }) => child));
    const probed = Promise.all(this.#subscribers.map((one) => one.next('probed')));
    let all = false;
    void probed.then(() => (all = true)).catch(() => undefined);
    while (!all) {
      await this.#publisher.publishBurst([probeBar()]);
      await Promise.race([probed, delay(20)]);
    }
    const pids = this.#subscribers.map(({ child }) => child.pid);
    return { pids: [process.pid, ...pids, ...(this.#publisher.pids ?? [])], transport: this.#name };
  }

  async begin(rounds) {
    await this.#ask('begun', (index) => ({ type: 'begin', round: rounds[index] }));
    this.#finished = this.#subscribers.map((one) => one.next('done', Number.POSITIVE_INFINITY));
    for (const finished of this.#finished) finished.catch(() => undefined);
  }

  publishBurst(bars) {
    return this.#publisher.publishBurst(bars);
  }

  publishOne(bar) {
    return this.#publisher.publishOne(bar);
  }

  /** Resolves once every subscriber is done with what it expects. */
  async allDone() {
    await Promise.all(this.#finished);
  }

  async figures() {
    const answers = await this.#ask('figures', () => ({ type: 'report' }));
    return answers.map(({ figures }) => figures);
  }

  async close() {
    for (const { child } of this.#subscribers) child.kill('SIGKILL');
    await this.#publisher?.close();
  }

  #ask(answer, messageOf) {
    return Promise.all(
      this.#subscribers.map((one, index) => {
        const answered = one.next(answer);
        one.child.send(messageOf(index));
        return answered;
      }),
    );
  }
}

class Subscriber {
  child;
  #waiting = new Map();

  constructor(name, endpoint) {
    this.child = fork(SUBSCRIBER, [name, endpoint], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.child.on('message', (message) => {
      this.#waiting.get(message.type)?.resolve(message);
      this.#waiting.delete(message.type);
    });
    this.child.on('exit', (code, signal) => {
      const error = new Error(`a subscriber of ${name} ended: code ${code}, signal ${signal}`);
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    });
  }

  next(type, withinMs = ANSWER_MS) {
    return new Promise((resolve, reject) => {
      const timer = Number.isFinite(withinMs)
        ? setTimeout(() => reject(new Error(`no ${type} within ${withinMs} ms`)), withinMs)
        : undefined;
      this.#waiting.set(type, {
        resolve: (message) => {
          clearTimeout(timer);
          resolve(message);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
    });
  }
}
