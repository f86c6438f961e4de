import { messageOf, stackOf } from '../base/errors.ts';
import type { WorkerFault } from '../lifecycle/worker-status.ts';
import type { CallbackName } from '../strategy/definition.ts';
import type { StrategyContext } from '../strategy/context.ts';
import { cutFault } from './errors.ts';
import type { LoadedStrategy } from './strategy-loader.ts';

type AnyContext = StrategyContext<unknown, unknown>;
type AnyCallback = (this: unknown, ctx: AnyContext, ...args: unknown[]) => unknown;

export interface CallbackHooks {
  /** A callback is about to be called. */
  onCall(): void;
  /** Every error of a callback, also of one whose error goes on to the caller. */
  onError?(fault: WorkerFault): void;
  /** A callback threw; `inARow` counts those since one went well. */
  onFault(fault: WorkerFault, inARow: number): void;
}

/** Calls a strategy's callbacks and keeps account of what they throw. */
export class Callbacks {
  readonly #strategy: LoadedStrategy;
  readonly #context: AnyContext;
  readonly #hooks: CallbackHooks;
  readonly #table = new Map<CallbackName, AnyCallback>();
  #faultsInARow = 0;
  run = 0;
  faults = 0;
  lastFault: WorkerFault | null = null;
  /** The callback whose promise has not settled yet, null for none. */
  pending: CallbackName | null = null;

  constructor(strategy: LoadedStrategy, context: AnyContext, hooks: CallbackHooks) {
    this.#strategy = strategy;
    this.#context = context;
    this.#hooks = hooks;
  }

  /**
   * Calls one callback, if the strategy has it. A promise comes back only if the callback itself gave
   * one: waiting for nothing costs more than the whole delivery of an event. Never rejects. `order` is what
   * `onFill` has beside its event.
   */
  call(name: CallbackName, event?: unknown, order?: unknown): Promise<void> | undefined {
    const callback = this.#of(name);
    if (callback === undefined) return undefined;
    this.run += 1;
    this.#hooks.onCall();
    try {
      const result =
        order === undefined
          ? callback.call(this.#strategy, this.#context, event)
          : callback.call(this.#strategy, this.#context, event, order);
      if (isThenable(result)) return this.#settle(name, result);
      this.#faultsInARow = 0;
    } catch (thrown) {
      this.#fault(name, thrown);
    }
    return undefined;
  }

  /** Calls one callback and lets its error through, as for `onInit`, where going on makes no sense. */
  async callOrThrow(name: CallbackName, ...args: readonly unknown[]): Promise<unknown> {
    const callback = this.#of(name);
    if (callback === undefined) return undefined;
    this.run += 1;
    this.#hooks.onCall();
    try {
      return await callback.call(this.#strategy, this.#context, ...args);
    } catch (thrown) {
      this.#record(name, thrown);
      throw thrown;
    }
  }

  has(name: CallbackName): boolean {
    return this.#of(name) !== undefined;
  }

  /**
   * Calls one callback for somebody outside, who gets its answer and its error: that one counts in no row, but it is
   * watched how long the callback takes.
   */
  async ask(name: CallbackName, event: unknown): Promise<unknown> {
    this.pending = name;
    try {
      return await this.callOrThrow(name, event);
    } finally {
      this.pending = null;
    }
  }

  #of(name: CallbackName): AnyCallback | undefined {
    const known = this.#table.get(name);
    if (known !== undefined) return known;
    const callback = this.#strategy[name] as AnyCallback | undefined;
    if (callback !== undefined) this.#table.set(name, callback);
    return callback;
  }

  async #settle(name: CallbackName, result: PromiseLike<unknown>): Promise<void> {
    this.pending = name;
    try {
      await result;
      this.#faultsInARow = 0;
    } catch (thrown) {
      this.#fault(name, thrown);
    } finally {
      this.pending = null;
    }
  }

  #record(name: CallbackName, thrown: unknown): WorkerFault {
    this.faults += 1;
    this.lastFault = {
      where: name,
      message: cutFault(messageOf(thrown)),
      stack: cutFault(stackOf(thrown)),
      at: Date.now(),
    };
    this.#hooks.onError?.(this.lastFault);
    return this.lastFault;
  }

  #fault(name: CallbackName, thrown: unknown): void {
    const fault = this.#record(name, thrown);
    this.#faultsInARow += 1;
    this.#hooks.onFault(fault, this.#faultsInARow);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
