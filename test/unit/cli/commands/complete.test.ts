import { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { complete } from '../../../../src/cli/commands/complete.ts';

const program = new Command('quantcell');
program
  .command('stand')
  .option('-n, --number <n>', '')
  .option('--flag', '')
  .addOption(new Option('--way <way>', '').choices(['up', 'down']));
program.command('start').argument('<file>');
program.command('tokens').command('list');
program.command('__complete', { hidden: true });

describe('complete', () => {
  it.each([
    [['st'], ['stand', 'start']],
    [[''], ['stand', 'start', 'tokens']],
    [['tokens', ''], ['list']],
    [
      ['stand', '--'],
      ['--number', '--flag', '--way', '--help'],
    ],
    [['stand', '--way', 'u'], ['up']],
    [['stand', '--number', ''], []],
    [['start', 'x'], []],
    [['nothing', 'x'], []],
  ])('of %o is %o', async (words, candidates) => {
    expect(await complete(program, words)).toEqual(candidates);
  });
});
