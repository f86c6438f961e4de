import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { WorkerManagerOptions } from '../../../src/host/worker-manager-options.ts';
import type { WorkerExit } from '../../../src/lifecycle/worker-exit.ts';
import type { WorkerStatus } from '../../../src/lifecycle/worker-status.ts';
import { signalGroup } from './processes.ts';

const SCRIPT = fileURLToPath(new URL('remote-host.mjs', import.meta.url));

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
  readonly code?: string;
}

export interface RemoteOptions extends Omit<WorkerManagerOptions, 'orders'> {
  /** Where its order port is kept. @default it has none */
  readonly ordersPath?: string;
}

/** A manager in a process of its own, which can be killed. */
export class RemoteHost {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #calls = 0;
  #gone: string | null = null;

  /** It is killed at the end of the test, if it is not `kept`. */
  constructor(options: RemoteOptions, kept?: 'kept') {
    this.#child = spawn(process.execPath, [SCRIPT, JSON.stringify(options)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (this.#child.stdout === null) throw new Error('the host has no stdout');
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const answer = JSON.parse(line) as Answer;
      this.#waiting.get(answer.id)?.(answer);
    });
    this.#child.on('exit', (code, signal) => {
      this.#gone = `the host is gone: code ${code}, signal ${signal}`;
      for (const [id, answer] of this.#waiting) answer({ id, error: this.#gone });
    });
    if (kept === undefined) onTestFinished(() => this.#end());
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Calls a method of the manager. */
  async call<T = void>(call: string, ...args: readonly unknown[]): Promise<T> {
    if (this.#gone !== null) throw new Error(this.#gone);
    this.#calls += 1;
    const id = this.#calls;
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    this.#child.stdin?.write(`${JSON.stringify({ id, call, args })}\n`);
    const { result, error, code } = await answered;
    if (error !== undefined) throw Object.assign(new Error(error), { code });
    return result as T;
  }

  status(workerId: string): Promise<WorkerStatus> {
    return this.call<WorkerStatus>('getWorkerStatus', workerId);
  }

  exits(workerId: string): Promise<readonly WorkerExit[]> {
    return this.call<readonly WorkerExit[]>('getWorkerExits', workerId);
  }

  /** Waits until a worker's status is as `condition` says, and returns it. */
  async statusWhen(
    workerId: string,
    condition: (status: WorkerStatus) => boolean,
  ): Promise<WorkerStatus> {
    let last: WorkerStatus | undefined;
    for (let looks = 0; looks < 1_500; looks += 1) {
      last = await this.status(workerId);
      if (condition(last)) return last;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`waited in vain for ${condition.toString()}; it is ${JSON.stringify(last)}`);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** In good order, so that no worker is left to wait for the next host. */
  async #end(): Promise<void> {
    const stopped = this.call('stop').catch(() => undefined);
    await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, 10_000))]);
    await this.kill();
  }

  /** SIGKILL; resolves once the process is gone. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}

/** Ends a worker that was left without a host, when the test is over. */
export function endAfterTest(pid: number | null): void {
  onTestFinished(() => signalGroup(pid ?? 0));
}
