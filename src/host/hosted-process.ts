import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Endpoints } from '../ipc/endpoints.ts';
import { splitLastWord } from '../protocol/last-word.ts';
import { WorkerError } from './errors.ts';
import { startTicksOf } from './process-facts.ts';
import { ProcessOutput } from './process-output.ts';
import type { ProcessEnd, RunningProcess } from './running-process.ts';
import type { ProcessIdentity } from './store/worker-store.ts';

/** The worker's entry, one bundled file. The host knows the worker by this file alone. */
const WORKER_ENTRY = fileURLToPath(new URL('../../dist/runtime/worker.mjs', import.meta.url));

/** What a worker takes over from the host's environment. Anything else may hold a secret. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'] as const;

/**
 * Where the system has it, a worker is started through setpriv, which asks the kernel to kill it when
 * the host is gone: a strategy stuck in a loop would never notice by itself.
 */
const SETPRIV = '/usr/bin/setpriv';
const PLAIN_LAUNCH = { command: process.execPath, args: [] };
const LAUNCH = existsSync(SETPRIV)
  ? { command: SETPRIV, args: ['--pdeathsig', 'KILL', '--', process.execPath] }
  : PLAIN_LAUNCH;

/**
 * There are more workers than processors: a garbage collector with threads of its own in each of them
 * costs more than it saves (a quarter of the CPU with 16 workers on two cores). For what is compiled beside
 * the strategy one thread does, where Node has four: each takes memory.
 */
const NODE_OPTIONS = ['--enable-source-maps', '--single-threaded-gc', '--v8-pool-size=1'];

export interface SpawnOptions {
  readonly endpoints: Endpoints;
  /** For the file behind the process's stdout and stderr. */
  readonly directory: string;
  /** Added to the few variables that a worker takes over. */
  readonly env: Readonly<Record<string, string>>;
  /** Options of Node itself, such as `--stack-trace-limit=50`. */
  readonly execArgv: readonly string[];
  readonly logger: Logger;
  /** Set if the process is to outlive this host. */
  readonly survive?: SurvivalOptions | undefined;
}

/** How a worker finds the next host. */
export interface SurvivalOptions {
  readonly lifelinePath: string;
  /** How long it waits, milliseconds. */
  readonly graceMs: number;
  readonly statesDirectory: string;
}

/** One started worker process, as the operating system sees it. */
export class HostedProcess implements RunningProcess {
  /** Its name on the sockets; never used twice. */
  readonly processId: string;
  readonly secret: string;
  /** Resolves when the process is gone. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  readonly #child: ChildProcess;
  readonly #output: ProcessOutput;
  #end: ProcessEnd | undefined;

  /** @throws {WorkerError} code `PROCESS_START_FAILED` */
  constructor(options: SpawnOptions) {
    this.processId = `p-${randomBytes(9).toString('hex')}`;
    this.secret = randomBytes(32).toString('hex');
    const path = join(options.directory, `${this.processId}.out`);
    try {
      this.#output = new ProcessOutput(path, options.logger);
    } catch (thrown) {
      throw new WorkerError(
        'PROCESS_START_FAILED',
        `can't open the file for a process's output: ${messageOf(thrown)}`,
        { path },
        thrown,
      );
    }
    const args = [...NODE_OPTIONS, ...options.execArgv, WORKER_ENTRY, this.processId];
    try {
      const launch = options.survive === undefined ? LAUNCH : PLAIN_LAUNCH;
      this.#child = spawn(launch.command, [...launch.args, ...args], {
        // A group of its own: Ctrl-C on the terminal is for the host, which then stops the workers in order.
        detached: true,
        stdio: ['pipe', this.#output.fd, this.#output.fd],
        env: { ...inheritedEnv(), ...options.env },
      });
    } catch (thrown) {
      this.#output.close();
      throw new WorkerError(
        'PROCESS_START_FAILED',
        `can't start a process: ${messageOf(thrown)}`,
        {},
        thrown,
      );
    }
    this.ended = this.#watch();
    const { endpoints, survive } = options;
    const boot = { processId: this.processId, secret: this.secret, endpoints, survive };
    // stdin stays open as long as the host lives: its end tells the worker that the host is gone.
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stdin?.write(`${JSON.stringify(boot)}\n`);
  }

  /** Undefined if the process could not be started at all. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** By what a later host finds it again; null if the process could not be started at all. */
  get identity(): ProcessIdentity | null {
    const { pid, processId, secret } = this;
    if (pid === undefined) return null;
    const startTicks = startTicksOf(pid) ?? 0;
    return { processId, pid, startTicks, secret, outputPath: this.#output.path };
  }

  /** What it wrote itself that was not kept, bytes. */
  get outputBytesDropped(): number {
    return this.#output.droppedBytes;
  }

  get alive(): boolean {
    return this.#end === undefined;
  }

  /** Sends a signal to the process; with SIGKILL also to those that it started. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (!this.alive || this.pid === undefined) return;
    if (signal === 'SIGKILL') return this.#killGroup();
    try {
      process.kill(this.pid, signal);
    } catch {
      // It ended a moment ago; `ended` says how.
    }
  }

  #killGroup(): void {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // There is nobody left.
    }
  }

  #watch(): Promise<ProcessEnd> {
    return new Promise((resolve) => {
      const end = (code: number | null, signal: string | null, failure: string): void => {
        if (this.#end !== undefined) return;
        const { lastWord, rest } = splitLastWord(this.#output.tail());
        const stderrTail = `${rest}${failure}`.trim();
        this.#end = { code, signal, stderrTail, lastWord, at: Date.now() };
        this.#killGroup();
        this.#output.close();
        resolve(this.#end);
      };
      this.#child.once('exit', (code, signal) => end(code, signal, ''));
      this.#child.once('error', (error) => end(null, null, error.message));
    });
  }
}

function inheritedEnv(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of INHERITED) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}
