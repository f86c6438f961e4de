import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { QuantCellError } from '../../../../src/base/errors.ts';
import { StrategyFolder } from '../../../../src/system/service/strategy-folder.ts';

interface Opened {
  readonly strategies: StrategyFolder;
  readonly folder: string;
  readonly versions: string;
}

function opened(keepVersions = 20): Opened {
  const home = mkdtempSync(join(tmpdir(), 'quantcell-strategies-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const [folder, versions] = [join(home, 'strategies'), join(home, 'versions')];
  const strategies = new StrategyFolder({ folder, versionsFolder: versions, keepVersions });
  strategies.open();
  return { strategies, folder, versions };
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    return (thrown as QuantCellError).code;
  }
  return 'nothing was thrown';
}

function upload(strategies: StrategyFolder, name: string, source: string, by = 'ada') {
  return strategies.upload({ name, source, extension: 'ts', by, workers: [] });
}

it('lists the strategies with what their files are', () => {
  const { strategies, folder } = opened();
  writeFileSync(join(folder, 'b.mjs'), 'export default 1;');
  mkdirSync(join(folder, 'a'));
  writeFileSync(join(folder, 'a', 'strategy.ts'), 'export default 2;');
  writeFileSync(join(folder, 'Notes.md'), 'no strategy');
  const listed = strategies.list();
  expect(listed.map(({ name, file, sizeBytes }) => [name, file, sizeBytes])).toEqual([
    ['a', 'a/strategy.ts', 17],
    ['b', 'b.mjs', 17],
  ]);
  expect(listed[0]?.version).toMatch(/^[0-9a-f]{12}$/);
  expect(listed[0]?.version).not.toBe(listed[1]?.version);
});

it('says another version once a file was changed', () => {
  const { strategies, folder } = opened();
  writeFileSync(join(folder, 'a.ts'), 'one');
  const before = strategies.get('a').version;
  writeFileSync(join(folder, 'a.ts'), 'another');
  expect(strategies.get('a').version).not.toBe(before);
});

it('writes an upload that nobody else may read, and leaves nothing beside it', () => {
  const { strategies, folder } = opened();
  upload(strategies, 'sma', 'export default 1;');
  expect(readdirSync(folder)).toEqual(['sma.ts']);
  expect(statSync(join(folder, 'sma.ts')).mode & 0o777).toBe(0o600);
});

it('keeps what was uploaded before, with who and when', () => {
  const { strategies } = opened();
  const first = upload(strategies, 'sma', 'one', 'ada');
  const second = upload(strategies, 'sma', 'two', 'bob');
  const versions = strategies.versions('sma');
  expect(versions.map(({ version, by }) => [version, by])).toEqual([
    [second.version, 'bob'],
    [first.version, 'ada'],
  ]);
  expect(strategies.source('sma', first.version)).toEqual({
    version: first.version,
    source: 'one',
  });
  expect(strategies.source('sma').source).toBe('two');
});

it('keeps a file that was put there by hand when an upload takes its place', () => {
  const { strategies, folder } = opened();
  writeFileSync(join(folder, 'sma.ts'), 'by hand');
  upload(strategies, 'sma', 'uploaded');
  const [, before] = strategies.versions('sma');
  expect(before?.by).toBeNull();
  expect(strategies.source('sma', before?.version).source).toBe('by hand');
});

it('keeps no more versions than it is told', () => {
  const { strategies, versions } = opened(3);
  for (const source of ['1', '2', '3', '4', '5']) upload(strategies, 'sma', source);
  const kept = strategies.versions('sma').map(({ version }) => strategies.source('sma', version));
  expect(kept.map(({ source }) => source)).toEqual(['5', '4', '3']);
  expect(readdirSync(join(versions, 'sma'))).toHaveLength(4);
});

it('keeps versions where nobody else may look', () => {
  const { strategies, versions } = opened();
  upload(strategies, 'sma', 'secret');
  expect(statSync(versions).mode & 0o777).toBe(0o700);
  for (const file of readdirSync(join(versions, 'sma'))) {
    expect(statSync(join(versions, 'sma', file)).mode & 0o777).toBe(0o600);
  }
});

it('gives a version again that becomes the newest one', () => {
  const { strategies } = opened();
  for (const source of ['one', 'two', 'one']) upload(strategies, 'sma', source);
  const sources = strategies
    .versions('sma')
    .map(({ version }) => strategies.source('sma', version).source);
  expect(sources).toEqual(['one', 'two']);
});

it('writes into the folder of a strategy that has one', () => {
  const { strategies, folder } = opened();
  mkdirSync(join(folder, 'big'));
  writeFileSync(join(folder, 'big', 'strategy.ts'), 'one');
  expect(upload(strategies, 'big', 'two').file).toBe('big/strategy.ts');
  expect(readFileSync(join(folder, 'big', 'strategy.ts'), 'utf8')).toBe('two');
});

it('has one file where an upload has another extension', () => {
  const { strategies, folder } = opened();
  upload(strategies, 'sma', 'one');
  strategies.upload({ name: 'sma', source: 'two', extension: 'mjs', by: 'ada', workers: [] });
  expect(readdirSync(folder)).toEqual(['sma.mjs']);
});

it('does not take the file of workers away', () => {
  const { strategies } = opened();
  upload(strategies, 'sma', 'one');
  const workers = ['sma-1'];
  const other = { name: 'sma', source: 'two', extension: 'js', by: 'ada', workers } as const;
  expect(codeOf(() => strategies.upload(other))).toBe('STRATEGY_IN_USE');
  expect(codeOf(() => strategies.delete('sma', workers))).toBe('STRATEGY_IN_USE');
  expect(strategies.source('sma').source).toBe('one');
});

it('keeps the versions of what was deleted', () => {
  const { strategies } = opened();
  const { version } = upload(strategies, 'sma', 'one');
  strategies.delete('sma', []);
  expect(strategies.names()).toEqual([]);
  expect(codeOf(() => strategies.source('sma'))).toBe('UNKNOWN_STRATEGY');
  expect(strategies.versions('sma').map((kept) => kept.version)).toEqual([version]);
  expect(strategies.source('sma', version).source).toBe('one');
});

it('refuses a source that is too large', () => {
  const { strategies } = opened();
  const source = 'ü'.repeat(600_000);
  expect(codeOf(() => upload(strategies, 'sma', source))).toBe('STRATEGY_TOO_LARGE');
  expect(strategies.names()).toEqual([]);
});

it('names a version that is not kept', () => {
  const { strategies } = opened();
  upload(strategies, 'sma', 'one');
  expect(codeOf(() => strategies.source('sma', '0123456789ab'))).toBe('UNKNOWN_STRATEGY_VERSION');
});

it('goes on where the index of the versions is damaged', () => {
  const { strategies, versions } = opened();
  upload(strategies, 'sma', 'one');
  writeFileSync(join(versions, 'sma', 'versions.json'), '[{"version": "../../x"}]');
  upload(strategies, 'sma', 'two');
  expect(strategies.versions('sma')).toHaveLength(2);
});

it('uses no links, neither for a file nor for a folder', () => {
  const { strategies, folder } = opened();
  const outside = mkdtempSync(join(tmpdir(), 'quantcell-outside-'));
  onTestFinished(() => rmSync(outside, { recursive: true, force: true }));
  writeFileSync(join(outside, 'strategy.ts'), 'outside');
  symlinkSync(join(outside, 'strategy.ts'), join(folder, 'file.ts'));
  symlinkSync(outside, join(folder, 'folder'));
  for (const name of ['file', 'folder']) {
    expect(codeOf(() => strategies.pathOf(name))).toBe('UNSAFE_STRATEGY');
    expect(codeOf(() => strategies.source(name))).toBe('UNSAFE_STRATEGY');
    expect(codeOf(() => upload(strategies, name, 'changed'))).toBe('UNSAFE_STRATEGY');
  }
  expect(readFileSync(join(outside, 'strategy.ts'), 'utf8')).toBe('outside');
  expect(strategies.list()).toEqual([]);
});

it('uses nothing that everybody may write', () => {
  const { strategies, folder } = opened();
  writeFileSync(join(folder, 'a.ts'), 'one');
  chmodSync(join(folder, 'a.ts'), 0o666);
  expect(codeOf(() => strategies.pathOf('a'))).toBe('UNSAFE_STRATEGY');
  chmodSync(join(folder, 'a.ts'), 0o600);
  expect(strategies.pathOf('a')).toBe(join(folder, 'a.ts'));
  chmodSync(folder, 0o777);
  expect(codeOf(() => strategies.pathOf('a'))).toBe('UNSAFE_STRATEGY');
  expect(codeOf(() => upload(strategies, 'new', 'one'))).toBe('UNSAFE_STRATEGY');
  expect(readdirSync(folder)).toEqual(['a.ts']);
});

it('may have a link for its folder, as whoever configured it wants', () => {
  const { folder, versions } = opened();
  const link = `${folder}-link`;
  symlinkSync(folder, link);
  const strategies = new StrategyFolder({
    folder: link,
    versionsFolder: versions,
    keepVersions: 1,
  });
  upload(strategies, 'a', 'one');
  expect(strategies.pathOf('a')).toBe(join(link, 'a.ts'));
});

it('knows the names of its own files alone', () => {
  const { strategies, folder } = opened();
  expect(strategies.nameOf(join(folder, 'a.ts'))).toBe('a');
  expect(strategies.nameOf(join(folder, 'a', 'strategy.mjs'))).toBe('a');
  expect(strategies.nameOf(join(folder, 'a', 'other.ts'))).toBeNull();
  expect(strategies.nameOf(join(folder, 'a.b.ts'))).toBeNull();
  expect(strategies.nameOf('/elsewhere/a.ts')).toBeNull();
});
