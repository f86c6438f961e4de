import { messageOf, quote } from '../base/errors.ts';
import type { StateMachine } from '../lifecycle/state-machine.ts';
import { WorkerState } from '../lifecycle/worker-state.ts';
import type { CommandMessage, SignalMessage } from '../protocol/host-message.ts';
import { MAX_PLAIN_BYTES } from '../protocol/limits.ts';
import { plainDataFault } from '../protocol/plain-data.ts';
import type { CallbackName } from '../strategy/definition.ts';
import type { CommandEvent, SignalEvent } from '../strategy/events.ts';
import type { Callbacks } from './callbacks.ts';
import { cutFault, StrategyRequestError } from './errors.ts';
import type { LogBuffer } from './log-buffer.ts';
import { parseParams, type LoadedStrategy } from './strategy-loader.ts';
import type { StrategyRunner } from './strategy-runner.ts';
import type { WorkerContext } from './worker-context.ts';

export interface StrategyRequestsParts {
  readonly strategy: LoadedStrategy;
  readonly context: WorkerContext;
  readonly callbacks: Callbacks;
  readonly log: LogBuffer;
  readonly machine: StateMachine;
  readonly runner: StrategyRunner;
}

const { RUNNING, PAUSED } = WorkerState;

/** What people and programs outside ask of a strategy while it runs: each in its turn, between two events. */
export class StrategyRequests {
  readonly #parts: StrategyRequestsParts;

  constructor(parts: StrategyRequestsParts) {
    this.#parts = parts;
  }

  /** @throws {StrategyError} code `INVALID_PARAMS`; the old ones stay in force then */
  updateParams(params: unknown): Promise<void> {
    const { strategy, context, callbacks, log, runner } = this.#parts;
    return runner.between(async () => {
      const parsed = await parseParams(strategy, params, log);
      const previous = context.params;
      context.replaceParams(parsed);
      await callbacks.call('onParams', previous);
    });
  }

  /** Resolves once `onSignal` is done. @throws {StrategyRequestError} */
  async signal({ name, data, at }: SignalMessage): Promise<void> {
    const event: SignalEvent = { type: 'signal', name, data, at };
    await this.#ask('onSignal', event, [RUNNING]);
  }

  /** Resolves with what `onCommand` returned, null if that is nothing. @throws {StrategyRequestError} */
  async command({ name, args, at }: CommandMessage): Promise<unknown> {
    const event: CommandEvent = { type: 'command', name, args, at };
    const answer = (await this.#ask('onCommand', event, [RUNNING, PAUSED])) ?? null;
    const fault = plainDataFault(answer, 'the answer', MAX_PLAIN_BYTES);
    if (fault === undefined) return answer;
    throw new StrategyRequestError(
      'NOT_PLAIN_DATA',
      `onCommand answered ${quote(name)} with what can't be sent: ${fault}`,
    );
  }

  #ask(
    callback: CallbackName,
    event: SignalEvent | CommandEvent,
    states: readonly WorkerState[],
  ): Promise<unknown> {
    const { strategy, callbacks, runner, log } = this.#parts;
    return runner.between(async () => {
      this.#checkState(event, states);
      if (!callbacks.has(callback)) {
        const text = `strategy ${quote(strategy.name)} has no ${callback}: it takes no ${event.type}`;
        throw new StrategyRequestError('NO_CALLBACK', text);
      }
      try {
        return await callbacks.ask(callback, event);
      } catch (thrown) {
        const text = cutFault(`${callback} threw: ${messageOf(thrown)}`);
        log.add('error', text, { stack: callbacks.lastFault?.stack });
        throw new StrategyRequestError('COMMAND_FAILED', text, { name: event.name }, thrown);
      }
    });
  }

  #checkState({ type }: SignalEvent | CommandEvent, states: readonly WorkerState[]): void {
    const { state } = this.#parts.machine;
    if (states.includes(state)) return;
    const right = states.join(' or ');
    throw new StrategyRequestError(
      'ILLEGAL_TRANSITION',
      `the strategy is ${state}: it takes a ${type} while it is ${right}`,
      { state },
    );
  }
}
