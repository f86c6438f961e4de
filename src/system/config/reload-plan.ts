import { isDeepStrictEqual } from 'node:util';
import type { ConfiguredWorker, ServiceConfig } from './config-schema.ts';
import { formatPath, isMapping, type SettingPath } from './setting-path.ts';

/** What a configuration that was read again changes. */
export interface ReloadPlan {
  /** In force once it is done: what waits for the next start is still as it was. */
  readonly config: ServiceConfig;
  /** Paths of settings that change at once. */
  readonly atOnce: readonly string[];
  /** Paths of settings that change with the next start of the service. */
  readonly atNextStart: readonly string[];
  readonly newWorkers: readonly ConfiguredWorker[];
  /** What is not done about workers, each as a sentence. */
  readonly leftAlone: readonly string[];
}

/** Sections that are put in force while the service runs. */
const AT_ONCE = ['risk', 'alerts', 'log'] as const;

/** Compares the configuration in force with the one that is wanted; `known` are the workers of the home. Does nothing. */
export function planReload(
  inForce: ServiceConfig,
  wanted: ServiceConfig,
  known: ReadonlySet<string>,
): ReloadPlan {
  const changed = differences(inForce, wanted, []);
  const isAtOnce = ([section]: SettingPath): boolean =>
    (AT_ONCE as readonly (string | number | undefined)[]).includes(section);
  const isRun = (path: SettingPath): boolean => path[0] === 'workers' && path[1] === 'run';
  const { run } = wanted.workers;
  const before = new Map(inForce.workers.run.map((worker) => [worker.id, worker]));
  const after = new Map(run.map((worker) => [worker.id, worker]));
  return {
    config: {
      ...inForce,
      ...Object.fromEntries(AT_ONCE.map((section) => [section, wanted[section]])),
      workers: { ...inForce.workers, run },
    },
    atOnce: changed.filter((path) => isAtOnce(path)).map((path) => formatPath(path)),
    atNextStart: changed
      .filter((path) => !isAtOnce(path) && !isRun(path))
      .map((path) => formatPath(path)),
    newWorkers: run.filter(({ id }) => !known.has(id)),
    leftAlone: [...known].flatMap((id) => {
      const [was, is] = [before.get(id), after.get(id)];
      if (was === undefined || isDeepStrictEqual(was, is)) return [];
      return is === undefined ? removed(id) : altered(id);
    }),
  };
}

/** How a configured worker is named among the settings. */
export function pathOfWorker(id: string): string {
  return `workers.run[${id}]`;
}

function removed(id: string): string {
  return `${pathOfWorker(id)} is no longer there: the worker goes on; quantcell stop ${id} and quantcell delete ${id} end it`;
}

function altered(id: string): string {
  return `${pathOfWorker(id)} is another one: the worker goes on as the home has it; quantcell delete ${id} and a reload make it anew`;
}

/** Settings that are not the same, those of mappings one by one. */
function differences(one: unknown, other: unknown, path: SettingPath): SettingPath[] {
  if (isDeepStrictEqual(one, other)) return [];
  if (!isMapping(one) || !isMapping(other)) return [path];
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.flatMap((name) => differences(one[name], other[name], [...path, name]));
}
