import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RunDirectory } from '../../../src/host/run-directory.ts';

function place(): string {
  const path = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe('a home directory', () => {
  it('is made with all that leads to it, each for its owner alone', () => {
    const home = join(place(), 'a', 'b');
    const directory = RunDirectory.acquire(home);
    onTestFinished(() => directory.release());
    for (const path of [join(home, '..'), home, join(home, 'run'), directory.within('output')]) {
      expect(statSync(path).mode & 0o777).toBe(0o700);
    }
    // What is there already is taken as it is.
    expect(directory.within('output')).toBe(join(home, 'run', 'output'));
  });

  it.skipIf(process.platform !== 'linux').each(['/proc/x', '/proc/x/y'])(
    'that the system does not let anyone make (%s) is refused at once',
    (home) => {
      expect(() => RunDirectory.acquire(home)).toThrow(
        expect.objectContaining({
          code: 'DIRECTORY_UNUSABLE',
          message: expect.stringMatching(/^can't use "\/proc\/x.*ENOENT/),
        }),
      );
    },
  );

  it.each(['file', 'file/below'])('that leads over a file (%s) is refused', (name) => {
    const path = place();
    writeFileSync(join(path, 'file'), '');
    expect(() => RunDirectory.acquire(join(path, name))).toThrow(
      expect.objectContaining({ code: 'DIRECTORY_UNUSABLE' }),
    );
  });
});
