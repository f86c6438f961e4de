import { lstatSync, readdirSync, realpathSync, statSync, type Stats } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { quote } from '../../base/errors.ts';
import { nearestNames } from '../../base/nearest.ts';
import { SystemError } from '../errors.ts';

/** What the file of a strategy may end in. */
export const STRATEGY_EXTENSIONS = ['ts', 'mts', 'js', 'mjs'] as const;
export type StrategyExtension = (typeof STRATEGY_EXTENSIONS)[number];

const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const WORLD_WRITABLE = 0o002;

/** Names of one folder: `NAME.ts` or `NAME/strategy.ts`, and nothing else. It knows files, and not what is in them. */
export class StrategyFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = resolve(folder);
  }

  /** In alphabetical order; what is no strategy by its name is passed over. */
  names(): readonly string[] {
    const names = readdirSync(this.folder, { withFileTypes: true }).flatMap((entry) => {
      const [name = '', extension] = entry.name.split('.', 2);
      if (!isStrategyName(name)) return [];
      if (entry.isDirectory()) return this.#found(name) === undefined ? [] : [name];
      return entry.name === `${name}.${extension}` && isExtension(extension) ? [name] : [];
    });
    return [...new Set(names)].toSorted();
  }

  /**
   * The file of a strategy, looked at just now.
   *
   * @throws {SystemError} codes `UNKNOWN_STRATEGY`, `UNSAFE_STRATEGY`
   */
  pathOf(name: string): string {
    const path = this.find(name);
    if (path === undefined) throw this.#unknown(name);
    return path;
  }

  /** As `pathOf`; undefined if there is none. @throws {SystemError} code `UNSAFE_STRATEGY` */
  find(name: string): string | undefined {
    const path = isStrategyName(name) ? this.#found(name) : undefined;
    if (path !== undefined) this.#checkSafe(name, path);
    return path;
  }

  /** Where a strategy that is not there yet is put. @throws {SystemError} codes `UNKNOWN_STRATEGY` for what is no name, `UNSAFE_STRATEGY` */
  newPathOf(name: string): string {
    if (!isStrategyName(name)) throw this.#unknown(name);
    this.checkFolder();
    return join(this.folder, `${name}.ts`);
  }

  /** The name of the strategy in a file; null for one that is elsewhere. */
  nameOf(path: string): string | null {
    const [file, folder] = [basename(path), dirname(path)];
    const [name = '', extension] = file.split('.', 2);
    if (!isExtension(extension) || file !== `${name}.${extension}`) return null;
    if (folder === this.folder) return isStrategyName(name) ? name : null;
    if (name !== 'strategy' || dirname(folder) !== this.folder) return null;
    return isStrategyName(basename(folder)) ? basename(folder) : null;
  }

  /** Whether only its owner and their group may write to it. @throws {SystemError} code `UNSAFE_STRATEGY` */
  checkFolder(): void {
    const stats = statSync(this.folder);
    if ((stats.mode & WORLD_WRITABLE) === 0) return;
    throw new SystemError(
      'UNSAFE_STRATEGY',
      `the strategies folder ${this.folder} ${openToAll(stats)}`,
      { folder: this.folder },
    );
  }

  #found(name: string): string | undefined {
    const candidates = STRATEGY_EXTENSIONS.flatMap((extension) => [
      join(this.folder, `${name}.${extension}`),
      join(this.folder, name, `strategy.${extension}`),
    ]);
    return candidates.find((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
  }

  #unknown(name: string): SystemError {
    const near = nearestNames(name, this.names(), 1).map((other) => quote(other));
    const hint = near.length === 0 ? '' : `; did you mean ${near.join(', ')}?`;
    return new SystemError(
      'UNKNOWN_STRATEGY',
      `there is no strategy ${quote(name)} in ${this.folder}${hint}`,
      { strategy: name },
    );
  }

  /** Links lead anywhere, and what everybody may write runs anybody's code. */
  #checkSafe(name: string, path: string): void {
    const unsafe = (what: string, why: string): SystemError =>
      new SystemError('UNSAFE_STRATEGY', `strategy ${quote(name)} is not used: ${what} ${why}`, {
        strategy: name,
      });
    const own = dirname(path);
    if (own !== this.folder && !lstatSync(own).isDirectory()) {
      throw unsafe(own, 'is not a folder: put the folder itself there');
    }
    if (!lstatSync(path).isFile()) {
      throw unsafe(path, 'is not a regular file: put the file itself there');
    }
    if (!realpathSync(path).startsWith(realpathSync(this.folder) + sep)) {
      throw unsafe(path, 'leads out of the strategies folder');
    }
    for (const part of new Set([path, own])) {
      const stats = lstatSync(part);
      if (part === this.folder || (stats.mode & WORLD_WRITABLE) === 0) continue;
      throw unsafe(part, openToAll(stats));
    }
    // It may be a link itself, as whoever has configured it wants.
    this.checkFolder();
  }
}

/** Lower case letters, digits, `_` and `-`, 64 at most: such a name leads nowhere but into the folder. */
export function isStrategyName(name: string): boolean {
  return NAME.test(name);
}

function isExtension(text: string | undefined): boolean {
  return (STRATEGY_EXTENSIONS as readonly (string | undefined)[]).includes(text);
}

function openToAll({ mode }: Stats): string {
  const text = (mode & 0o777).toString(8).padStart(4, '0');
  return `may be written by everybody (mode ${text}): chmod o-w takes that away`;
}
