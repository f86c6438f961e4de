import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { makeDirectories } from '../../base/make-directories.ts';
import { readKept, writeKept } from './kept-file.ts';
import { isStrategyName, STRATEGY_EXTENSIONS, type StrategyExtension } from './strategy-files.ts';

/** A source as it once was. */
export interface StrategyVersion {
  /** Hash of the source, 12 hexadecimal digits. */
  readonly version: string;
  /** When it came, milliseconds since the Unix epoch. */
  readonly at: number;
  readonly sizeBytes: number;
  /** Who uploaded it; null for a file that was put there. */
  readonly by: string | null;
}

interface KeptVersion extends StrategyVersion {
  readonly extension: StrategyExtension;
}

const VERSION = /^[0-9a-f]{12}$/;
const VERSION_DIGITS = 12;
const INDEX = 'versions.json';

const index = z.array(
  z.object({
    version: z.string().regex(VERSION),
    at: z.int(),
    sizeBytes: z.int(),
    by: z.string().nullable(),
    extension: z.enum(STRATEGY_EXTENSIONS),
  }),
);

export function versionOf(source: string): string {
  return createHash('sha256').update(source).digest('hex').slice(0, VERSION_DIGITS);
}

/**
 * The last versions of each strategy, in a folder with mode 0700: `NAME/VERSION.source` for each, and
 * `NAME/versions.json`, which says what they are. What the index does not name is not there.
 */
export class StrategyVersions {
  readonly #folder: string;
  readonly #keep: number;

  /** So many of each are kept, the newest ones. */
  constructor(folder: string, keep: number) {
    this.#folder = resolve(folder);
    this.#keep = keep;
  }

  /** Newest first; none for what is no strategy by its name. */
  list(name: string): readonly KeptVersion[] {
    if (!isStrategyName(name)) return [];
    const kept = readKept(join(this.#folder, name, INDEX));
    if (kept === undefined) return [];
    return parsed(kept.text);
  }

  /** Undefined for one that is not kept. */
  source(name: string, version: string): string | undefined {
    if (!this.list(name).some((kept) => kept.version === version)) return undefined;
    return readKept(this.#pathOf(name, version))?.text;
  }

  /** Keeps a source as the newest version; one that was there already is the newest again. */
  keep(name: string, source: string, facts: Omit<KeptVersion, 'version' | 'sizeBytes'>): void {
    if (!isStrategyName(name)) return;
    const before = this.list(name);
    const version = versionOf(source);
    makeDirectories(join(this.#folder, name));
    writeKept(this.#pathOf(name, version), source);
    const kept = { version, sizeBytes: Buffer.byteLength(source), ...facts };
    const all = [kept, ...before.filter((other) => other.version !== version)];
    writeKept(join(this.#folder, name, INDEX), `${JSON.stringify(all.slice(0, this.#keep))}\n`);
    for (const gone of all.slice(this.#keep)) {
      rmSync(this.#pathOf(name, gone.version), { force: true });
    }
  }

  #pathOf(name: string, version: string): string {
    return join(this.#folder, name, `${version}.source`);
  }
}

/** An index that nobody can read names nothing: the next upload begins another one. */
function parsed(text: string): readonly KeptVersion[] {
  try {
    return index.parse(JSON.parse(text));
  } catch {
    return [];
  }
}
