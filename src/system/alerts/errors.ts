import { QuantCellError, quote, type ErrorFacts } from '../../base/errors.ts';

/** An alert that a channel did not take. Code `ALERT_NOT_SENT`. */
export class AlertError extends QuantCellError {
  /** The same again would be refused again. */
  readonly isFinal: boolean;
  /** The channel asks not to be tried before, milliseconds from now; null if it has not said. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    {
      isFinal = false,
      retryAfterMs = null,
      ...facts
    }: ErrorFacts & { readonly isFinal?: boolean; readonly retryAfterMs?: number | null } = {},
  ) {
    super('ALERT_NOT_SENT', message, facts);
    this.isFinal = isFinal;
    this.retryAfterMs = retryAfterMs;
  }
}

/** An option of a channel, or of alerts, that can't be what was given. Code `INVALID_ALERT_OPTION`. */
export class InvalidAlertOptionError extends QuantCellError {
  constructor(name: string, value: unknown, expected: string) {
    super('INVALID_ALERT_OPTION', `${name} is ${quote(value)}: it must be ${expected}`, {
      name,
      value,
    });
  }
}
