import { lstatSync, rmSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { quote } from '../../base/errors.ts';
import { makeDirectories } from '../../base/make-directories.ts';
import { SystemError } from '../errors.ts';
import { readKept, writeKept } from './kept-file.ts';
import { StrategyFiles, type StrategyExtension } from './strategy-files.ts';
import { StrategyVersions, versionOf, type StrategyVersion } from './strategy-versions.ts';

export interface StrategyFolderOptions {
  /** The only place that strategies are run from. */
  readonly folder: string;
  /** Where the versions before are kept. */
  readonly versionsFolder: string;
  readonly keepVersions: number;
}

/** A strategy in the folder, as its file is now. */
export interface StrategyFile {
  readonly name: string;
  /** Inside the folder, such as `sma.ts` or `sma/strategy.ts`. */
  readonly file: string;
  readonly sizeBytes: number;
  /** Milliseconds since the Unix epoch. */
  readonly modifiedAt: number;
  /** Hash of the source, 12 hexadecimal digits. */
  readonly version: string;
}

export interface StrategyUpload {
  readonly name: string;
  readonly source: string;
  readonly extension: StrategyExtension;
  /** Who uploads it. */
  readonly by: string;
  /** Workers that are made of the strategy. */
  readonly workers: readonly string[];
}

const MAX_SOURCE_BYTES = 1_048_576;
const MAX_NAMED = 10;

/** The strategies that may be run, by name: `NAME.ts` or `NAME/strategy.ts` in one folder, and nothing else. */
export class StrategyFolder {
  readonly #files: StrategyFiles;
  readonly #versions: StrategyVersions;
  /** By path: a file that has not changed is not read again. */
  readonly #known = new Map<string, { readonly mark: string; readonly file: StrategyFile }>();

  constructor(options: StrategyFolderOptions) {
    this.#files = new StrategyFiles(options.folder);
    this.#versions = new StrategyVersions(options.versionsFolder, options.keepVersions);
  }

  get folder(): string {
    return this.#files.folder;
  }

  /** Makes the folder if need be. */
  open(): void {
    makeDirectories(this.folder);
  }

  /** In alphabetical order; what is no strategy by its name is passed over. */
  names(): readonly string[] {
    return this.#files.names();
  }

  /** The file of a strategy, looked at just now. @throws {SystemError} codes `UNKNOWN_STRATEGY`, `UNSAFE_STRATEGY` */
  pathOf(name: string): string {
    return this.#files.pathOf(name);
  }

  /** The name of the strategy in a file; null for one that is elsewhere. */
  nameOf(path: string): string | null {
    return this.#files.nameOf(path);
  }

  /** In alphabetical order; those that may not be used are passed over. */
  list(): readonly StrategyFile[] {
    return this.names().flatMap((name) => {
      try {
        return [this.get(name)];
      } catch (thrown) {
        // It is not safe, or was taken away just now.
        if (thrown instanceof SystemError) return [];
        throw thrown;
      }
    });
  }

  /** @throws as `pathOf` */
  get(name: string): StrategyFile {
    const path = this.pathOf(name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    const mark = `${stats?.mtimeMs} ${stats?.size} ${stats?.ino}`;
    const known = this.#known.get(path);
    if (known?.mark === mark) return known.file;
    const { text, sizeBytes, modifiedAt } = this.#read(name, path);
    const inside = path.slice(this.folder.length + 1);
    const file = { name, file: inside, sizeBytes, modifiedAt, version: versionOf(text) };
    this.#known.set(path, { mark, file });
    return file;
  }

  /**
   * The source as it is now, or as it was.
   *
   * @throws as `pathOf`
   * @throws {SystemError} code `UNKNOWN_STRATEGY_VERSION`
   */
  source(name: string, version?: string): { readonly version: string; readonly source: string } {
    const path = this.#files.find(name);
    const now = path === undefined ? undefined : this.#read(name, path).text;
    if (version === undefined) {
      if (now === undefined) this.pathOf(name);
      return { version: versionOf(now ?? ''), source: now ?? '' };
    }
    if (now !== undefined && versionOf(now) === version) return { version, source: now };
    const source = this.#versions.source(name, version);
    if (source !== undefined) return { version, source };
    // A strategy that there is nothing of is named as such.
    const kept = this.versions(name).map((one) => one.version);
    throw new SystemError(
      'UNKNOWN_STRATEGY_VERSION',
      `there is no version ${quote(version)} of strategy ${quote(name)}: kept are ${kept.join(', ')}`,
      { strategy: name, version },
    );
  }

  /** Newest first, and first of all the file as it is; also of a strategy that was deleted. @throws as `pathOf` */
  versions(name: string): readonly StrategyVersion[] {
    const kept = this.#versions
      .list(name)
      .map(({ version, at, sizeBytes, by }) => ({ version, at, sizeBytes, by }));
    if (this.#files.find(name) === undefined) {
      if (kept.length === 0) this.pathOf(name);
      return kept;
    }
    const { version, sizeBytes, modifiedAt } = this.get(name);
    const current = kept.find((one) => one.version === version);
    const now = current ?? { version, at: modifiedAt, sizeBytes, by: null };
    return [now, ...kept.filter((one) => one !== current)];
  }

  /** Whether what is in the folder may be run. @throws {SystemError} code `UNSAFE_STRATEGY` */
  checkSafe(): void {
    this.#files.checkFolder();
  }

  /**
   * Where a source of that name is to be, beside what it may import.
   *
   * @throws {SystemError} codes `UNKNOWN_STRATEGY` for what is no name, `UNSAFE_STRATEGY`
   */
  targetOf(name: string, extension: StrategyExtension): string {
    const path = this.#files.find(name) ?? this.#files.newPathOf(name);
    return join(dirname(path), `${basename(path, extname(path))}.${extension}`);
  }

  /**
   * Puts a source in the place of a strategy, or makes a new one; both are kept as versions. Whether it is valid
   * is for others to say.
   *
   * @throws as `targetOf`
   * @throws {SystemError} codes `STRATEGY_TOO_LARGE`, `STRATEGY_IN_USE`
   */
  upload({ name, source, extension, by, workers }: StrategyUpload): StrategyFile {
    const target = this.targetOf(name, extension);
    const bytes = Buffer.byteLength(source);
    if (bytes > MAX_SOURCE_BYTES) {
      throw new SystemError(
        'STRATEGY_TOO_LARGE',
        `the source of strategy ${quote(name)} has ${bytes} bytes: expected at most ${MAX_SOURCE_BYTES}`,
        { strategy: name, bytes },
      );
    }
    const before = this.#files.find(name);
    if (before !== undefined && before !== target) {
      // They would look for a file that is not there any more.
      refuseIfUsed(name, workers, `is ${basename(before)}, and can't become ${basename(target)}`);
    }
    if (before !== undefined) this.#keepAsItIs(name, before);
    this.#versions.keep(name, source, { at: Date.now(), by, extension });
    writeKept(target, source);
    if (before !== undefined && before !== target) rmSync(before);
    return this.get(name);
  }

  /**
   * Takes a strategy out of the folder; it is kept as a version.
   *
   * @param workers those that are made of it
   * @throws as `pathOf`
   * @throws {SystemError} code `STRATEGY_IN_USE`
   */
  delete(name: string, workers: readonly string[]): void {
    const path = this.pathOf(name);
    refuseIfUsed(name, workers, "can't be deleted");
    this.#keepAsItIs(name, path);
    rmSync(path);
    this.#known.delete(path);
  }

  /** A file that was put there by hand is not lost either. */
  #keepAsItIs(name: string, path: string): void {
    const { text, modifiedAt } = this.#read(name, path);
    const version = versionOf(text);
    if (this.#versions.list(name).some((kept) => kept.version === version)) return;
    const extension = extname(path).slice(1) as StrategyExtension;
    this.#versions.keep(name, text, { at: modifiedAt, by: null, extension });
  }

  #read(name: string, path: string): NonNullable<ReturnType<typeof readKept>> {
    const read = readKept(path);
    if (read !== undefined) return read;
    // It was another one a moment ago.
    this.pathOf(name);
    throw new SystemError('UNSAFE_STRATEGY', `strategy ${quote(name)} changes while it is read`, {
      strategy: name,
    });
  }
}

function refuseIfUsed(name: string, workers: readonly string[], what: string): void {
  if (workers.length === 0) return;
  const named = workers.slice(0, MAX_NAMED).map((id) => quote(id));
  const more = workers.length > MAX_NAMED ? ` and ${workers.length - MAX_NAMED} more` : '';
  throw new SystemError(
    'STRATEGY_IN_USE',
    `strategy ${quote(name)} ${what} while workers are made of it: delete ${named.join(', ')}${more} first`,
    { strategy: name, workers: workers.slice(0, MAX_NAMED) },
  );
}
