import { messageOf } from '../base/errors.ts';
import { StateMachine } from '../lifecycle/state-machine.ts';
import type { WorkerState } from '../lifecycle/worker-state.ts';
import type { Assignment } from '../protocol/host-message.ts';
import { CallbackWatch } from './callback-watch.ts';
import type { Callbacks } from './callbacks.ts';
import { WorkerEnd } from './errors.ts';
import type { LogBuffer } from './log-buffer.ts';
import { ProgressTeller } from './progress-teller.ts';
import type { ReplayPace } from './replay-pace.ts';
import { StateKeeper, type StateKeeperOptions } from './state-keeper.ts';
import type { StrategyRunner } from './strategy-runner.ts';
import type { SendOrder } from './trading/pending-requests.ts';
import { Trading } from './trading/trading.ts';

interface Told {
  readonly log: LogBuffer;
  readonly onStateChange: () => void;
  /** The strategy can't go on. */
  readonly onEnd: (end: WorkerEnd) => void;
}

export function newMachine(
  { initialState }: Assignment,
  { log, onStateChange }: Told,
): StateMachine {
  const machine = new StateMachine({
    initial: initialState as WorkerState,
    onHandlerError: (thrown) =>
      log.add('error', `a transition handler threw: ${messageOf(thrown)}`),
  });
  machine.onTransition(() => onStateChange());
  return machine;
}

export function newWatch(
  callbacks: Callbacks,
  { callbackTimeoutMs }: Assignment,
  { log, onEnd }: Told,
): CallbackWatch {
  return new CallbackWatch(callbacks, callbackTimeoutMs, {
    onSlow: (name, ms) => log.add('warn', `${name} has not returned for ${ms} ms`),
    onTimeout: (name, ms) => {
      const reason = `${name} has not returned for ${ms} ms: its promise does not settle`;
      onEnd(new WorkerEnd('stalled', reason));
    },
  });
}

export function newProgress(
  { progressEvery: every }: Assignment,
  { onProgress: tell }: { readonly onProgress: (done: number) => void },
  done: () => number,
): ProgressTeller {
  return new ProgressTeller({ every, done, tell });
}

type KeeperHooks = Pick<StateKeeperOptions, 'read' | 'positions' | 'activity' | 'between'> & {
  readonly log: LogBuffer;
  readonly saveState: StateKeeperOptions['send'];
};

/** Undefined if the state is not kept. */
export function newKeeper(
  { keepState }: Assignment,
  stateVersion: number,
  { read, positions, activity, between, log, saveState }: KeeperHooks,
): StateKeeper | undefined {
  if (keepState === null) return undefined;
  return new StateKeeper({
    ...keepState,
    stateVersion,
    read,
    positions,
    activity,
    between,
    send: saveState,
    onFault: (message) => log.add('error', message),
  });
}

export interface TradingHooks {
  readonly machine: StateMachine;
  readonly replays: boolean;
  readonly send: SendOrder;
  readonly log: LogBuffer;
  readonly pace: () => ReplayPace | undefined;
  readonly callbacks: () => Callbacks;
  readonly runner: () => StrategyRunner;
  readonly onDone: () => void;
}

export function newTrading(hooks: TradingHooks): Trading {
  const { machine, replays, send, log, pace, callbacks, runner, onDone } = hooks;
  return new Trading({
    replays,
    send,
    standing: () => ({
      moment: { catchingUp: false, replay: pace()?.moment ?? null },
      state: machine.state,
      revision: machine.revision,
    }),
    log: (level, message, facts) => log.add(level, message, facts),
    call: (name, event, order) => callbacks().call(name, event, order),
    between: (task) => runner().between(task),
    onDone,
  });
}
