import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { filesOutside } from '../support/files.ts';

/** Why there can be no file system of a test's own here; undefined if there can. */
export const noMounts: string | undefined = reasonAgainstMounts();

function reasonAgainstMounts(): string | undefined {
  if (process.platform !== 'linux') return 'mounting takes Linux';
  const directory = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory], { stdio: 'pipe' });
    execFileSync('umount', [directory], { stdio: 'pipe' });
    return undefined;
  } catch (thrown) {
    return `mounting isn't allowed here: ${String((thrown as Error).message).trim()}`;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A file system of 4 MB with a home in it, which goes with the test. */
export class SmallDisk {
  readonly path: string;
  readonly home: string;

  constructor() {
    this.path = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', this.path]);
    this.home = join(this.path, 'home');
    mkdirSync(this.home);
    onTestFinished(() => {
      execFileSync('umount', ['-l', this.path]);
      rmSync(this.path, { recursive: true, force: true });
    });
  }

  /** Takes all the room that there is but `leftBytes`, to the next 4 KB above. */
  fill(leftBytes = 0): void {
    const file = openSync(join(this.path, 'filler'), 'a');
    let bytes = 0;
    for (const size of [65_536, 4_096, 1]) {
      try {
        for (;;) bytes += writeSync(file, Buffer.alloc(size, 1));
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'ENOSPC') throw thrown;
      }
    }
    closeSync(file);
    truncateSync(join(this.path, 'filler'), Math.max(0, bytes - leftBytes));
  }

  makeRoom(): void {
    rmSync(join(this.path, 'filler'));
  }

  /** From now on nothing can be written on it. It goes on as it was with `rw`. */
  remount(how: 'ro' | 'rw'): void {
    execFileSync('mount', ['-o', `remount,${how}`, this.path]);
  }
}

/** Why there can be no disk that breaks here; undefined if there can. */
export const noBrokenDisks: string | undefined = noMounts ?? reasonAgainstBrokenDisks();

function reasonAgainstBrokenDisks(): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  try {
    const image = makeImage(directory);
    execFileSync('mount', ['-o', 'loop', image, directory], { stdio: 'pipe' });
    execFileSync('umount', [directory], { stdio: 'pipe' });
    return undefined;
  } catch (thrown) {
    return `a disk of a file can't be had here: ${String((thrown as Error).message).trim()}`;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function makeImage(directory: string): string {
  const image = join(directory, 'image');
  writeFileSync(image, '');
  truncateSync(image, 16 * 1_048_576);
  execFileSync('mkfs.ext4', ['-q', '-F', image], { stdio: 'pipe' });
  return image;
}

/** A disk that the system makes read-only as after an error of it, with whatever is open on it. */
export class BreakableDisk {
  readonly home: string;
  readonly #directory: string;
  readonly #image: string;
  readonly #path: string;

  constructor() {
    this.#directory = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
    this.#image = makeImage(this.#directory);
    this.#path = join(this.#directory, 'disk');
    this.home = join(this.#path, 'home');
    mkdirSync(this.#path);
    this.#mount();
    mkdirSync(this.home);
    onTestFinished(() => {
      execFileSync('umount', ['-l', this.#path]);
      rmSync(this.#directory, { recursive: true, force: true });
    });
  }

  break(): void {
    execFileSync('mount', ['-o', 'remount,abort', this.#path]);
  }

  /** To be called when nobody uses it. */
  repair(): void {
    execFileSync('umount', [this.#path]);
    try {
      execFileSync('e2fsck', ['-p', this.#image], { stdio: 'pipe' });
    } catch (thrown) {
      // 1: there was something to repair.
      if ((thrown as { status?: number }).status !== 1) throw thrown;
    }
    this.#mount();
  }

  #mount(): void {
    execFileSync('mount', ['-o', 'loop', this.#image, this.#path]);
  }
}

/** Processes that have a file below a directory open as their output. */
export function processesOn(directory: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && outputOf(name).startsWith(directory))
    .map(Number);
}

function outputOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/1`);
  } catch {
    return '';
  }
}

/** The last bar that the strategy `remembers` says it has seen. */
export function lastOf(report: Readonly<Record<string, unknown>>): number | undefined {
  return ((report['runs'] ?? []) as [number, number][]).at(-1)?.[1];
}

/** A strategy that can tell whether it is ever there twice, and the file that it tells it in. */
export function aloneStrategy(): { readonly file: string; readonly twice: () => string } {
  const directory = filesOutside({
    's.mjs': `import { appendFileSync, readFileSync, readdirSync } from 'node:fs';
      const directory = 'DIRECTORY';
      const alive = (pid) => {
        try {
          const stat = readFileSync('/proc/' + pid + '/stat', 'utf8');
          const rest = stat.slice(stat.lastIndexOf(')') + 2);
          return rest[0] !== 'Z' && rest[0] !== 'X' && rest.split(' ')[19];
        } catch { return undefined; }
      };
      const me = process.pid + ':' + alive(process.pid);
      function look(ctx) {
        const path = directory + '/' + ctx.workerId + '.pids';
        let known = '';
        try { known = readFileSync(path, 'utf8'); } catch {}
        if (!known.includes(me)) appendFileSync(path, me + '\\n');
        for (const other of known.split('\\n').filter((line) => line !== '' && line !== me)) {
          const [pid, began] = other.split(':');
          if (alive(pid) === began) appendFileSync(directory + '/twice', ctx.workerId + ': ' + me + ' and ' + other + '\\n');
        }
      }
      export default {
        name: 'alone', symbols: ['BTC/USDT'], state: { bars: [] },
        onInit: look,
        onStart(ctx) { look(ctx); ctx.schedule.every('look', 20); ctx.report({ knew: [...ctx.state.bars] }); },
        onTimer: look,
        onBar(ctx, bar) { ctx.state.bars.push(bar.close); ctx.report({ bars: ctx.state.bars }); },
      };`,
  });
  const file = join(directory, 's.mjs');
  writeFileSync(file, readFileSync(file, 'utf8').replace('DIRECTORY', directory));
  const twice = join(directory, 'twice');
  return { file, twice: () => (existsSync(twice) ? readFileSync(twice, 'utf8') : '') };
}
