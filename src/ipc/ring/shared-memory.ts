import { accessSync, constants } from 'node:fs';
import { messageOf } from '../../base/errors.ts';
import { libc } from './libc.ts';

/** Files here are memory. */
const SHARED_MEMORY_DIRECTORY = '/dev/shm';

/** Whether market data can go through shared memory on this machine. */
export function sharedMemoryAvailable():
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: string } {
  const { platform, arch } = process;
  // The order in which one process sees another's writes is relied on, as x64 guarantees it.
  if (platform !== 'linux' || arch !== 'x64') {
    return { ok: false, reason: `shared memory works on linux x64, this is ${platform} ${arch}` };
  }
  try {
    libc();
    return { ok: true };
  } catch (thrown) {
    return { ok: false, reason: messageOf(thrown) };
  }
}

/** Where to make the ring's directory: among the files that are memory, else in `runDirectory`. */
export function sharedMemoryParent(runDirectory: string): string {
  try {
    accessSync(SHARED_MEMORY_DIRECTORY, constants.W_OK | constants.X_OK);
    return SHARED_MEMORY_DIRECTORY;
  } catch {
    return runDirectory;
  }
}
