import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory and what leads to it, level by level: Node 20's own recursive mkdir never ends where
 * a level can't be made although its parent is there, as in /proc. New ones have mode 0700.
 */
export function makeDirectories(path: string): void {
  if (madeOrThere(path)) return;
  makeDirectories(dirname(path));
  if (!madeOrThere(path)) mkdirSync(path, { mode: 0o700 });
}

/** False if what leads to it is missing. */
function madeOrThere(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(path) !== path) return false;
    if (code === 'EEXIST' && statSync(path).isDirectory()) return true;
    throw thrown;
  }
}
