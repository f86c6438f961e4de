import type { ConfiguredWorker, ServiceConfig } from '../config/config-schema.ts';
import { ConfigError } from '../config/errors.ts';
import { pathOfWorker, planReload } from '../config/reload-plan.ts';

/** What came of reading the configuration again. */
export interface ReloadResult {
  /** Paths of settings that are in force now. */
  readonly applied: readonly string[];
  /** Paths of settings that will be in force after the next start of the service. */
  readonly atNextStart: readonly string[];
  /** What was not done about workers, each as a sentence. */
  readonly leftAlone: readonly string[];
}

export interface ReloadParts {
  /** Undefined for a configuration that is in no file. */
  readonly reread: (() => ServiceConfig) | undefined;
  readonly inForce: () => ServiceConfig;
  readonly knownWorkers: () => readonly string[];
  /** Puts in force what can be at once; throws before anything has changed, or not at all. */
  readonly apply: (config: ServiceConfig) => void;
  /** Resolves to why it is not as the configuration says, null if it is. */
  readonly startWorker: (worker: ConfiguredWorker) => Promise<string | null>;
}

/** Reads a configuration again while the service runs: all of it is checked before any of it is in force. */
export class ConfigReload {
  readonly #parts: ReloadParts;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: ReloadParts) {
    this.#parts = parts;
  }

  /** One after the other. @throws {ConfigError} if it can't be taken; nothing has changed then */
  reload(): Promise<ReloadResult> {
    const reloaded = this.#last.then(() => this.#reload());
    this.#last = reloaded.catch(() => undefined);
    return reloaded;
  }

  async #reload(): Promise<ReloadResult> {
    const { reread, inForce, knownWorkers, apply, startWorker } = this.#parts;
    if (reread === undefined) {
      throw new ConfigError(
        'NO_CONFIG_FILE',
        'there is no configuration file to be read again: quantcell init writes one, and quantcell serve --config takes it',
      );
    }
    const plan = planReload(inForce(), reread(), new Set(knownWorkers()));
    apply(plan.config);
    const made = await Promise.all(
      plan.newWorkers.map(async (worker) => ({
        path: pathOfWorker(worker.id),
        why: await startWorker(worker),
      })),
    );
    return {
      applied: [...plan.atOnce, ...made.filter(({ why }) => why === null).map(({ path }) => path)],
      atNextStart: plan.atNextStart,
      leftAlone: [
        ...plan.leftAlone,
        ...made.flatMap(({ path, why }) => (why === null ? [] : [`${path} does not run: ${why}`])),
      ],
    };
  }
}
