import { QuantCellError, quote } from '../base/errors.ts';
import { TRANSITIONS, type WorkerState } from './worker-state.ts';

/** A move that the transition table does not have. Code `ILLEGAL_TRANSITION`. */
export class IllegalTransitionError extends QuantCellError {
  constructor(from: WorkerState, to: WorkerState, trigger: string) {
    super(
      'ILLEGAL_TRANSITION',
      `a worker can't go from ${from} to ${to} (${trigger}): from ${from} it can go to ${TRANSITIONS[from].join(', ')}`,
      { from, to, trigger },
    );
  }
}

/** A setting outside its range. Code `INVALID_OPTION`. */
export class InvalidOptionError extends QuantCellError {
  constructor(option: string, value: unknown, expected: string) {
    super('INVALID_OPTION', `${option} is ${quote(value)}: expected ${expected}`, {
      option,
      value,
    });
  }
}
