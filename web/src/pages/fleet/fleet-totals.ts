import type { Worker } from '../../../../src/client/index.ts';
import { addDecimals } from '../../data/decimal.ts';

export interface FleetTotals {
  readonly total: number;
  /** Only states that some worker is in. */
  readonly byState: ReadonlyMap<Worker['state'], number>;
  readonly eventsPerSecond: number;
  readonly openOrders: number;
  readonly workersWithOrders: number;
  readonly memoryBytes: number;
  readonly cpuShare: number;
  /** By currency, exact. */
  readonly netPnl: ReadonlyMap<string, string>;
}

export function fleetTotals(workers: Iterable<Worker>): FleetTotals {
  const all = [...workers];
  const byState = new Map<Worker['state'], number>();
  const amounts = new Map<string, string[]>();
  for (const { state, figures } of all) {
    byState.set(state, (byState.get(state) ?? 0) + 1);
    for (const [currency, amount] of Object.entries(figures.netPnl)) {
      const parts = amounts.get(currency);
      if (parts === undefined) amounts.set(currency, [amount]);
      else parts.push(amount);
    }
  }
  const sum = (of: (worker: Worker) => number): number =>
    all.reduce((total, worker) => total + of(worker), 0);
  return {
    total: all.length,
    byState,
    eventsPerSecond: sum(({ figures }) => figures.eventsPerSecond),
    openOrders: sum(({ figures }) => figures.openOrders),
    workersWithOrders: sum(({ figures }) => (figures.openOrders > 0 ? 1 : 0)),
    memoryBytes: sum(({ figures }) => figures.memoryBytes),
    cpuShare: sum(({ figures }) => figures.cpuShare),
    netPnl: new Map([...amounts].map(([currency, parts]) => [currency, addDecimals(parts)])),
  };
}
