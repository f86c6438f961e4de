import { messageOf } from '../base/errors.ts';
import type { StrategyContext } from '../strategy/context.ts';
import type { Callbacks } from './callbacks.ts';
import { WorkerEnd } from './errors.ts';
import { decodeState } from './state-codec.ts';
import type { LoadedStrategy } from './strategy-loader.ts';

/** Version of a state's shape, where the strategy names none. */
const DEFAULT_STATE_VERSION = 1;

export function stateVersionOf(strategy: LoadedStrategy): number {
  return strategy.stateVersion ?? DEFAULT_STATE_VERSION;
}

/** The state of a strategy of which none is saved. */
export function initialState(strategy: LoadedStrategy): unknown {
  const { state } = strategy;
  if (typeof state === 'function') return (state as () => unknown)();
  return state === undefined ? {} : structuredClone(state);
}

/**
 * Gives a strategy the state that a process before this one had, by way of its `onLoad` where it has one.
 *
 * @throws {WorkerEnd} if it can't be taken; the saved state stays as it is
 */
export async function restoreState(
  strategy: LoadedStrategy,
  context: StrategyContext<unknown, unknown>,
  callbacks: Callbacks,
  saved: { readonly bytes: Uint8Array; readonly stateVersion: number },
): Promise<void> {
  const { stateVersion: fromVersion } = saved;
  const version = stateVersionOf(strategy);
  const state = decode(saved.bytes);
  if (fromVersion > version) {
    throw failed(
      `its state was saved with stateVersion ${fromVersion}, this file has ${version}: run the newer file, or clear the state`,
    );
  }
  if (strategy.onLoad === undefined && fromVersion !== version) {
    throw failed(
      `its state was saved with stateVersion ${fromVersion}, this file has ${version} and no onLoad to migrate it: add one, or clear the state`,
    );
  }
  try {
    context.state = (await callbacks.callOrThrow('onLoad', state, fromVersion)) ?? state;
  } catch (thrown) {
    throw failed(`onLoad threw: ${messageOf(thrown)}`, thrown);
  }
}

function decode(bytes: Uint8Array): unknown {
  try {
    return decodeState(bytes);
  } catch (thrown) {
    throw failed(`its saved state can't be read: ${messageOf(thrown)}`, thrown);
  }
}

function failed(reason: string, cause?: unknown): WorkerEnd {
  return new WorkerEnd('init-failed', reason, cause);
}
