import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { QuantCellError } from '../../../../src/base/errors.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import { StrategyFolder } from '../../../../src/system/service/strategy-folder.ts';

const PIECES = [
  '..', '.', '/', '\\', '//', '../', '..\\', '%2e%2e', '%2f', '%5c', '%00', '\0', '\n', ' ', '~',
  'etc', 'passwd', 'secret', 'secret.ts', 'strategy', 'strategy.ts', '.ts', '.source', 'versions.json',
  'sma', 'SMA', 'ünter', '．．', '∕', 'file://', 'C:', 'con', 'a', '-', '_', '0', '*', '?', '$HOME', '`id`',
  '__proto__', 'constructor', '\u202e', '\ud800',
]; // prettier-ignore
const CASES = 12_000;
const MAX_PIECES = 7;

it('reads nothing outside, whatever it is asked for', () => {
  const home = mkdtempSync(join(tmpdir(), 'quantcell-fuzz-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  for (const folder of ['strategies', 'versions', 'etc', 'secret']) mkdirSync(join(home, folder));
  for (const file of ['secret.ts', 'a.ts', 'secret/strategy.ts', 'etc/passwd', '0.source']) {
    writeFileSync(join(home, file), 'SECRET');
  }
  const strategies = new StrategyFolder({
    folder: join(home, 'strategies'),
    versionsFolder: join(home, 'versions'),
    keepVersions: 5,
  });
  strategies.upload({ name: 'sma', source: 'inside', extension: 'ts', by: 'ada', workers: [] });
  const random = seededRandom(20_260_131);
  const pick = (): string => PIECES[Math.floor(random() * PIECES.length)] as string;
  const some = (): string =>
    Array.from({ length: 1 + Math.floor(random() * MAX_PIECES) }, pick).join('');
  const read: unknown[] = [];
  for (let number = 0; number < CASES; number += 1) {
    const [name, version] = [some(), some()];
    const asks = [
      () => strategies.pathOf(name),
      () => strategies.source(name),
      () => strategies.source(name, version),
      () => strategies.versions(name),
      () => strategies.delete(name, []),
    ];
    const got =
      name === 'sma' ? 'UNKNOWN_STRATEGY' : codeOf(asks[number % asks.length] as () => unknown);
    const ofVersion =
      number % 4 > 0 ||
      codeOf(() => strategies.source('sma', version)) === 'UNKNOWN_STRATEGY_VERSION';
    if (got !== 'UNKNOWN_STRATEGY' || !ofVersion) {
      read.push({ name, version, got });
    }
  }
  expect(read).toEqual([]);
  expect(readdirSync(home).toSorted()).toEqual(
    ['0.source', 'a.ts', 'etc', 'secret', 'secret.ts', 'strategies', 'versions'].toSorted(),
  );
});

function codeOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof QuantCellError) return thrown.code;
    throw thrown;
  }
}
