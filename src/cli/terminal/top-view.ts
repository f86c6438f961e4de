import type { StreamState, SystemInfo, Worker } from '../../client/index.ts';
import { cut } from '../api/print.ts';
import { WORKER_COLUMNS, workerRow } from '../api/worker-table.ts';
import { escapeControls } from './escape-controls.ts';
import { formatCount, formatDuration, formatLocalTime, formatMegabytes } from './format.ts';
import { renderTable } from './table.ts';

/** What `quantcell top` knows. */
export interface TopState {
  readonly url: string;
  readonly workers: ReadonlyMap<string, Worker>;
  readonly system: SystemInfo | null;
  readonly sort: TopSort;
  readonly isTurned: boolean;
  readonly connection: StreamState;
  /** Why it is not live. */
  readonly reason: string;
  /** When something was heard last; 0 before. */
  readonly heardAt: number;
}

type Compare = (one: Worker, other: Worker) => number;

const BY_ID: Compare = (one, other) => (one.id < other.id ? -1 : 1);

/** Orders by their key; figures have the largest first. */
const SORTS = {
  n: { name: 'name', compare: BY_ID },
  s: { name: 'state', compare: (one, other) => one.state.localeCompare(other.state) },
  e: { name: 'events', compare: (a, b) => b.figures.eventsPerSecond - a.figures.eventsPerSecond },
  l: { name: 'lag', compare: (a, b) => b.figures.lagMs - a.figures.lagMs },
  m: { name: 'memory', compare: (a, b) => b.figures.memoryBytes - a.figures.memoryBytes },
  x: { name: 'restarts', compare: (a, b) => b.restartCount - a.restartCount },
  p: { name: 'pnl', compare: (one, other) => pnlOf(other) - pnlOf(one) },
} as const satisfies Record<string, { readonly name: string; readonly compare: Compare }>;

export type TopSort = keyof typeof SORTS;

export function isSort(key: string): key is TopSort {
  return Object.hasOwn(SORTS, key);
}

const [INVERSE, DIM, PLAIN] = ['\u001B[7m', '\u001B[2m', '\u001B[0m'];

/** The lines of the screen, each cut to its width. */
export function renderTop(state: TopState, columns: number): readonly string[] {
  const isLive = state.connection === 'live';
  const table = renderTable(
    WORKER_COLUMNS.map((column) => (typeof column === 'string' ? { title: column } : column)),
    sorted(state).map((worker) => workerRow(worker).map(escapeControls)),
  ).split('\n');
  const [titles = '', ...rows] = table;
  const fit = (text: string): string => cut(text, columns);
  return [
    ...headerOf(state).map(fit),
    isLive ? '' : `${INVERSE}${fit(lost(state))}${PLAIN}`,
    `${INVERSE}${fit(titles.padEnd(columns))}${PLAIN}`,
    // Old figures must not look as if they were of now.
    ...rows.map((row) => (isLive ? fit(row) : `${DIM}${fit(row)}${PLAIN}`)),
    ...(rows.length === 0 && isLive ? ['no workers'] : []),
  ];
}

function sorted({ workers, sort, isTurned }: TopState): readonly Worker[] {
  const { compare } = SORTS[sort];
  const list = [...workers.values()].toSorted(BY_ID).toSorted(compare);
  return isTurned ? list.toReversed() : list;
}

function headerOf({ url, system, sort, isTurned }: TopState): readonly string[] {
  const keys = Object.entries(SORTS).map(([key, { name }]) => `${key} ${name}`);
  const order = `${SORTS[sort].name}${isTurned ? ', turned round' : ''}`;
  const help = `by ${order}   keys: ${keys.join('  ')}  r turn round  q quit`;
  if (system === null) return [`QuantCell at ${url}`, '', help];
  const { workers, memoryBytes, cpuShare, loopDelayMs, eventsInPerSecond } = system;
  const mode = system.mode === 'live' ? 'LIVE' : system.mode;
  return [
    `QuantCell ${system.version} at ${url}   ${mode}   ${system.feed}   up ${formatDuration(system.uptimeMs)}   ${system.host} pid ${system.pid}`,
    `${workers.running} of ${workers.total} workers run   ${formatCount(eventsInPerSecond)} events/s in, ${formatCount(system.eventsOutPerSecond)} out   memory ${formatMegabytes(memoryBytes)}   cpu ${Math.round(100 * cpuShare)} %   loop ${formatDuration(loopDelayMs)}   disk ${formatCount(system.freeDiskBytes / 1e9)} GB free`,
    help,
  ];
}

function lost({ connection, reason, heardAt }: TopState): string {
  if (heardAt === 0) return 'connecting';
  const what = connection === 'connecting' ? 'connecting again' : `NOT CONNECTED: ${reason}`;
  return `${escapeControls(what)}; figures are old, of ${formatLocalTime(heardAt)}`;
}

function pnlOf({ figures }: Worker): number {
  return Object.values(figures.netPnl).reduce((sum, amount) => sum + Number(amount), 0);
}
