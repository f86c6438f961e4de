import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { decodeLeftState, type LeftState } from '../../protocol/left-state.ts';
import type { StateStore } from './state-store.ts';

/** The states that workers left in files while there was no host. */
export class LeftStates {
  readonly #directory: string;
  readonly #states: StateStore;
  readonly #logger: Logger;

  constructor(directory: string, states: StateStore, logger: Logger) {
    this.#directory = directory;
    this.#states = states;
    this.#logger = logger;
  }

  /** Takes in what a worker left that has no process any more; null if it left nothing. */
  take(workerId: string): LeftState | null {
    const path = this.#pathOf(workerId);
    if (!existsSync(path)) return null;
    try {
      // Under another name first: nothing is removed that was not read.
      renameSync(path, `${path}.taken`);
      const state = decodeLeftState(readFileSync(`${path}.taken`));
      this.#states.save(new Map([[workerId, { ...state, sync: true }]]));
      rmSync(`${path}.taken`);
      return state;
    } catch (thrown) {
      this.#logger.log('error', `the state in ${path} can't be taken in: ${messageOf(thrown)}`);
      return null;
    }
  }

  /** Nobody is to have it: the worker is gone for good, or begins afresh. */
  remove(workerId: string): void {
    rmSync(this.#pathOf(workerId), { force: true });
  }

  #pathOf(workerId: string): string {
    return join(this.#directory, `${workerId}.state`);
  }
}
