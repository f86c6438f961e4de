import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mkdirSync } from 'node:fs';
import { onTestFinished } from 'vitest';

/** A strategy of test/fixtures/strategies; its file may have any of the extensions. */
export function fixture(name: string): string {
  const file = /\.m?[jt]s$/.test(name) ? name : `${name}.ts`;
  return fileURLToPath(new URL(`../../fixtures/strategies/${file}`, import.meta.url));
}

/** A directory outside the repository, which goes with the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  onTestFinished(() =>
    rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }),
  );
  return directory;
}

/** Writes files into a directory outside the repository, which goes with the test. */
export function filesOutside(files: Readonly<Record<string, string>>): string {
  const directory = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}
