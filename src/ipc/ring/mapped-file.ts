import { closeSync, constants, fstatSync, openSync, rmSync } from 'node:fs';
import { messageOf, quote } from '../../base/errors.ts';
import { IpcError } from '../errors.ts';
import { libc, type MappedMemory } from './libc.ts';

/** A file in memory. The mapping outlives the descriptor and the name of the file. */
export class MappedFile {
  readonly path: string;
  readonly memory: ArrayBuffer;
  readonly #mapped: MappedMemory;
  #open = true;

  private constructor(path: string, mapped: MappedMemory) {
    this.path = path;
    this.memory = mapped.memory;
    this.#mapped = mapped;
  }

  /**
   * Makes a file of `bytes` zeros with all its memory reserved: a full file system fails here, and not
   * with SIGBUS at some later write.
   *
   * @throws {IpcError} codes `SHARED_MEMORY_FAILED`, `SHARED_MEMORY_UNAVAILABLE`
   */
  static create(path: string, bytes: number, mode: number): MappedFile {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;
    const fd = opened(path, flags, mode);
    try {
      libc().preallocate(fd, bytes);
      return new MappedFile(path, libc().map(fd, bytes, 'write'));
    } catch (thrown) {
      rmSync(path, { force: true });
      throw failed(path, thrown);
    } finally {
      closeSync(fd);
    }
  }

  /**
   * Maps a file that another process made.
   *
   * @throws {IpcError} codes `SHARED_MEMORY_FAILED`, `SHARED_MEMORY_UNAVAILABLE`
   */
  static open(path: string, bytes: number, access: 'read' | 'write'): MappedFile {
    const fd = opened(path, access === 'read' ? constants.O_RDONLY : constants.O_RDWR);
    try {
      // Memory behind the end of a file can be mapped; touching it would kill the process.
      const { size } = fstatSync(fd);
      if (size !== bytes) throw new Error(`it has ${size} bytes instead of ${bytes}`);
      return new MappedFile(path, libc().map(fd, bytes, access));
    } catch (thrown) {
      throw failed(path, thrown);
    } finally {
      closeSync(fd);
    }
  }

  /** Unmaps. Whoever holds a view of the memory must have let go of it. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#mapped.unmap();
  }
}

function opened(path: string, flags: number, mode?: number): number {
  try {
    return openSync(path, flags, mode);
  } catch (thrown) {
    throw failed(path, thrown);
  }
}

function failed(path: string, thrown: unknown): IpcError {
  if (thrown instanceof IpcError && thrown.code === 'SHARED_MEMORY_UNAVAILABLE') return thrown;
  return new IpcError(
    'SHARED_MEMORY_FAILED',
    `shared memory ${quote(path)}: ${messageOf(thrown)}`,
    { path },
    thrown,
  );
}
