import { messageOf } from '../base/errors.ts';
import { ExitCode } from './exit-code.ts';

/** What a command has under way, as far as it takes to end it early. */
export interface Running {
  /** Begins to end it in good order. */
  stop(): void;
  /** Ends all of its processes at once; resolves once they are gone. */
  kill(): Promise<void>;
  readonly workersAlive: number;
  /** A worker that is asked to stop is gone within so long, milliseconds. */
  readonly stopLimitMs: number;
  /**
   * Of a service: reads its configuration again at SIGHUP, which then stops nothing, and neither does a reader of
   * its output that goes away.
   */
  reload?(): void;
}

/** Ctrl-C, what a service manager sends, and that the terminal was closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Errors of an output that mean that nobody reads it any more: a pipe, a terminal, a socket. */
const READER_GONE: readonly unknown[] = ['EPIPE', 'EIO', 'ECONNRESET'];

/**
 * A stop that takes longer says what it waits for, milliseconds. A signal before that asks for nothing
 * more: npm passes on the one that the terminal has sent already.
 */
const NOTICE_AFTER_MS = 1_000;

/** The end by force must not hang either, milliseconds. */
const FORCE_LIMIT_MS = 5_000;

/**
 * Why a command ends early: a signal, or that nobody reads its output any more. Both stop it in good
 * order; a signal while that takes long ends it by force.
 */
export class Interruption {
  readonly #onHangup = (): void => {
    this.#hangupKept = true;
  };
  #hangupKept = false;
  #running: Running | undefined;
  #say: (line: string) => void = () => undefined;
  #asked = false;
  #forced = false;
  #noticed = false;
  #notice: NodeJS.Timeout | undefined;
  #outputFailed = false;

  constructor() {
    // A stream that has failed takes nothing more; what is still written to it is lost and does no harm.
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('error', (error: NodeJS.ErrnoException) => this.#onOutputError(error));
    }
    process.on('exit', (code) => {
      if (this.#outputFailed && code === ExitCode.OK) process.exitCode = ExitCode.FAILED;
    });
  }

  /** True once the command was asked to end early. */
  get asked(): boolean {
    return this.#asked;
  }

  /** True once it was ended by force: what it has to say is not to be waited for. */
  get forced(): boolean {
    return this.#forced;
  }

  /** Of a command that will run a service: until there is one, SIGHUP ends nothing and is kept for it. */
  keepHangups(): void {
    process.on('SIGHUP', this.#onHangup);
  }

  /**
   * Takes signals from here on, and stops `running` if the command is asked to end. `say` writes a line to
   * stderr, past whatever the command draws there.
   */
  watch(running: Running, say: (line: string) => void): void {
    this.#running = running;
    this.#say = say;
    // They stay: one that npm passes on late must not kill the process while it ends.
    for (const signal of SIGNALS) process.on(signal, () => this.#onSignal(signal));
    // Not before the other one is there.
    process.off('SIGHUP', this.#onHangup);
    if (this.#asked) this.#stop();
    else if (this.#hangupKept) running.reload?.();
  }

  /** The command is done: nothing is left to be stopped. */
  done(): void {
    this.#running = undefined;
    clearTimeout(this.#notice);
  }

  #onSignal(signal: (typeof SIGNALS)[number]): void {
    if (signal === 'SIGHUP' && this.#running?.reload !== undefined) {
      if (!this.#asked) this.#running.reload();
      return;
    }
    if (!this.#asked) this.#ask();
    else if (this.#noticed && !this.#forced) this.#force();
  }

  #onOutputError(error: NodeJS.ErrnoException): void {
    if (this.#running?.reload !== undefined) return;
    if (!READER_GONE.includes(error.code) && !this.#outputFailed) {
      this.#outputFailed = true;
      process.stderr.write(`quantcell: the output can't be written: ${messageOf(error)}\n`);
    }
    if (!this.#asked) this.#ask();
  }

  #ask(): void {
    this.#asked = true;
    if (this.#running !== undefined) this.#stop();
  }

  #stop(): void {
    this.#running?.stop();
    this.#notice = setTimeout(() => this.#sayWhatItWaitsFor(), NOTICE_AFTER_MS);
  }

  #sayWhatItWaitsFor(): void {
    if (this.#running === undefined) return;
    this.#noticed = true;
    const { workersAlive, stopLimitMs } = this.#running;
    const limit = `at most ${Math.ceil(stopLimitMs / 1_000)} s`;
    const what = workersAlive === 0 ? 'stopping' : `stopping ${workers(workersAlive)}, ${limit}`;
    this.#say(`${what}; Ctrl-C again ends ${them(workersAlive)} by force`);
  }

  #force(): void {
    if (this.#running === undefined) return;
    this.#forced = true;
    this.#say(`ended by force: ${workers(this.#running.workersAlive)} killed`);
    setTimeout(() => process.exit(ExitCode.INTERRUPTED), FORCE_LIMIT_MS).unref();
    // Whatever goes wrong here, the limit ends it.
    this.#running.kill().catch(() => undefined);
  }
}

function workers(count: number): string {
  return count === 1 ? '1 worker' : `${count} workers`;
}

function them(count: number): string {
  return count > 1 ? 'them' : 'it';
}
