import type { Service } from '../../system/service/service.ts';
import type { TradingStatus, TradingSwitchView } from '../contract/execution-schemas.ts';

type Execution = NonNullable<Service['execution']>;
type Switch = Execution['status']['switches'][number];

/** Whether and where orders are executed; null stands for a system that executes none. */
export function tradingView(execution: Execution | null): TradingStatus {
  if (execution === null) {
    return {
      venue: null,
      mode: 'none',
      closedBecause: null,
      switches: [],
      lastReconciliation: null,
    };
  }
  const { venue, mode, closedBecause, switches, lastReconciliation: last } = execution.status;
  return {
    venue,
    mode,
    closedBecause,
    switches: switches.map(switchView),
    lastReconciliation: last && {
      orders: last.orders,
      unknown: last.unknown,
      external: last.external,
      at: Math.floor(last.at),
    },
  };
}

function switchView({ scope, state, reason, by, at }: Switch): TradingSwitchView {
  return { scope, state, reason, by, at: Math.floor(at) };
}
