import { QuantCellError, type ErrorFacts } from '../base/errors.ts';

/** The simulated exchange can't be set up, or can't go on. Code `SIM_EXCHANGE_FAILED`. */
export class SimExchangeError extends QuantCellError {
  constructor(message: string, facts: ErrorFacts = {}, cause?: unknown) {
    super('SIM_EXCHANGE_FAILED', message, facts, cause);
  }
}

/** A refusal as Binance words it: a negative number, a sentence, and the HTTP status they come with. */
export class Refusal extends Error {
  readonly code: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What else the answer has: both halves of a cancel-and-replace. */
  readonly data: unknown;

  constructor(
    code: number,
    message: string,
    more: { status?: number; headers?: Readonly<Record<string, string>>; data?: unknown } = {},
  ) {
    super(message);
    this.code = code;
    this.status = more.status ?? 400;
    this.headers = more.headers ?? {};
    this.data = more.data;
  }

  toJSON(): Record<string, unknown> {
    const { code, message, data } = this;
    return { code, msg: message, ...(data !== undefined && { data }) };
  }
}

export const refuse = {
  missing: (name: string) =>
    new Refusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`),
  illegal: (name: string, range: string) =>
    new Refusal(
      -1100,
      `Illegal characters found in parameter '${name}'; legal range is '${range}'.`,
    ),
  symbol: () => new Refusal(-1121, 'Invalid symbol.'),
  filter: (name: string) => new Refusal(-1013, `Filter failure: ${name}`),
  order: (message: string) => new Refusal(-2010, message),
  funds: () => new Refusal(-2010, 'Account has insufficient balance for requested action.'),
  unknownOrder: () => new Refusal(-2011, 'Unknown order sent.'),
  noSuchOrder: () => new Refusal(-2013, 'Order does not exist.'),
};
