import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RingDirectory, sweepRingDirectories } from '../../../../src/ipc/ring/ring-directory.ts';
import { temporaryDirectory } from './support.ts';

it('is for its owner only, and gone when closed', () => {
  const parent = temporaryDirectory();
  const directory = RingDirectory.create(parent);
  expect(statSync(directory.path).mode & 0o777).toBe(0o700);
  writeFileSync(join(directory.path, 'ring'), 'x');
  directory.close();
  directory.close();
  expect(readdirSync(parent)).toEqual([]);
});

it('is never swept while its host lives', () => {
  const parent = temporaryDirectory();
  const one = RingDirectory.create(parent);
  const other = RingDirectory.create(parent);
  expect(sweepRingDirectories(parent)).toEqual([]);
  expect([one, other].map(({ path }) => existsSync(path))).toEqual([true, true]);
  one.close();
  other.close();
});

it('is swept with what is in it when nobody holds it', () => {
  const parent = temporaryDirectory();
  const live = RingDirectory.create(parent);
  const dead = join(parent, 'quantcell-ring-dead01');
  mkdirSync(dead, { mode: 0o700 });
  writeFileSync(join(dead, 'ring'), 'x');
  expect(sweepRingDirectories(parent)).toEqual([dead]);
  expect([existsSync(dead), existsSync(live.path)]).toEqual([false, true]);
  live.close();
});

it('leaves alone what only looks like one', () => {
  const parent = temporaryDirectory();
  const elsewhere = temporaryDirectory();
  writeFileSync(join(elsewhere, 'precious'), 'x');
  symlinkSync(elsewhere, join(parent, 'quantcell-ring-link00'));
  writeFileSync(join(parent, 'quantcell-ring-file00'), 'x');
  mkdirSync(join(parent, 'another'));
  expect(sweepRingDirectories(parent)).toEqual([]);
  expect(readdirSync(parent)).toHaveLength(3);
  expect(readdirSync(elsewhere)).toEqual(['precious']);
});

it('says where it could not be made', () => {
  expect(sweepRingDirectories('/proc/no-such-place')).toEqual([]);
  expect(() => RingDirectory.create('/proc/no-such-place')).toThrow(
    expect.objectContaining({
      code: 'SHARED_MEMORY_FAILED',
      message: expect.stringContaining('"/proc/no-such-place"'),
    }),
  );
});

it('waits for the next host on its home, unless that home is gone or room is needed', () => {
  const parent = temporaryDirectory();
  const home = temporaryDirectory();
  const dead = join(parent, 'quantcell-ring-dead02');
  const make = (keptFor: string): void => {
    mkdirSync(dead, { mode: 0o700 });
    writeFileSync(join(dead, 'kept-for'), keptFor);
  };
  make(home);
  expect(sweepRingDirectories(parent, '/another/home')).toEqual([]);
  expect(sweepRingDirectories(parent)).toEqual([]);
  expect(sweepRingDirectories(parent, home)).toEqual([dead]);
  make(join(home, 'gone'));
  expect(sweepRingDirectories(parent)).toEqual([dead]);
  make(home);
  expect(sweepRingDirectories(parent, undefined, 'remove')).toEqual([dead]);
});
