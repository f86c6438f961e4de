import type { StrategyDescription } from '../protocol/strategy-description.ts';
import type { HostServices } from './host-services.ts';
import type { BuiltStrategy } from './strategy-builder.ts';
import {
  checkParams,
  resolveWorkerConfig,
  type ResolvedWorkerConfig,
  type WorkerConfig,
} from './worker-config.ts';

/** A strategy of which everything is known that can be known without running it. */
export interface PreparedStrategy {
  readonly built: BuiltStrategy;
  readonly description: StrategyDescription;
  readonly config: ResolvedWorkerConfig;
}

/**
 * Compiles a strategy, looks at it and checks the configuration against it: whatever is wrong with
 * either is found here, before a process is taken.
 *
 * @throws {StrategyBuildError | WorkerError | InvalidValueError | InvalidOptionError}
 */
export async function prepareStrategy(
  services: HostServices,
  strategyPath: string,
  config: WorkerConfig,
): Promise<PreparedStrategy> {
  checkParams(config.params);
  const { workerHeapMb } = services.options;
  const built = await services.builder.build(strategyPath);
  const description = await services.inspector.inspect(built, config.params ?? {});
  return { built, description, config: resolveWorkerConfig(config, description, workerHeapMb) };
}
