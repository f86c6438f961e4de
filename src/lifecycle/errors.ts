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
    // JSON knows no NaN and no infinity and would call both null.
    const seen = typeof value === 'number' ? String(value) : quote(value);
    super('INVALID_OPTION', `${option} is ${seen}: expected ${expected}`, { option, value });
  }
}
