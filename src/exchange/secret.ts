import { inspect } from 'node:util';

const REDACTED = '[secret]';

/** A text that shows in no log, no JSON and no error: only `reveal` gives it away. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself, for the one place that needs it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}

/** What an exchange gives to who may trade there. */
export interface ExchangeCredentials {
  readonly apiKey: Secret;
  readonly apiSecret: Secret;
  /** Of the exchanges that ask for a third one, which some call passphrase. */
  readonly password: Secret | null;
}
