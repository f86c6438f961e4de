import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { temporaryDirectory } from '../support/files.ts';
import { isAlive, workersOf } from '../support/processes.ts';
import { waitFor } from '../support/wait.ts';

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

/** The real command in a process of its own, with a place of its own for temporary directories. */
export class CommandLine {
  readonly child: ChildProcessWithoutNullStreams;
  readonly temporary = temporaryDirectory();
  readonly #ended: Promise<unknown>;
  stdout = '';
  stderr = '';

  constructor(...args: readonly string[]) {
    const env = { ...process.env, TMPDIR: this.temporary };
    this.child = spawn(process.execPath, [MAIN, ...args], { env });
    this.#ended = once(this.child, 'exit');
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** The reader of stdout or stderr goes away. */
  closeReader(name: 'stdout' | 'stderr'): void {
    this.child[name].destroy();
  }

  /** Waits until stdout or stderr has `text`. */
  async says(text: string): Promise<void> {
    await waitFor(`${JSON.stringify(text)} in the output`, () => {
      if (this.stdout.includes(text) || this.stderr.includes(text)) return true;
      if (this.child.exitCode !== null) throw new Error(`it ended: ${this.stdout}${this.stderr}`);
      return false;
    });
  }

  /** Waits until `count` workers run, and tells what the command has on the machine now. */
  async belongings(count: number): Promise<Belongings> {
    const workers = await waitFor(`${count} workers`, () => {
      const found = workersOf(this.pid);
      return found.length >= count && found;
    });
    return { workers, rings: ringsOf(this.pid) };
  }

  /** How it ended: the exit code, or the signal that killed it. */
  async ended(): Promise<number | string> {
    await this.#ended;
    return this.child.exitCode ?? this.child.signalCode ?? '';
  }

  /** What is left of `before`, and of the command's run directories, once it has ended. */
  leftovers({ workers, rings }: Belongings): readonly (number | string)[] {
    return [
      ...workers.filter((pid) => isAlive(pid)),
      ...rings.filter((path) => existsSync(path)),
      ...readdirSync(this.temporary),
    ];
  }
}

export interface Belongings {
  readonly workers: readonly number[];
  readonly rings: readonly string[];
}

/** Directories of shared memory that a process has open. */
function ringsOf(pid: number): string[] {
  const open = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return [];
    }
  });
  return open.filter((path) => /^\/dev\/shm\/quantcell-ring-[^/]+$/.test(path));
}
