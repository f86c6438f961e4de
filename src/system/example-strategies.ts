import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeDirectories } from '../base/make-directories.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

/** Copies examples of this package into a strategies folder; what is there stays as it is. Returns the names that were copied. */
export function copyExamples(names: readonly string[], folder: string): readonly string[] {
  makeDirectories(folder);
  const missing = names.filter((name) => !existsSync(join(folder, name)));
  for (const name of missing) {
    cpSync(join(EXAMPLES, name), join(folder, name), { recursive: true });
  }
  return missing;
}
