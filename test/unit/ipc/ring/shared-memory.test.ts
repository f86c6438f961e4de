import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import {
  sharedMemoryAvailable,
  sharedMemoryParent,
} from '../../../../src/ipc/ring/shared-memory.ts';

it.runIf(process.platform === 'linux' && process.arch === 'x64')('can be had on Linux', () => {
  expect(sharedMemoryAvailable()).toEqual({ ok: true });
});

it.runIf(process.platform !== 'linux')('says why it can not be had elsewhere', () => {
  expect(sharedMemoryAvailable()).toMatchObject({
    ok: false,
    reason: expect.stringContaining(process.platform),
  });
});

it('is where files are memory, or else in the given directory', () => {
  expect(['/dev/shm', tmpdir()]).toContain(sharedMemoryParent(tmpdir()));
});
