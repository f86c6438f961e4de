import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  equityCsvLines,
  writeEquityCsv,
} from '../../../../src/execution/performance/equity-csv.ts';
import { samplesOf } from './support.ts';

const CURVES = [
  { id: 'one', samples: samplesOf([100, 101.5, 1e-7]) },
  { id: 'total', samples: samplesOf([100, 101.5, 1e-7]) },
];

const TEXT = [
  'timestamp,iso,one,total',
  '1640995200000,2022-01-01T00:00:00.000Z,100,100',
  '1640995260000,2022-01-01T00:01:00.000Z,101.5,101.5',
  '1640995320000,2022-01-01T00:02:00.000Z,0.0000001,0.0000001',
  '',
].join('\n');

describe('the lines', () => {
  it('have a header, times and plain numbers', () => {
    expect([...equityCsvLines(CURVES)].join('')).toBe(TEXT);
  });

  it('are those of the times that all curves have', () => {
    const all = samplesOf([1, 2, 3, 4, 5]);
    const curves = [
      { id: 'a', samples: all.filter((_, index) => index !== 1) },
      { id: 'total', samples: all.filter((_, index) => index !== 3) },
    ];
    const values = [...equityCsvLines(curves)].slice(1).map((line) => line.trim().split(',')[2]);
    expect(values).toEqual(['1', '3', '5']);
  });

  it('quote a name that needs it', () => {
    expect([...equityCsvLines([{ id: 'a,"b"', samples: [] }])]).toEqual([
      'timestamp,iso,"a,""b"""\n',
    ]);
  });
});

describe('the file', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'qc-equity-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it('takes the place of the one before, and leaves nothing beside it', async () => {
    const path = join(directory, 'equity.csv');
    await writeFile(path, 'old');
    await writeEquityCsv(path, CURVES);
    expect(await readFile(path, 'utf8')).toBe(TEXT);
    expect(await readdir(directory)).toEqual(['equity.csv']);
  });

  it('has all lines where they are many', async () => {
    const path = join(directory, 'equity.csv');
    const samples = samplesOf(Array.from({ length: 20_000 }, (_, index) => index));
    await writeEquityCsv(path, [{ id: 'total', samples }]);
    const lines = (await readFile(path, 'utf8')).split('\n');
    expect(lines).toHaveLength(20_002);
    expect(lines.at(-2)).toMatch(/,19999$/);
  });

  it('that can not be written leaves nothing behind', async () => {
    const path = join(directory, 'taken');
    await mkdir(join(path, 'by-a-directory'), { recursive: true });
    await expect(writeEquityCsv(path, CURVES)).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    expect(await readdir(directory)).toEqual(['taken']);
  });
});
