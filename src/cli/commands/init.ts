import { closeSync, fchmodSync, openSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { makeDirectories } from '../../base/make-directories.ts';
import { CONFIG_TEMPLATE } from '../../system/config/config-template.ts';
import { copyExamples } from '../../system/example-strategies.ts';
import { UsageError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { homeOf } from '../home.ts';
import { CONFIG_NAME } from '../serve-options.ts';

/** Options of `quantcell init`. */
export interface InitFlags {
  readonly force?: boolean;
}

/** `quantcell init`: a configuration to begin with. Returns the exit code. */
export function initCommand(directory: string | undefined, flags: InitFlags): number {
  const home = homeOf(directory);
  const path = join(home, CONFIG_NAME);
  makeDirectories(home);
  write(path, flags.force === true);
  const strategies = join(home, 'strategies');
  const copied = copyExamples(['sma-cross'], strategies);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say(`wrote ${path}`);
  for (const name of copied) say(`wrote ${join(strategies, name)}`);
  const isUsual = home === homeOf(undefined);
  say(`start it with: quantcell serve${isUsual ? '' : ` --home ${relative('', home) || '.'}`}`);
  return ExitCode.OK;
}

/** Only its owner reads it: there may be secrets in it some day. */
function write(path: string, isForced: boolean): void {
  let file: number;
  try {
    file = openSync(path, isForced ? 'w' : 'wx', 0o600);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    throw new UsageError(`${path} is there already and stays as it is: --force writes over it`);
  }
  try {
    fchmodSync(file, 0o600);
    writeFileSync(file, CONFIG_TEMPLATE);
  } finally {
    closeSync(file);
  }
}
