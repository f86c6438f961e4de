import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, type TestContext } from 'vitest';

const CHAOS = fileURLToPath(new URL('../../../bench/chaos/main.mjs', import.meta.url));
/** What the commands end with where there is no strace. */
const NO_TRACES = 3;
const LIMIT_MS = 300_000;

interface Report {
  readonly aims: readonly { readonly name: string; readonly measured: number }[];
  readonly results: Readonly<Record<string, unknown>>;
}

/** Runs a command of `npm run chaos` in its short form; skips the test where it can't be run, though not in CI. */
async function chaos({ skip }: TestContext, ...args: string[]): Promise<Report> {
  const { code, stdout, stderr } = await new Promise<{
    code: number | null;
    stdout: string;
    stderr: string;
  }>((resolve) => {
    const child = execFile(
      process.execPath,
      [CHAOS, ...args, '--json'],
      { maxBuffer: 10_000_000 },
      (_, out, err) => resolve({ code: child.exitCode, stdout: out, stderr: err }),
    );
  });
  if (code === NO_TRACES && process.env['CI'] === undefined) skip(stderr.trim());
  expect(code === 0 || code === 1, `exit code ${code}: ${stderr}`).toBe(true);
  const report = JSON.parse(stdout) as Report;
  expect(report.results['findings']).toEqual([]);
  expect(report.aims.filter(({ measured }) => measured !== 0)).toEqual([]);
  return report;
}

describe('the journal of orders', () => {
  it(
    'has all that was acknowledged after a power cut, and nothing half',
    async (context) => {
      const { results } = await chaos(context, 'powercut', '--seeds', '300');
      expect(results).toMatchObject({ cuts: 300 });
      // Otherwise the log never began anew, and less is shown than is said.
      expect(results['checkpoints']).toBeGreaterThan(3);
    },
    LIMIT_MS,
  );

  it(
    'halts trading at the first error of the disk, and tells of nothing that is not on it',
    async (context) => {
      const { results } = await chaos(context, 'io-errors', '--syncs', '5', '--writes', '3');
      expect(results['halts']).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );

  it(
    'is whole or refused, whatever bit of it has changed and wherever it is cut off',
    async (context) => {
      const { results } = await chaos(context, 'journal-damage', '--flips', '300', '--cuts', '30');
      expect(results['refused']).toBeGreaterThan(0);
      expect(results['opened']).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});
