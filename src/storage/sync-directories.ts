import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Puts the names that lead to a new file onto the disk: a file that is synced is lost with the directory that
 * is not. What can't be opened, or is no directory that can be synced, is left out: it was not made just now.
 *
 * @throws the system's error EIO
 */
export function syncDirectories(path: string): void {
  let directory = dirname(resolve(path));
  for (;;) {
    syncDirectory(directory);
    const parent = dirname(directory);
    if (parent === directory) return;
    directory = parent;
  }
}

function syncDirectory(directory: string): void {
  let file: number | undefined;
  try {
    file = openSync(directory, 'r');
    fsyncSync(file);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EIO') throw thrown;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
