import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname, sep } from 'node:path';

/** Editors write a file in several steps: it is looked at once they are done, milliseconds. */
const SETTLE_MS = 150;

/**
 * Watches the files of a strategy. Folders are watched, not files: many editors put a new file in the place
 * of the old one.
 */
export class StrategyWatcher {
  readonly #onChange: () => void;
  #watchers: FSWatcher[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `onChange` is called after a file was changed; not while it is still being changed. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Watches these files instead of those before. Installed packages are not watched. */
  watch(files: readonly string[]): void {
    this.#closeWatchers();
    const byFolder = new Map<string, Set<string>>();
    for (const file of files) {
      if (file.includes(`${sep}node_modules${sep}`)) continue;
      const names = byFolder.get(dirname(file)) ?? new Set();
      byFolder.set(dirname(file), names.add(basename(file)));
    }
    for (const [folder, names] of byFolder) this.#watchFolder(folder, names);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#closeWatchers();
  }

  #watchFolder(folder: string, names: ReadonlySet<string>): void {
    try {
      this.#watchers.push(this.#watcherOf(folder, names));
    } catch {
      // It is gone, or the system watches no more folders: the strategy runs all the same.
    }
  }

  #watcherOf(folder: string, names: ReadonlySet<string>): FSWatcher {
    const watcher = watch(folder, { persistent: false }, (_event, name) => {
      if (name === null || !names.has(name)) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(this.#onChange, SETTLE_MS);
    });
    // A folder that is removed is watched no more; the strategy goes on.
    watcher.on('error', () => watcher.close());
    return watcher;
  }

  #closeWatchers(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }
}
