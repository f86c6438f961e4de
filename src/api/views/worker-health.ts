import type { WorkerStatus } from '../../lifecycle/worker-status.ts';
import type { Service } from '../../system/service/service.ts';
import type { AnswerOf } from '../contract/routes.ts';

type System = Service['system'];
type Health = AnswerOf<'getWorkerHealth'>;
type StaleTopics = ReadonlyMap<string, ReadonlyMap<string, number>>;
export type HealthOf = (status: WorkerStatus) => Health['health'];

/** Heartbeats that may be missing before they count as late: one may be on its way. */
const BEATS = 2;
const MAX_NAMED = 3;

/** Whether workers are well. What is the same for all of them is looked at once: it is for one answer. */
export function workerHealths(system: System): HealthOf {
  const stale = staleTopics(system);
  const lateBefore = Date.now() - lateAfterMs(system);
  return (status) => {
    if (status.pid === null) return 'down';
    if (status.lastHeartbeatAt !== null && status.lastHeartbeatAt < lateBefore) return 'late';
    return isAnyStale(stale, status) ? 'stale' : 'ok';
  };
}

export function workerHealthView(system: System, status: WorkerStatus): Health {
  const { state, pid, lastHeartbeatAt, vitals, restartCount, quarantine } = status;
  const health = workerHealths(system)(status);
  const topics = staleTopicsOf(staleTopics(system), status);
  const silentMs =
    pid === null || lastHeartbeatAt === null ? null : Math.max(0, Date.now() - lastHeartbeatAt);
  return {
    health,
    reason: reasonOf(health, status, silentMs, topics),
    state,
    lastHeartbeatAt,
    silentMs,
    loopDelayMs: pid === null ? 0 : vitals.loopDelayMs,
    restartCount,
    quarantine,
    staleTopics: topics,
  };
}

function reasonOf(
  health: Health['health'],
  status: WorkerStatus,
  silentMs: number | null,
  topics: Health['staleTopics'],
): string {
  switch (health) {
    case 'down':
      return whyDown(status);
    case 'late':
      return `its last heartbeat was ${silentMs} ms ago`;
    case 'stale': {
      const named = topics.slice(0, MAX_NAMED).map((one) => `${one.dataType} of ${one.symbol}`);
      const more = topics.length > MAX_NAMED ? ` and ${topics.length - MAX_NAMED} more` : '';
      return `market data is stale: ${named.join(', ')}${more}`;
    }
    case 'ok':
      return status.state === 'running' ? 'it runs' : `it is ${status.state}`;
  }
}

function whyDown({ state, quarantine, lastExit }: WorkerStatus): string {
  if (quarantine !== null) return `it is quarantined: ${quarantine}`;
  if (lastExit === null) return `it has no process, and never had one (${state})`;
  return `it has no process (${state}): ${lastExit.reason}`;
}

function lateAfterMs({ manager }: System): number {
  return BEATS * manager.supervisor.healthConfig.heartbeatIntervalMs;
}

/** Since when, by symbol and data type: of a thousand workers each looks up its own. */
function staleTopics({ stalePublished }: System): StaleTopics {
  const bySymbol = new Map<string, Map<string, number>>();
  for (const { topic, sinceMs } of stalePublished) {
    const ofSymbol = bySymbol.get(topic.symbol) ?? new Map<string, number>();
    bySymbol.set(topic.symbol, ofSymbol.set(topic.dataType, sinceMs));
  }
  return bySymbol;
}

function isAnyStale(stale: StaleTopics, { symbols, dataTypes }: WorkerStatus): boolean {
  if (stale.size === 0) return false;
  return symbols.some((symbol) => {
    const ofSymbol = stale.get(symbol);
    return ofSymbol !== undefined && dataTypes.some((dataType) => ofSymbol.has(dataType));
  });
}

function staleTopicsOf(
  stale: StaleTopics,
  { symbols, dataTypes }: WorkerStatus,
): Health['staleTopics'] {
  return symbols.flatMap((symbol) =>
    dataTypes.flatMap((dataType) => {
      const sinceMs = stale.get(symbol)?.get(dataType);
      if (sinceMs === undefined) return [];
      const reason = `nothing was heard of it since ${new Date(sinceMs).toISOString()}`;
      return [{ symbol, dataType, reason }];
    }),
  );
}
