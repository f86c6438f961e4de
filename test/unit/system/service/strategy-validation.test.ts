import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { StrategyBuildError, WorkerError } from '../../../../src/host/errors.ts';
import { StrategyFolder } from '../../../../src/system/service/strategy-folder.ts';
import { StrategyValidator } from '../../../../src/system/service/strategy-validation.ts';

const DESCRIPTION = {
  name: 'S',
  symbols: [],
  dataTypes: [],
  warmup: 0,
  callbacks: [],
  paramsSchema: null,
};

function validatorOf(describe: (path: string) => unknown) {
  const home = mkdtempSync(join(tmpdir(), 'quantcell-validation-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const folder = join(home, 'strategies');
  const strategies = new StrategyFolder({ folder, versionsFolder: home, keepVersions: 1 });
  strategies.open();
  const validator = new StrategyValidator(strategies, async (path) => {
    await Promise.resolve();
    return describe(path) as typeof DESCRIPTION;
  });
  return { validator, folder };
}

it('looks at a source beside what it may import, and leaves nothing of it', async () => {
  const seen: string[] = [];
  const { validator, folder } = validatorOf((path) => {
    seen.push(path, readFileSync(path, 'utf8'));
    return DESCRIPTION;
  });
  mkdirSync(join(folder, 'big'));
  writeFileSync(join(folder, 'big', 'strategy.ts'), 'before');
  const found = await validator.validateSource('after', 'ts', 'big');
  expect(found).toEqual({ isValid: true, description: DESCRIPTION, faults: [] });
  expect(seen).toEqual([join(folder, 'big', '.validated.ts'), 'after']);
  expect(readdirSync(join(folder, 'big'))).toEqual(['strategy.ts']);
});

it('says where each fault is, and not where the folder is', async () => {
  const { validator, folder } = validatorOf((path) => {
    throw new StrategyBuildError('STRATEGY_COMPILE_FAILED', `${path} does not compile`, {
      errors: [
        '.validated.ts:3:7: Expected ";": oops',
        'helper.ts:9:1: No such export',
        'Could not resolve "x"',
      ],
    });
  });
  const { isValid, faults } = await validator.validateSource('x', 'ts', 'sma');
  expect(isValid).toBe(false);
  expect(faults.map(({ message, line, column }) => [message, line, column])).toEqual([
    ['sma.ts:3:7: Expected ";": oops', 3, 7],
    ['helper.ts:9:1: No such export', null, null],
    ['Could not resolve "x"', null, null],
  ]);
  expect(JSON.stringify(faults)).not.toContain(folder);
});

it('says where in the source something was thrown', async () => {
  const { validator, folder } = validatorOf((path) => {
    const stack = `Error: no\n    at ${path}:12:5`;
    throw new WorkerError('STRATEGY_LOAD_FAILED', `${path} threw: no`, {}, undefined, stack);
  });
  const { faults } = await validator.validateSource('x', 'mjs');
  expect(faults).toEqual([
    { code: 'STRATEGY_LOAD_FAILED', message: 'strategy.mjs threw: no', line: 12, column: 5 },
  ]);
  expect(readdirSync(folder)).toEqual([]);
});

it('does not take what is not the fault of the strategy for one', async () => {
  const { validator, folder } = validatorOf(() => {
    throw new WorkerError('NOT_STARTED', 'the manager stops');
  });
  await expect(validator.validateSource('x', 'ts')).rejects.toMatchObject({ code: 'NOT_STARTED' });
  expect(readdirSync(folder)).toEqual([]);
});

it('looks at one source after the other', async () => {
  let atOnce = 0;
  const { validator } = validatorOf((path) => {
    atOnce += 1;
    const source = readFileSync(path, 'utf8');
    atOnce -= 1;
    return { ...DESCRIPTION, name: `${source} ${atOnce}` };
  });
  const found = await Promise.all(
    ['a', 'b', 'c'].map((source) => validator.validateSource(source, 'ts')),
  );
  expect(found.map(({ description }) => description?.name)).toEqual(['a 0', 'b 0', 'c 0']);
});
