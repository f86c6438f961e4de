import type { Service } from '../system/service/service.ts';
import type { AppParts } from './app.ts';
import { accessHandlers } from './handlers/access.ts';
import { executionHandlers } from './handlers/execution.ts';
import { killSwitchHandlers } from './handlers/kill-switch.ts';
import { marketHandlers } from './handlers/market.ts';
import { strategyHandlers } from './handlers/strategies.ts';
import { systemHandlers } from './handlers/system.ts';
import { workerHandlers } from './handlers/workers.ts';
import { VERSION } from './version.ts';

/** A handler for each operation of the API, made of a started service. */
export function handlersOf(service: Service, streamClients: () => number): AppParts['handlers'] {
  const { audit, alerts, samples, tokens } = service;
  return {
    ...marketHandlers({ service, eventsPerSecond: () => samples.system?.eventsInPerSecond ?? 0 }),
    ...executionHandlers({ service }),
    ...killSwitchHandlers({ service }),
    ...systemHandlers({
      service,
      audit,
      alerts,
      reload: () => service.reload(),
      sample: () => samples.system,
      version: VERSION,
      streamClients,
    }),
    ...accessHandlers({ tokens }),
    ...workerHandlers({ service }),
    ...strategyHandlers({ service }),
  };
}
