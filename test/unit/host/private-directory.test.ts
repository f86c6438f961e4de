import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makePrivateDirectory, useDirectory } from '../../../src/host/private-directory.ts';

function place(): string {
  const path = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe('makePrivateDirectory', () => {
  it('takes a directory from all others that is there already', () => {
    const path = join(place(), 'open');
    mkdirSync(path, { mode: 0o755 });
    makePrivateDirectory(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('quotes what can not be used', () => {
    const path = join(place(), 'file');
    writeFileSync(path, '');
    expect(() => makePrivateDirectory(path)).toThrow(
      expect.objectContaining({
        code: 'DIRECTORY_UNUSABLE',
        message: expect.stringContaining(`can't use ${JSON.stringify(path)}: EEXIST`),
      }),
    );
  });
});

it('useDirectory leaves an error that says so already as it is', () => {
  const inner = join(place(), 'inner');
  const fail = (): void => {
    throw new Error('no room');
  };
  expect(() => useDirectory('/outer', () => useDirectory(inner, fail))).toThrow(
    expect.objectContaining({ message: `can't use ${JSON.stringify(inner)}: no room` }),
  );
});
