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
  return {
    ...marketHandlers({ service }),
    ...executionHandlers({ service }),
    ...killSwitchHandlers({ service }),
    ...systemHandlers({
      service,
      alerts: service.alerts,
      reload: () => service.reload(),
      version: VERSION,
      streamClients,
    }),
    ...accessHandlers({ service }),
    ...workerHandlers({ service }),
    ...strategyHandlers({ service }),
  };
}
