import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { decodeLeftState } from '../../protocol/left-state.ts';
import type { StateStore } from './state-store.ts';

/** Takes in the states that workers left in files while there was no host. */
export function takeLeftStates(directory: string, states: StateStore, logger: Logger): void {
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    try {
      if (name.endsWith('.state')) {
        const state = decodeLeftState(readFileSync(path));
        const workerId = basename(name, '.state');
        states.save(new Map([[workerId, { ...state, sync: true }]]));
      }
      rmSync(path);
    } catch (thrown) {
      logger.log('error', `the state in ${path} can't be taken in: ${messageOf(thrown)}`);
    }
  }
}
