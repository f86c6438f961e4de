import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { QuantCellClient } from '../../../src/client/index.ts';
import { waitFor } from '../../integration/support/wait.ts';

const inRoot = (path: string): string =>
  fileURLToPath(new URL(`../../../${path}`, import.meta.url));

export interface ServerSetup {
  /** Files and folders of the repository that are put among its strategies, by the names they have there. */
  readonly strategies: Readonly<Record<string, string>>;
  /** What its configuration says of workers to be made at the start. */
  readonly run: readonly object[];
  /** Other settings of it. @default none */
  readonly config?: Readonly<Record<string, object>>;
}

/** A real `quantcell serve` on a synthetic market with bars of a second, and orders on paper. */
export class DashboardServer {
  readonly #setup: ServerSetup;
  #home = '';
  #child: ChildProcessWithoutNullStreams | undefined;
  #output = '';
  url = '';

  constructor(setup: ServerSetup) {
    this.#setup = setup;
  }

  /** Starts it; once it was killed, at the same address as before. */
  async start(): Promise<void> {
    if (this.#home === '') this.#makeHome();
    const port = this.url === '' ? '0' : new URL(this.url).port;
    const others = Object.entries(process.env).filter(([name]) => !name.startsWith('QUANTCELL_'));
    const args = [inRoot('dist/cli/main.js'), 'serve', '--home', this.#home, '--port', port];
    const child = spawn(process.execPath, args, { env: Object.fromEntries(others) });
    this.#child = child;
    this.#output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
    await waitFor('a server that is ready', () => {
      if (child.exitCode !== null) throw new Error(`it ended: ${this.#output}`);
      return this.#output.includes(' ready ');
    });
    this.url = /http:\/\/\S+/.exec(this.#output)?.[0] ?? '';
  }

  get token(): string {
    return readFileSync(join(this.#home, 'admin-token'), 'utf8').trim();
  }

  /** What a program of an admin has, for what the page is compared with. */
  get client(): QuantCellClient {
    return new QuantCellClient({ url: this.url, token: this.token });
  }

  /** As a power cut would. Its workers live on for a while. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends it with its workers, and takes everything away. */
  async remove(): Promise<void> {
    await this.#end('SIGTERM');
    if (this.#home === '') return;
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  #makeHome(): void {
    const { strategies, run, config: others = {} } = this.#setup;
    this.#home = mkdtempSync(join(tmpdir(), 'quantcell-e2e-'));
    mkdirSync(join(this.#home, 'strategies'));
    for (const [name, path] of Object.entries(strategies)) {
      cpSync(inRoot(path), join(this.#home, 'strategies', name), { recursive: true });
    }
    const config = {
      market: { source: 'synthetic', timeframe: '1s' },
      workers: { idle: 1, restart: { initialDelayMs: 100, maxRestarts: 20 }, run },
      ...others,
    };
    writeFileSync(join(this.#home, 'quantcell.yaml'), stringify(config), { mode: 0o600 });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }
}
