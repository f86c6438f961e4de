import type { Service } from '../../system/service/service.ts';
import type { StrategyFile } from '../../system/service/strategy-folder.ts';
import {
  StrategyValidator,
  type StrategyValidation,
} from '../../system/service/strategy-validation.ts';
import type { Handlers } from '../call.ts';
import type { strategyRoutes, StrategyView, Validation } from '../contract/strategy-routes.ts';
import { ApiError } from '../errors.ts';
import { strategyView, validationView } from '../views/strategy-view.ts';

export type StrategyHandlers = Handlers<keyof typeof strategyRoutes>;

/** The strategies in the strategies folder. Everything that is written is compiled and looked at first. */
export function strategyHandlers({ service }: { readonly service: Service }): StrategyHandlers {
  const { strategies } = service;
  const validator = new StrategyValidator(strategies, (path) =>
    service.system.manager.describeStrategy(path),
  );
  const viewOf = (file: StrategyFile): StrategyView =>
    strategyView(file, workersOf(service).get(file.name) ?? []);
  return {
    listStrategies: () => {
      const workers = workersOf(service);
      const items = strategies
        .list()
        .map((file) => strategyView(file, workers.get(file.name) ?? []));
      return { items };
    },
    uploadStrategy: async ({ params: { name }, body: { source, extension }, caller }) => {
      const validation = await validator.validateSource(source, extension, name);
      if (!validation.isValid) throw invalid(name, validation);
      const workers = workersOf(service).get(name) ?? [];
      const file = strategies.upload({ name, source, extension, by: caller.name, workers });
      return { strategy: viewOf(file), validation: validationView(validation) };
    },
    validateStrategy: async ({ body: { source, extension } }) =>
      validationView(await validator.validateSource(source, extension)),
    getStrategy: async ({ params: { name } }) => ({
      strategy: viewOf(strategies.get(name)),
      validation: validationView(await validator.validateFile(name)),
    }),
    getStrategySource: ({ params: { name }, query: { version } }) => ({
      name,
      ...strategies.source(name, version),
    }),
    listStrategyVersions: ({ params: { name } }) => ({
      items: strategies.versions(name).map((version) => ({ ...version })),
    }),
    deleteStrategy: ({ params: { name } }) => {
      strategies.delete(name, workersOf(service).get(name) ?? []);
      return null;
    },
  };
}

/** Ids of the workers that are made of each strategy. */
function workersOf({ system, strategies }: Service): ReadonlyMap<string, readonly string[]> {
  const byName = new Map<string, string[]>();
  for (const { workerId, strategyPath } of system.manager.getAllStatus()) {
    const name = strategies.nameOf(strategyPath);
    if (name === null) continue;
    const ids = byName.get(name) ?? [];
    ids.push(workerId);
    byName.set(name, ids);
  }
  return byName;
}

/** The first fault says which, and all of them say where. */
function invalid(name: string, { faults }: StrategyValidation): ApiError {
  const [first] = faults;
  const shown: Validation['faults'] = faults.map((fault) => ({ ...fault }));
  return new ApiError(
    first?.code ?? 'BAD_STRATEGY',
    `strategy ${name} is not valid, and nothing is written: ${first?.message ?? ''}`,
    {
      strategy: name,
      faults: shown.map(({ line, column, message }) => ({
        path: line === null ? 'body.source' : `body.source:${line}:${column ?? 1}`,
        message,
      })),
    },
  );
}
