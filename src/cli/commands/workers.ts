import type { AnswerOf, NewWorker, Worker } from '../../client/index.ts';
import { connect, type Connection, type ConnectionFlags } from '../api/connection.ts';
import { confirm } from '../api/confirm.ts';
import { listText, printAnswer, tableText } from '../api/print.ts';
import { amounts, WORKER_COLUMNS, workerRow } from '../api/worker-table.ts';
import { UsageError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import {
  formatDuration,
  formatLocalTime,
  formatMegabytes,
  formatPrice,
} from '../terminal/format.ts';

type ListQuery = NonNullable<Parameters<typeof listAll>[1]>;

/** Options of `quantcell ps`. */
export interface PsFlags extends ConnectionFlags {
  readonly state?: string;
  readonly strategy?: string;
  readonly symbol?: string;
  readonly search?: string;
  readonly sort?: ListQuery['sort'];
  readonly descending?: boolean;
}

const PAGE = 1_000;

/** `quantcell ps` */
export async function psCommand(flags: PsFlags): Promise<number> {
  const { state, strategy, symbol, search, sort, descending } = flags;
  const list = await listAll(connect(flags), {
    ...(state !== undefined && { state }),
    ...(strategy !== undefined && { strategy }),
    ...(symbol !== undefined && { symbol }),
    ...(search !== undefined && { search }),
    ...(sort !== undefined && { sort }),
    ...(descending === true && { descending: 'true' }),
  });
  printAnswer(flags, list, () => {
    const counts = Object.entries(list.byState).map(([name, count]) => `${count} ${name}`);
    const table = tableText(WORKER_COLUMNS, list.items.map(workerRow), 'no worker matches');
    return counts.length === 0 ? table : `${table}\n\n${counts.join(', ')}`;
  });
  return ExitCode.OK;
}

/** Every page of the list of workers. */
export async function listAll(
  { client }: Connection,
  query: NonNullable<Parameters<typeof client.call<'listWorkers'>>[1]>['query'] = {},
): Promise<AnswerOf<'listWorkers'>> {
  const list = await client.call('listWorkers', { query: { ...query, limit: PAGE } });
  while (list.items.length < list.total) {
    const { items } = await client.call('listWorkers', {
      query: { ...query, limit: PAGE, offset: list.items.length },
    });
    if (items.length === 0) break;
    list.items.push(...items);
  }
  return list;
}

/** `quantcell status` */
export async function statusCommand(id: string, flags: ConnectionFlags): Promise<number> {
  const { client } = connect(flags);
  const params = { id };
  const [worker, health, history] = await Promise.all([
    client.call('getWorker', { params }),
    client.call('getWorkerHealth', { params }),
    client.call('getWorkerHistory', { params }),
  ]);
  printAnswer(flags, { worker, health, history }, () => {
    const moves = history.transitions
      .slice(-5)
      .map(({ at, from, to, trigger }) => [formatLocalTime(at), `${from} -> ${to}`, trigger]);
    const table = tableText(['WHEN', 'MOVE', 'WHY'], moves, 'it has not moved yet');
    return `${listText(factsOf(worker, health))}\n\n${table}`;
  });
  return ExitCode.OK;
}

function factsOf(worker: Worker, health: AnswerOf<'getWorkerHealth'>): [string, string][] {
  const { figures, lastExit, lastError } = worker;
  const time = (at: number | null): string => (at === null ? '-' : formatLocalTime(at));
  const trading = worker.tradingReason === null ? '' : `: ${worker.tradingReason}`;
  return [
    ['worker', worker.id],
    ['strategy', `${worker.strategy ?? '-'} (${worker.strategyName})`],
    ['state', `${worker.state} since ${time(worker.since)}`],
    ['health', `${health.health}: ${health.reason}`],
    ...(worker.quarantine === null ? [] : ([['quarantine', worker.quarantine]] as const)),
    ['process', worker.pid === null ? 'none' : String(worker.pid)],
    ['symbols', worker.symbols.join(', ')],
    ['data', worker.dataTypes.join(', ')],
    ['params', JSON.stringify(worker.params)],
    ['mode', worker.mode],
    ['trading', `${worker.tradingState}${trading}`],
    ['net pnl', amounts(figures.netPnl)],
    ['open orders', String(figures.openOrders)],
    ['last price', formatPrice(worker.lastPrice)],
    ['events', `${figures.eventsPerSecond.toFixed(1)} a second, ${figures.lagEvents} waiting`],
    ['lag', formatDuration(figures.lagMs)],
    ['memory', formatMegabytes(figures.memoryBytes)],
    ['processor', `${(100 * figures.cpuShare).toFixed(1)} % of one`],
    ['errors', String(figures.errorCount)],
    ['restarts', String(worker.restartCount)],
    ['started', time(worker.startedAt)],
    ...(lastError === null
      ? []
      : [named('last error', `${lastError.where}: ${lastError.message}`)]),
    ...(lastExit === null
      ? []
      : [named('last end', `${lastExit.cause}: ${lastExit.reason}, ${time(lastExit.at)}`)]),
    ...(Object.keys(worker.report).length === 0
      ? []
      : [named('report', JSON.stringify(worker.report))]),
  ].map(([name = '', value = '']): [string, string] => [name, value]);
}

function named(name: string, value: string): [string, string] {
  return [name, value];
}

/** Options of `quantcell create`. */
export interface CreateFlags extends ConnectionFlags {
  readonly id?: string;
  readonly symbols?: string;
  readonly dataTypes?: string;
  readonly timeframe?: string;
  readonly params?: string;
  readonly warmup?: number;
  readonly whenDown?: string;
  readonly start: boolean;
}

/** `quantcell create` */
export async function createCommand(strategy: string, flags: CreateFlags): Promise<number> {
  const { id, symbols, dataTypes, timeframe, params, warmup, whenDown, start } = flags;
  const list = (text: string): string[] => text.split(',').filter((part) => part !== '');
  const body = {
    strategy,
    start,
    ...(id !== undefined && { id }),
    ...(symbols !== undefined && { symbols: list(symbols) }),
    ...(dataTypes !== undefined && { dataTypes: list(dataTypes) }),
    ...(timeframe !== undefined && { timeframe }),
    ...(params !== undefined && { params: parseJson('--params', params) }),
    ...(warmup !== undefined && { warmup }),
    ...(whenDown !== undefined && { whenDown }),
  } as NewWorker;
  const answer = await connect(flags).client.call('createWorker', { body });
  printAnswer(flags, answer, () => `${answer.worker.id} is made: ${answer.worker.state}`);
  return ExitCode.OK;
}

/** `quantcell clone` */
export async function cloneCommand(
  id: string,
  newId: string | undefined,
  flags: ConnectionFlags,
): Promise<number> {
  const answer = await connect(flags).client.call('cloneWorker', {
    params: { id },
    body: newId === undefined ? {} : { id: newId },
  });
  const { worker } = answer;
  printAnswer(flags, answer, () => `${worker.id} is made of ${id}: ${worker.state}`);
  return ExitCode.OK;
}

/** `quantcell delete` */
export async function deleteCommand(
  id: string,
  flags: ConnectionFlags & { readonly yes?: boolean },
): Promise<number> {
  await confirm(`Forget the worker ${id}, with its log and its state?`, flags);
  await connect(flags).client.call('deleteWorker', { params: { id } });
  printAnswer(flags, { result: 'applied', deleted: id }, () => `${id} is forgotten`);
  return ExitCode.OK;
}

/** `quantcell params`: shows them, or changes the ones that are given as `name=value`. */
export async function paramsCommand(
  id: string,
  assignments: readonly string[],
  flags: ConnectionFlags & { readonly set?: string },
): Promise<number> {
  const { client } = connect(flags);
  if (assignments.length === 0 && flags.set === undefined) {
    const answer = await client.call('getWorkerParams', { params: { id } });
    printAnswer(flags, answer, () => paramsText(answer.params));
    return ExitCode.OK;
  }
  const params = await wantedParams(client, id, assignments, flags.set);
  const answer = await client.call('putWorkerParams', {
    params: { id },
    body: { params: params as NonNullable<NewWorker['params']> },
  });
  printAnswer(flags, answer, () => paramsText(answer.worker.params));
  return ExitCode.OK;
}

async function wantedParams(
  client: Connection['client'],
  id: string,
  assignments: readonly string[],
  whole: string | undefined,
): Promise<unknown> {
  const changes = assignments.map((text): [string, unknown] => {
    const at = text.indexOf('=');
    if (at < 1)
      throw new UsageError(`${JSON.stringify(text)} is no parameter: expected name=value`);
    return [text.slice(0, at), parseLoosely(text.slice(at + 1))];
  });
  const before =
    whole === undefined
      ? (await client.call('getWorkerParams', { params: { id } })).params
      : parseJson('--set', whole);
  if (changes.length === 0) return before;
  return { ...(typeof before === 'object' && before), ...Object.fromEntries(changes) };
}

function paramsText(params: unknown): string {
  if (typeof params !== 'object' || params === null) return JSON.stringify(params);
  const entries = Object.entries(params);
  if (entries.length === 0) return 'no parameters';
  return listText(entries.map(([name, value]): [string, string] => [name, JSON.stringify(value)]));
}

function parseJson(option: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${option} is ${JSON.stringify(text)}: expected JSON such as '{"n1":10}'`);
  }
}

/** `10`, `true` and `[1]` are what they look like; anything else is a text. */
function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
