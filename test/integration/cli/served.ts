import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../support/wait.ts';

export const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A real `quantcell serve` in a process of its own, on a home that `quantcell init` made, and commands to it. */
export class Served {
  readonly directory = mkdtempSync(join(tmpdir(), 'quantcell-served-'));
  readonly home = join(this.directory, 'home');
  readonly configPath = join(this.home, 'quantcell.yaml');
  stdout = '';
  stderr = '';
  url = '';
  #child: ChildProcessWithoutNullStreams | undefined;

  /** `change` makes the configuration what the test needs. */
  async start(change: (config: string) => string): Promise<void> {
    const { code, stderr } = await this.run('init', this.home);
    if (code !== 0) throw new Error(stderr);
    this.configure(change);
    const child = spawn(process.execPath, [MAIN, 'serve', '--port', '0'], { env: this.env() });
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    await this.says(' ready ');
    this.url = /http:\/\/\S+/.exec(this.stdout)?.[0] ?? '';
  }

  configure(change: (config: string) => string): void {
    writeFileSync(this.configPath, change(readFileSync(this.configPath, 'utf8')));
  }

  /** What a person's shell would have: this home, this server, and no variable of whoever runs the tests. */
  env(): Record<string, string | undefined> {
    const others = Object.entries(process.env).filter(([name]) => !name.startsWith('QUANTCELL_'));
    return {
      ...Object.fromEntries(others),
      QUANTCELL_HOME: this.home,
      ...(this.url !== '' && { QUANTCELL_URL: this.url }),
    };
  }

  /** Runs a command to its end, with nothing on its stdin. */
  run(...args: readonly string[]): Promise<Outcome> {
    return this.runWith({}, ...args);
  }

  runWith(env: Record<string, string>, ...args: readonly string[]): Promise<Outcome> {
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [MAIN, ...args],
        { env: { ...this.env(), ...env } },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : Number(error.code);
          resolve({ code, stdout, stderr });
        },
      );
      child.stdin?.end();
    });
  }

  /** The one document that a command prints with `--json`. */
  async json<T>(...args: readonly string[]): Promise<T> {
    const { stdout, stderr } = await this.run(...args, '--json');
    if (stderr !== '') throw new Error(stderr);
    return JSON.parse(stdout) as T;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async says(text: string): Promise<void> {
    await waitFor(`${JSON.stringify(text)} in the output`, () => {
      if (this.stdout.includes(text)) return true;
      const { exitCode } = this.#child ?? {};
      if (exitCode !== null) throw new Error(`it ended: ${this.stdout}${this.stderr}`);
      return false;
    });
  }

  /** Its exit code once it has ended. */
  async ended(): Promise<number | null> {
    const child = this.#child;
    if (child === undefined) return null;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.exitCode;
  }

  /** Takes everything away, whatever became of it. */
  remove(): void {
    this.#child?.kill('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
