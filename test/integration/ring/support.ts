import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { Order, Report } from './reader-process.ts';

// Within the package, so that the program finds koffi.
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url));

let program: string | undefined;

/** Makes `reader-process.ts` a program that node runs, for the tests of the file. */
export function withReaderProgram(): void {
  beforeAll(async () => {
    mkdirSync(CACHE, { recursive: true });
    const outfile = join(mkdtempSync(join(CACHE, 'ring-test-')), 'reader-process.mjs');
    await build({
      entryPoints: [fileURLToPath(new URL('./reader-process.ts', import.meta.url))],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      external: ['koffi'],
    });
    program = outfile;
  });
  afterAll(() => {
    if (program !== undefined) rmSync(dirname(program), { recursive: true, force: true });
  });
}

/** A process that runs `reader-process.ts`. It is killed after the test. */
export class ReaderProcess {
  readonly child: ChildProcess;

  constructor() {
    if (program === undefined) throw new Error('withReaderProgram() comes first');
    this.child = fork(program, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }

  /** Resolves with the answer. */
  async tell(order: Order): Promise<Report> {
    this.child.send(order);
    const [report] = (await once(this.child, 'message')) as [Report];
    return report;
  }

  /** Resolves with the signal that ended the process. */
  async end(): Promise<NodeJS.Signals | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null)
      return this.child.signalCode;
    const [, signal] = (await once(this.child, 'exit')) as [number | null, NodeJS.Signals | null];
    return signal;
  }

  /** Asks until the report is as wanted; the test's own limit ends a wait in vain. */
  async reportsThat(holds: (report: Report) => boolean): Promise<Report> {
    for (;;) {
      const report = await this.tell({ do: 'report' });
      if (holds(report)) return report;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
