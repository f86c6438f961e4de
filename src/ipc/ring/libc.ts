import { createRequire } from 'node:module';
import { getSystemErrorName } from 'node:util';
import type * as KoffiModule from 'koffi';
import { messageOf, quote } from '../../base/errors.ts';
import { IpcError } from '../errors.ts';

type Koffi = typeof KoffiModule;

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;
/** What mmap gives if it fails: all bits set. */
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;

/** The calls of the C library that node has no function for. Each throws with what the system says. */
export interface Libc {
  /** Reserves the memory behind a file, so that writing to it can't fail later. */
  preallocate(fd: number, bytes: number): void;
  map(fd: number, bytes: number, access: 'read' | 'write'): MappedMemory;
  makeFifo(path: string): void;
  /** Locks an open file or directory until the process ends, however that happens. False if another holds it. */
  tryLock(fd: number): boolean;
  /** The kernel ends this process after so many seconds, unless this is called again. */
  alarm(seconds: number): void;
}

export interface MappedMemory {
  readonly memory: ArrayBuffer;
  /** The memory must not be touched afterwards: the process would be killed. */
  unmap(): void;
}

let bound: Libc | undefined;

/**
 * Binds the C library, once a process. koffi is loaded here and not at import, so that a machine without
 * it, and a worker that gets its market data another way, do without.
 *
 * @throws {IpcError} code `SHARED_MEMORY_UNAVAILABLE`
 */
export function libc(): Libc {
  bound ??= bind();
  return bound;
}

function bind(): Libc {
  try {
    const require = createRequire(import.meta.url);
    return bindWith(require('koffi') as Koffi);
  } catch (thrown) {
    throw new IpcError(
      'SHARED_MEMORY_UNAVAILABLE',
      `the C library can't be called through koffi: ${messageOf(thrown)}`,
      {},
      thrown,
    );
  }
}

function bindWith(koffi: Koffi): Libc {
  // Null is the process itself, which has its C library loaded, whichever it is.
  const self = koffi.load(null);
  const mmap = self.func(
    'void *mmap(void *at, size_t bytes, int access, int flags, int fd, int64_t offset)',
  );
  const munmap = self.func('int munmap(void *at, size_t bytes)');
  const posixFallocate = self.func('int posix_fallocate(int fd, int64_t offset, int64_t bytes)');
  const mkfifo = self.func('int mkfifo(const char *path, unsigned int mode)');
  const flock = self.func('int flock(int fd, int operation)');
  const alarm = self.func('unsigned int alarm(unsigned int seconds)');
  return {
    preallocate(fd, bytes) {
      const errno = posixFallocate(fd, 0, bytes) as number;
      if (errno !== 0) throw failed(`reserving ${bytes} bytes`, errno);
    },
    map(fd, bytes, access) {
      const protection = access === 'read' ? PROT_READ : PROT_READ | PROT_WRITE;
      const address = mmap(null, bytes, protection, MAP_SHARED, fd, 0) as bigint;
      if (address === MAP_FAILED) throw failed(`mapping ${bytes} bytes`, koffi.errno());
      return { memory: koffi.view(address, bytes), unmap: () => munmap(address, bytes) };
    },
    makeFifo(path) {
      if (mkfifo(path, 0o600) !== 0) throw failed(`making the pipe ${quote(path)}`, koffi.errno());
    },
    tryLock(fd) {
      if (flock(fd, LOCK_EX | LOCK_NB) === 0) return true;
      const errno = koffi.errno();
      if (errno === koffi.os.errno['EAGAIN']) return false;
      throw failed('locking a directory', errno);
    },
    alarm(seconds) {
      alarm(seconds);
    },
  };
}

function failed(what: string, errno: number): IpcError {
  const name = getSystemErrorName(-errno);
  return new IpcError('SHARED_MEMORY_FAILED', `${what}: the system says ${name}`, { errno: name });
}
