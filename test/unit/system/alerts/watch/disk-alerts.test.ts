import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { DiskAlerts } from '../../../../../src/system/alerts/watch/disk-alerts.ts';
import { partsOf } from './fixtures.ts';

it('a disk that is nearly full is told of once, and when it has room again', async () => {
  const { parts, told } = partsOf();
  const limits = { ...parts.limits, minFreeBytes: Number.MAX_SAFE_INTEGER };
  const disk = new DiskAlerts({ ...parts, limits }, tmpdir());
  await disk.lookNow();
  await disk.lookNow();
  expect(told()).toEqual([`critical disk-nearly-full ${tmpdir()}`]);
  limits.minFreeBytes = 1;
  await disk.lookNow();
  expect(told()).toEqual([`resolved disk-nearly-full ${tmpdir()}`]);
});

it('a disk with room is not told of, nor one that is not there', async () => {
  const { parts, told } = partsOf({ minFreeBytes: 1 });
  await new DiskAlerts(parts, tmpdir()).lookNow();
  const gone = new DiskAlerts(parts, '/nowhere/at/all');
  gone.look();
  await expect(gone.lookNow()).rejects.toThrow('ENOENT');
  expect(told()).toEqual([]);
});
