import { messageOf } from '../base/errors.ts';
import { Recent } from '../base/recent.ts';
import { systemClock, type Clock } from '../base/clock.ts';
import { IllegalTransitionError } from './errors.ts';
import { canMove, WorkerState } from './worker-state.ts';

/** One move of a state machine. */
export interface Transition {
  /** Counts the moves of this machine from 1. */
  readonly revision: number;
  readonly from: WorkerState;
  readonly to: WorkerState;
  /** What made it happen, for people. */
  readonly trigger: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

export type TransitionHandler = (transition: Transition) => void;

export interface StateMachineOptions {
  /** @default 'initializing' */
  readonly initial?: WorkerState;
  /** Moves that `history` remembers. @default 100 */
  readonly historyLimit?: number;
  /** @default the system's clock */
  readonly clock?: Clock;
  /** Takes what a handler throws. @default `transition` throws it once all handlers were told */
  readonly onHandlerError?: (thrown: unknown) => void;
}

/** Where a worker is in its life, how it came there, and who wants to know. */
export class StateMachine {
  readonly #clock: Clock;
  readonly #onHandlerError: ((thrown: unknown) => void) | undefined;
  readonly #history: Recent<Transition>;
  readonly #handlers = new Set<TransitionHandler>();
  #state: WorkerState;
  #revision = 0;

  constructor(options: StateMachineOptions = {}) {
    this.#state = options.initial ?? WorkerState.INITIALIZING;
    this.#clock = options.clock ?? systemClock;
    this.#onHandlerError = options.onHandlerError;
    this.#history = new Recent(options.historyLimit ?? 100);
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** Number of moves made so far. */
  get revision(): number {
    return this.#revision;
  }

  /** The last moves, oldest first. */
  get history(): readonly Transition[] {
    return this.lastMoves();
  }

  /** The newest `count` of them, oldest first. @default all that are remembered */
  lastMoves(count?: number): readonly Transition[] {
    return this.#history.toArray(count);
  }

  can(to: WorkerState): boolean {
    return canMove(this.#state, to);
  }

  /**
   * Moves to `to` and tells the handlers.
   *
   * @throws {IllegalTransitionError} code `ILLEGAL_TRANSITION`; nothing has changed then
   * @throws {AggregateError} of what handlers threw, unless `onHandlerError` takes it; the move stands and
   *   all of them were told
   */
  transition(to: WorkerState, trigger: string, at: number = this.#clock.now()): Transition {
    const from = this.#state;
    if (!canMove(from, to)) throw new IllegalTransitionError(from, to, trigger);
    this.#revision += 1;
    const transition: Transition = { revision: this.#revision, from, to, trigger, at };
    this.#state = to;
    this.#history.add(transition);
    const failures: unknown[] = [];
    for (const handler of this.#handlers) {
      try {
        handler(transition);
      } catch (thrown) {
        if (this.#onHandlerError === undefined) failures.push(thrown);
        else this.#onHandlerError(thrown);
      }
    }
    if (failures.length > 0) {
      throw new AggregateError(failures, `a transition handler threw: ${messageOf(failures[0])}`);
    }
    return transition;
  }

  /** Calls `handler` after each move, until the returned function is called. */
  onTransition(handler: TransitionHandler): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }
}
