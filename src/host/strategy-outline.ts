import type { WorkerStatus } from '../lifecycle/worker-status.ts';
import { parseDataType } from '../model/data-type.ts';
import type { StrategyDescription } from '../protocol/strategy-description.ts';
import type { HostServices } from './host-services.ts';
import { prepareStrategy, type PreparedStrategy } from './prepared-strategy.ts';
import { resolveWorkerConfig, type WorkerConfig } from './worker-config.ts';

type Outline = Pick<WorkerStatus, 'strategyName' | 'symbols' | 'dataTypes' | 'params'>;

/** What is known of a worker's strategy from outside, with or without a process that runs it. */
export class StrategyOutline {
  readonly #services: HostServices;
  readonly #strategyPath: string;
  /** As its file said when it was looked at last; null if it was not looked at yet. */
  description: StrategyDescription | null = null;
  /** What the next process would be given, as long as nothing it follows from is another. */
  #planned:
    | { config: WorkerConfig; description: StrategyDescription; outline: Outline }
    | undefined;

  constructor(services: HostServices, strategyPath: string) {
    this.#services = services;
    this.#strategyPath = strategyPath;
  }

  /** Looks at the file as it is now, and whether it can be started so. @throws as `prepareStrategy` */
  async prepare(config: WorkerConfig): Promise<PreparedStrategy> {
    const prepared = await prepareStrategy(this.#services, this.#strategyPath, config);
    this.description = prepared.description;
    return prepared;
  }

  /** Whether what runs could be run so; its parameters are its own to judge. @throws {InvalidValueError | InvalidOptionError} */
  checkForNow(config: WorkerConfig, status: WorkerStatus): void {
    const { strategyName: name, symbols, dataTypes } = status;
    const said = { name, symbols, dataTypes, warmup: 0, callbacks: [], paramsSchema: null };
    const { workerHeapMb } = this.#services.options;
    resolveWorkerConfig(config, this.description ?? said, workerHeapMb);
  }

  /** A process says itself what it runs. Without one it is what the next one would be given. */
  of(status: WorkerStatus, config: WorkerConfig): Outline {
    const { strategyName, symbols, dataTypes, params } = status;
    if (status.pid !== null) return { strategyName, symbols, dataTypes, params };
    const { description } = this;
    if (description === null) return this.#plan(status, config);
    // Every look at a worker asks for it.
    if (this.#planned?.config !== config || this.#planned.description !== description) {
      this.#planned = { config, description, outline: this.#plan(status, config) };
    }
    return this.#planned.outline;
  }

  #plan({ strategyName, symbols, dataTypes }: WorkerStatus, config: WorkerConfig): Outline {
    const known = this.description;
    return {
      strategyName: known?.name ?? strategyName,
      symbols: [...new Set(config.symbols ?? known?.symbols ?? symbols)],
      dataTypes: this.#dataTypes(config) ?? dataTypes,
      params: config.params ?? {},
    };
  }

  #dataTypes({ dataTypes, timeframe }: WorkerConfig): readonly string[] | undefined {
    const names = dataTypes ?? this.description?.dataTypes;
    try {
      return names && [...new Set(names.flatMap((name) => parseDataType(name, timeframe)))];
    } catch {
      // They were never checked: it will say so itself when it is started.
      return names;
    }
  }
}
