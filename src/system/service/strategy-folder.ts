import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { quote } from '../../base/errors.ts';
import { makeDirectories } from '../../base/make-directories.ts';
import { nearestNames } from '../../base/nearest.ts';
import { SystemError } from '../errors.ts';

export interface StrategyFolderOptions {
  /** The only place that strategies are run from. */
  readonly folder: string;
  /** Where the versions before are kept. */
  readonly versionsFolder: string;
  readonly keepVersions: number;
}

const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const EXTENSIONS = ['ts', 'mts', 'js', 'mjs'] as const;
const WORLD_WRITABLE = 0o002;

/** The strategies that may be run, by name: `NAME.ts` or `NAME/strategy.ts` in one folder, and nothing else. */
export class StrategyFolder {
  readonly folder: string;

  constructor(options: StrategyFolderOptions) {
    this.folder = resolve(options.folder);
  }

  /** Makes the folder if need be. */
  open(): void {
    makeDirectories(this.folder);
  }

  /** In alphabetical order; what is no strategy by its name is passed over. */
  names(): readonly string[] {
    const names = readdirSync(this.folder, { withFileTypes: true }).flatMap((entry) => {
      const [name = '', extension] = entry.name.split('.', 2);
      if (!NAME.test(name)) return [];
      if (entry.isDirectory()) return this.#fileOf(name) === undefined ? [] : [name];
      return entry.name === `${name}.${extension}` && isExtension(extension) ? [name] : [];
    });
    return [...new Set(names)].toSorted();
  }

  /** The file of a strategy, looked at just now. @throws {SystemError} codes `UNKNOWN_STRATEGY`, `UNSAFE_STRATEGY` */
  pathOf(name: string): string {
    const path = NAME.test(name) ? this.#fileOf(name) : undefined;
    if (path === undefined) {
      const near = nearestNames(name, this.names(), 1).map((other) => quote(other));
      const hint = near.length === 0 ? '' : `; did you mean ${near.join(', ')}?`;
      throw new SystemError(
        'UNKNOWN_STRATEGY',
        `there is no strategy ${quote(name)} in ${this.folder}${hint}`,
        { strategy: name },
      );
    }
    checkSafe(name, path, this.folder);
    return path;
  }

  /** The name of the strategy in a file; null for one that is elsewhere. */
  nameOf(path: string): string | null {
    const [file, folder] = [basename(path), dirname(path)];
    const [name = '', extension] = file.split('.', 2);
    if (!isExtension(extension)) return null;
    if (folder === this.folder) return NAME.test(name) ? name : null;
    return name === 'strategy' && dirname(folder) === this.folder ? basename(folder) : null;
  }

  #fileOf(name: string): string | undefined {
    const candidates = EXTENSIONS.flatMap((extension) => [
      join(this.folder, `${name}.${extension}`),
      join(this.folder, name, `strategy.${extension}`),
    ]);
    return candidates.find((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
  }
}

function isExtension(text: string | undefined): boolean {
  return (EXTENSIONS as readonly (string | undefined)[]).includes(text);
}

/** Links lead anywhere, and what everybody may write runs anybody's code. */
function checkSafe(name: string, path: string, folder: string): void {
  const unsafe = (why: string): SystemError =>
    new SystemError('UNSAFE_STRATEGY', `strategy ${quote(name)} is not started: ${path} ${why}`, {
      strategy: name,
    });
  const stats = lstatSync(path);
  if (!stats.isFile()) throw unsafe('is not a regular file: put the file itself there');
  if (!realpathSync(path).startsWith(realpathSync(folder) + sep)) {
    throw unsafe('leads out of the strategies folder');
  }
  if ((stats.mode & WORLD_WRITABLE) !== 0) {
    const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
    throw unsafe(`may be written by everybody (mode ${mode}): chmod o-w takes that away`);
  }
}
