import { messageOf } from '../base/errors.ts';
import type { PreparedStrategy } from './prepared-strategy.ts';
import { StrategyWatcher } from './strategy-watcher.ts';

export interface WorkerWatchPorts {
  /** Whether its files are watched, which may change from one process to the next. */
  readonly wanted: () => boolean;
  readonly prepare: () => Promise<PreparedStrategy>;
  /** Puts the changed file in force. */
  readonly reload: () => Promise<void>;
  readonly say: (level: 'info' | 'error', message: string) => void;
}

/** Reloads a worker whose files change; a change that can't be put in force is told, and the old version goes on. */
export class WorkerWatch {
  readonly #ports: WorkerWatchPorts;
  readonly #watcher = new StrategyWatcher(() => void this.#look());
  #modulePath = '';

  constructor(ports: WorkerWatchPorts) {
    this.#ports = ports;
  }

  /** This version is in force. */
  follow({ built }: PreparedStrategy): void {
    if (!this.#ports.wanted()) return this.close();
    this.#modulePath = built.modulePath;
    this.#watcher.watch(built.inputs);
  }

  /** Whatever version is in force: a change of the file from now on is put in force. */
  begin(): void {
    if (!this.#ports.wanted()) return;
    this.#ports.prepare().then(
      (prepared) => this.follow(prepared),
      (thrown: unknown) =>
        this.#ports.say('error', `its file is not watched: ${messageOf(thrown)}`),
    );
  }

  close(): void {
    this.#watcher.close();
  }

  async #look(): Promise<void> {
    const { prepare, reload, say } = this.#ports;
    try {
      const { built } = await prepare();
      // The compiled file is named by its content: a comment is no change.
      if (built.modulePath === this.#modulePath) return;
      await reload();
      say('info', 'its file has changed: the new version is in force');
    } catch (thrown) {
      say('error', `its file has changed, the version before goes on: ${messageOf(thrown)}`);
    }
  }
}
