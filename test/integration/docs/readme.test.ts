import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { filesOutside } from '../support/files.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The sample of a page in a language, which must be its only one. */
function sample(page: string, language: string): string {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const found = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))];
  expect(found).toHaveLength(1);
  return found[0]?.[1] ?? '';
}

/** Puts the samples of a page beside each other, where the package is installed as npm links a folder. */
function installed(page: string): string {
  const directory = filesOutside({
    'breakout.ts': sample(page, 'ts'),
    'main.mjs': sample(page, 'js'),
  });
  mkdirSync(join(directory, 'node_modules'));
  symlinkSync(ROOT, join(directory, 'node_modules/quantcell'));
  symlinkSync(join(ROOT, 'node_modules/zod'), join(directory, 'node_modules/zod'));
  return directory;
}

describe.each(['README.md', 'README.zh-CN.md'])('the samples of %s', (page) => {
  it('run outside of the repository, from any current directory', async () => {
    const main = join(installed(page), 'main.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [main], { cwd: '/' });
    expect(stdout).toBe('breakout-1 ended: stopped when asked\n{ bars: 4, breakouts: 1 }\n');
  });
});
