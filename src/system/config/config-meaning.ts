import { messageOf, quote } from '../../base/errors.ts';
import { parseDataType } from '../../model/data-type.ts';
import { parseSymbol } from '../../model/symbol.ts';
import { timeframeMs } from '../../model/timeframe.ts';
import { parseWorkerId } from '../../model/worker-id.ts';
import type { ConfigFault } from './config-fault.ts';
import { isMapping, valueAt, type SettingPath } from './setting-path.ts';

/** Limits that are counted, and may be none. */
const COUNTED_LIMITS: readonly string[] = ['maxOpenOrders', 'maxOrdersPerSecond'];

/** What no schema sees: ids that stand there twice, and texts that name nothing. What is no text is left to the schema. */
export function faultsOfMeaning(data: unknown): readonly ConfigFault[] {
  return [...faultsOfMarket(data), ...faultsOfWorkers(data), ...faultsOfRisk(data)];
}

function faultsOfMarket(data: unknown): ConfigFault[] {
  const path = ['market'];
  return [
    ...checkEach(data, [...path, 'symbols'], parseSymbol),
    ...check(data, [...path, 'timeframe'], timeframeMs),
  ];
}

function faultsOfWorkers(data: unknown): ConfigFault[] {
  const path = ['workers', 'run'];
  const run = valueAt(data, path);
  if (!Array.isArray(run)) return [];
  const seen = new Map<string, number>();
  return run.flatMap((worker: unknown, index): ConfigFault[] => {
    const at = [...path, index];
    const faults = [
      ...check(data, [...at, 'id'], parseWorkerId),
      ...checkEach(data, [...at, 'symbols'], parseSymbol),
      ...checkEach(data, [...at, 'dataTypes'], parseDataType),
      ...check(data, [...at, 'timeframe'], timeframeMs),
    ];
    const id = isMapping(worker) ? worker['id'] : undefined;
    if (typeof id !== 'string') return faults;
    const first = seen.get(id);
    if (first === undefined) seen.set(id, index);
    else {
      const message = `the id ${quote(id)} is that of workers.run[${first}] already: each worker needs its own`;
      faults.push({ path: [...at, 'id'], message });
    }
    return faults;
  });
}

function faultsOfRisk(data: unknown): ConfigFault[] {
  const strategies = valueAt(data, ['risk', 'strategies']);
  const ids = isMapping(strategies) ? Object.keys(strategies) : [];
  const levels: SettingPath[] = [
    ...['strategy', 'account', 'all'].map((level) => ['risk', level]),
    ...ids.map((id) => ['risk', 'strategies', id]),
  ];
  const faults = ids.flatMap((id) => attempt(['risk', 'strategies', id], () => parseWorkerId(id)));
  for (const level of levels) {
    const limits = valueAt(data, level);
    if (!isMapping(limits)) continue;
    for (const [name, value] of Object.entries(limits)) {
      if (COUNTED_LIMITS.includes(name) || !isZero(value)) continue;
      const message = `expected a number above 0; got ${quote(value)}`;
      faults.push({ path: [...level, name], message });
    }
  }
  return faults;
}

function isZero(value: unknown): boolean {
  return (typeof value === 'number' || typeof value === 'string') && Number(value) === 0;
}

function checkEach(
  data: unknown,
  path: SettingPath,
  parse: (text: string) => unknown,
): ConfigFault[] {
  const list = valueAt(data, path);
  if (!Array.isArray(list)) return [];
  return list.flatMap((_, index) => check(data, [...path, index], parse));
}

function check(data: unknown, path: SettingPath, parse: (text: string) => unknown): ConfigFault[] {
  const value = valueAt(data, path);
  if (typeof value !== 'string' || value === '') return [];
  return attempt(path, () => parse(value));
}

function attempt(path: SettingPath, work: () => unknown): ConfigFault[] {
  try {
    work();
    return [];
  } catch (thrown) {
    return [{ path, message: messageOf(thrown) }];
  }
}
