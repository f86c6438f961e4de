import { rmSync } from 'node:fs';

/** Removes a file or a directory with all that is in it, at an end that a fault of the disk must not keep from being one. */
export function removeIfPossible(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Whoever uses the place next tidies up.
  }
}
