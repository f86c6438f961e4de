import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { syncDirectories } from '../../../src/storage/sync-directories.ts';

// That it puts them onto the disk is shown by the power cuts of test/integration/faults/journal.test.ts.
it('is no reason to fail where a directory is not there or can not be synced', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sync-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, 'a', 'b'), { recursive: true });
  expect(() => syncDirectories(join(directory, 'a', 'b', 'file'))).not.toThrow();
  expect(() => syncDirectories(join(directory, 'gone', 'b', 'file'))).not.toThrow();
  expect(() => syncDirectories('/proc/self/file')).not.toThrow();
});
