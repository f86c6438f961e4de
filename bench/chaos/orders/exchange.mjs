// The simulated exchange in a process of its own, as the conductor holds it. Its log is the truth.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
const START_MS = 30_000;
const CONTROL_MS = 15_000;
const TICK_MS = 150;

/** Symbols, and what the account begins with: enough to be refused for nothing but a fault. */
export const SYMBOLS = ['BTC/USDT', 'ETH/USDT'];
export const BALANCES = { BTC: '100000', ETH: '1000000', USDT: '10000000000' };

export class Exchange {
  #child;
  #logPath;
  #market;
  #frozen = false;
  address;

  /** `token` marks its environment, as that of every process of a run. */
  static async start({ directory, seed, token }) {
    const exchange = new Exchange();
    exchange.#logPath = join(directory, 'exchange.log');
    const balances = Object.entries(BALANCES).map(([asset, amount]) => `${asset}=${amount}`);
    const options = ['--tick', '0', '--seed', String(seed % 2 ** 31)];
    const limits = ['--order-limit', '1000000', '--weight-limit', '1000000000'];
    const args = ['sim-exchange', '--symbols', SYMBOLS.join(','), '--log', exchange.#logPath];
    exchange.#child = spawn(
      process.execPath,
      [MAIN, ...args, ...options, ...limits, '--balance', ...balances],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, QUANTCELL_CHAOS: token },
      },
    );
    exchange.address = await exchange.#listening();
    return exchange;
  }

  /** Sets these faults and takes all others away. */
  async setFaults(faults) {
    await this.#control('DELETE', 'faults');
    if (Object.keys(faults).length > 0) await this.#control('POST', 'faults', faults);
  }

  /** Ends all WebSockets without a word. */
  cut() {
    return this.#control('POST', 'cut', {});
  }

  /** The market moves until it is told to stand still. */
  move() {
    const tick = () => this.#control('POST', 'tick', { count: 1 }).catch(() => undefined);
    this.#market = setInterval(() => void (this.#frozen ? undefined : tick()), TICK_MS);
  }

  standStill() {
    clearInterval(this.#market);
  }

  freeze() {
    this.#frozen = true;
    this.#child.kill('SIGSTOP');
  }

  thaw() {
    this.#frozen = false;
    this.#child.kill('SIGCONT');
  }

  get gone() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** All that happened so far. */
  log() {
    const lines = readFileSync(this.#logPath, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  }

  async stop() {
    this.standStill();
    if (this.gone) return;
    const gone = once(this.#child, 'exit');
    this.thaw();
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 5_000);
    await gone;
    clearTimeout(late);
  }

  async #listening() {
    let text = '';
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), START_MS);
    for await (const chunk of this.#child.stdout) {
      text += chunk;
      if (text.includes('\n')) break;
    }
    clearTimeout(timer);
    if (!text.includes('\n')) throw new Error('the exchange ended while it started');
    const { rest, stream, wsApi } = JSON.parse(text);
    return { rest, stream, wsApi };
  }

  async #control(method, name, body) {
    const response = await fetch(`${this.address.rest}/sim/${name}`, {
      method,
      signal: AbortSignal.timeout(CONTROL_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`/sim/${name}: ${await response.text()}`);
  }
}
