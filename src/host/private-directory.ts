import { chmodSync } from 'node:fs';
import { messageOf, quote } from '../base/errors.ts';
import { makeDirectories } from '../base/make-directories.ts';
import { DirectoryError } from './errors.ts';

/**
 * Makes a directory and what leads to it, unless it is there, and gives it mode 0700.
 *
 * @throws {DirectoryError} code `DIRECTORY_UNUSABLE`
 */
export function makePrivateDirectory(path: string): void {
  useDirectory(path, () => {
    makeDirectories(path);
    chmodSync(path, 0o700);
  });
}

/** Does `action` to the directory. @throws {DirectoryError} code `DIRECTORY_UNUSABLE` if it fails */
export function useDirectory(path: string, action: () => void): void {
  try {
    action();
  } catch (thrown) {
    if (thrown instanceof DirectoryError) throw thrown;
    throw new DirectoryError(
      'DIRECTORY_UNUSABLE',
      `can't use ${quote(path)}: ${messageOf(thrown)}`,
      { path },
      thrown,
    );
  }
}
