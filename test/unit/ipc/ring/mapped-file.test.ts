import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MappedFile } from '../../../../src/ipc/ring/mapped-file.ts';
import { mappingsOf, temporaryDirectory } from './support.ts';

it('shows what another mapping of the file writes', () => {
  const path = join(temporaryDirectory(), 'file');
  const one = MappedFile.create(path, 8_192, 0o600);
  const other = MappedFile.open(path, 8_192, 'read');
  new Uint8Array(one.memory)[8_191] = 42;
  expect(new Uint8Array(other.memory)[8_191]).toBe(42);
  one.close();
  expect(new Uint8Array(other.memory)[8_191]).toBe(42);
  other.close();
});

it('has its memory reserved, and zero', () => {
  const path = join(temporaryDirectory(), 'file');
  const file = MappedFile.create(path, 1_048_576, 0o400);
  const { size, blocks, mode } = statSync(path);
  expect([size, mode & 0o777]).toEqual([1_048_576, 0o400]);
  expect(blocks * 512).toBeGreaterThanOrEqual(1_048_576);
  expect(new Uint8Array(file.memory).every((byte) => byte === 0)).toBe(true);
  file.close();
});

it('leaves no mapping when closed, nor a file that could not be reserved', () => {
  const directory = temporaryDirectory();
  const file = MappedFile.create(join(directory, 'file'), 4_096, 0o600);
  expect(mappingsOf(directory)).toHaveLength(1);
  file.close();
  file.close();
  expect(mappingsOf(directory)).toEqual([]);
  const tooLarge = join(directory, 'too-large');
  expect(() => MappedFile.create(tooLarge, 2 ** 46, 0o600)).toThrow(
    expect.objectContaining({
      code: 'SHARED_MEMORY_FAILED',
      message: expect.stringMatching(
        /too-large": reserving 70368744177664 bytes: the system says E[A-Z]+$/,
      ),
    }),
  );
  expect(existsSync(tooLarge)).toBe(false);
});

it('does not map a file of another size: what is behind the end would kill the process', () => {
  const path = join(temporaryDirectory(), 'file');
  writeFileSync(path, Buffer.alloc(100));
  expect(() => MappedFile.open(path, 4_096, 'read')).toThrow(
    expect.objectContaining({
      code: 'SHARED_MEMORY_FAILED',
      message: expect.stringContaining('it has 100 bytes instead of 4096'),
    }),
  );
});

it('says which file is not there', () => {
  expect(() => MappedFile.open('/no/such/file', 4_096, 'read')).toThrow(
    expect.objectContaining({
      code: 'SHARED_MEMORY_FAILED',
      message: expect.stringContaining('ENOENT'),
    }),
  );
});
