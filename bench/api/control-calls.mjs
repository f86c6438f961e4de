// What a person or a script does meanwhile: calls of the API at a steady rate, each timed.
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export class ControlCalls {
  #address;
  #everyMs;
  #agent = new Agent({ keepAlive: true, maxSockets: 8 });
  #times = {};
  #failures = [];
  /** A worker is paused and resumed in turn: one waits for the other, and what it waits is not part of it. */
  #moved = Promise.resolve();
  #isOver = false;
  #running;

  constructor(address, perSecond) {
    this.#address = address;
    this.#everyMs = 1_000 / perSecond;
  }

  /** Begins anew; what was measured before is forgotten. */
  begin() {
    this.#running = this.#run();
  }

  /** Milliseconds of each call, by its name. */
  async end() {
    this.#isOver = true;
    await this.#running;
    this.#agent.destroy();
    return { times: this.#times, failures: this.#failures };
  }

  /** A call is due whether the one before is answered or not. */
  async #run() {
    const turns = this.#turns();
    const beganMs = performance.now();
    const calls = [];
    for (let number = 0; !this.#isOver || number % turns.length !== 0; number += 1) {
      const waitMs = beganMs + number * this.#everyMs - performance.now();
      if (waitMs > 0) await delay(waitMs);
      calls.push(turns[number % turns.length]());
    }
    await Promise.all(calls);
  }

  #turns() {
    const worker = `/workers/${this.#address.controlled}`;
    const halt = { scope: 'all', state: 'halted', reason: 'a benchmark' };
    return [
      () => this.#call('list', 'GET', '/workers?limit=1000'),
      () => this.#call('get', 'GET', worker),
      () => this.#move('pause', worker),
      () => this.#call('halt', 'PUT', '/kill-switch', halt),
      () => this.#move('resume', worker),
    ];
  }

  #move(name, worker) {
    this.#moved = this.#moved.then(() => this.#call(name, 'POST', `${worker}/${name}`));
    return this.#moved;
  }

  async #call(name, method, path, body) {
    const beganMs = performance.now();
    try {
      const status = await this.#ask(method, path, body && JSON.stringify(body));
      if (status >= 300) throw new Error(`it was answered by ${status}`);
      (this.#times[name] ??= []).push(performance.now() - beganMs);
    } catch (thrown) {
      this.#failures.push(`${name}: ${thrown.message}`);
    }
  }

  /** Resolves once the whole answer is there. */
  #ask(method, path, body) {
    const { url, token } = this.#address;
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
      };
      const sent = request(`${url}/api/v1${path}`, { method, headers, agent: this.#agent });
      sent.on('error', reject);
      sent.on('response', (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
        response.on('error', reject);
      });
      sent.end(body);
    });
  }
}
