import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeLeftState } from '../protocol/left-state.ts';
import type { StateUpdate } from './state-keeper.ts';

/** There is a host again, which has the state from the worker itself. */
export function removeLeftState(directory: string, workerId: string): void {
  rmSync(join(directory, `${workerId}.state`), { force: true });
}

/** Leaves a state for the next host, while there is none to save it. @throws what the file system says */
export function leaveState(directory: string, workerId: string, update: StateUpdate): void {
  const { bytes } = update;
  if (bytes === null) throw new Error('a state without its bytes can not be left');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, workerId);
  writeFileSync(`${path}.part`, encodeLeftState({ ...update, bytes, savedAt: Date.now() }), {
    mode: 0o600,
  });
  // As a whole or not at all.
  renameSync(`${path}.part`, `${path}.state`);
}
