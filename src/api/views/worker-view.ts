import type { WorkerStatus } from '../../lifecycle/worker-status.ts';
import type { TradingState } from '../../model/account.ts';
import type { Service } from '../../system/service/service.ts';
import type { Worker, WorkerFigures } from '../contract/worker-schemas.ts';
import { workerHealths, type HealthOf } from './worker-health.ts';

type Execution = NonNullable<Service['execution']>;
type Sample = NonNullable<ReturnType<Service['samples']['current']>>;
type Switch = Execution['status']['switches'][number];

interface Standing {
  readonly tradingState: TradingState;
  readonly tradingReason: string | null;
}

const FREE: Standing = { tradingState: 'active', tradingReason: null };
const SEVERITY: Readonly<Record<TradingState, number>> = { active: 0, 'reduce-only': 1, halted: 2 };

/** Workers as the API shows them. What is the same for all of them is looked at once: it is for one answer. */
export class WorkerViews {
  readonly #service: Service;
  readonly #names = new Map<string, string | null>();
  readonly #healthOf: HealthOf;
  readonly #standingOf: (workerId: string) => Standing;

  constructor(service: Service) {
    this.#service = service;
    this.#healthOf = workerHealths(service.system);
    this.#standingOf = standings(service.execution?.status.switches ?? []);
  }

  of(status: WorkerStatus): Worker {
    const { samples, system } = this.#service;
    const { workerId, symbols, dataTypes, params, report } = status;
    const { tradingState, tradingReason } = this.#standingOf(workerId);
    const { mode = 'paper' } = system.manager.getWorkerConfig(workerId);
    return {
      id: workerId,
      strategy: this.#nameOf(status.strategyPath),
      strategyName: status.strategyName,
      state: status.state,
      since: sinceOf(this.#service, status),
      health: this.#healthOf(status),
      pid: status.pid,
      symbols: [...symbols],
      dataTypes: [...dataTypes],
      params: (params ?? {}) as Worker['params'],
      mode,
      tradingState,
      tradingReason,
      createdAt: status.createdAt,
      startedAt: status.startedAt,
      stoppedAt: status.stoppedAt,
      lastHeartbeatAt: status.lastHeartbeatAt,
      restartCount: status.restartCount,
      quarantine: status.quarantine,
      figures: figuresOf(samples.current(workerId), status),
      lastPrice: status.lastPrice,
      lastError: status.lastError,
      lastExit: status.lastExit,
      report: { ...report },
    };
  }

  /** Many workers are made of a few files. */
  #nameOf(path: string): string | null {
    let name = this.#names.get(path);
    if (name === undefined) {
      name = this.#service.strategies.nameOf(path);
      this.#names.set(path, name);
    }
    return name;
  }
}

/** Of the last second; of a worker that was not looked at yet, what it says itself. */
function figuresOf(sample: Sample | undefined, status: WorkerStatus): WorkerFigures {
  const { lagMs, privateBytes, rssBytes } = status.vitals;
  // Field by field: of a thousand workers this is the fastest.
  return {
    eventsPerSecond: sample?.eventsPerSecond ?? 0,
    lagMs: sample?.lagMs ?? lagMs,
    lagEvents: sample?.lagEvents ?? status.lagEvents,
    memoryBytes: sample?.memoryBytes ?? (privateBytes || rssBytes),
    cpuShare: sample?.cpuShare ?? 0,
    errorCount: sample?.errorCount ?? status.counters.errorCount,
    openOrders: sample?.openOrders ?? 0,
    netPnl: sample === undefined ? {} : { ...sample.netPnl },
  };
}

/** What holds for a strategy is the strictest of the switches above it. */
function standings(switches: readonly Switch[]): (workerId: string) => Standing {
  const strictest = (one: Switch | undefined, other: Switch): Switch =>
    one === undefined || SEVERITY[other.state] > SEVERITY[one.state] ? other : one;
  let overall: Switch | undefined;
  const own = new Map<string, Switch>();
  for (const setting of switches) {
    if (setting.scope.startsWith('strategy:')) own.set(setting.scope, setting);
    else overall = strictest(overall, setting);
  }
  return (workerId) => {
    const setting = own.get(`strategy:${workerId}`);
    const held = setting === undefined ? overall : strictest(overall, setting);
    if (held === undefined) return FREE;
    return { tradingState: held.state, tradingReason: held.reason };
  };
}

/** A worker that has not moved since it became known is in its state since then. */
function sinceOf({ system }: Service, { workerId, createdAt }: WorkerStatus): number {
  return system.manager.getWorkerHistory(workerId, 1).at(-1)?.at ?? createdAt;
}
