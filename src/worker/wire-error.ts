import { messageOf, QuantCellError, stackOf } from '../base/errors.ts';
import type { WorkerReply } from '../protocol/worker-message.ts';
import { cutFault, StrategyError, WorkerEnd } from './errors.ts';

type WireError = NonNullable<WorkerReply['error']>;

/** What the host is told of an error. */
export function wireError(thrown: unknown): WireError {
  // An error of ours says it all in its message; one of the strategy's has a place in its files.
  const own = thrown instanceof QuantCellError ? thrown.cause : thrown;
  return {
    code: thrown instanceof QuantCellError ? thrown.code : 'STRATEGY_THREW',
    message: cutFault(messageOf(thrown)),
    stack: cutFault(stackOf(own)),
    ...(thrown instanceof WorkerEnd ? { cause: thrown.exitCause } : {}),
    ...(thrown instanceof StrategyError ? faultsOf(thrown) : {}),
  };
}

function faultsOf({ facts }: StrategyError): Pick<WireError, 'faults'> {
  const { faults } = facts as { readonly faults?: { path: string; message: string }[] };
  return faults === undefined ? {} : { faults };
}
