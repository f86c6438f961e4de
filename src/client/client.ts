import type { Problem } from '../api/contract/common.ts';
import type { AnswerOf, CallInput, OperationName } from '../api/contract/routes.ts';
import { ApiCallError, UnreachableError } from './errors.ts';
import { OPERATIONS } from './operations.ts';

export interface ClientOptions {
  /** Of the server, such as `http://127.0.0.1:7411`. In a page, its own origin: `location.origin`. */
  readonly url: string;
  /** Sent with each call. A page has a cookie instead, and `csrf`. @default none */
  readonly token?: string;
  /** Value of the session for writes with a cookie; asked for each time. @default none */
  readonly csrf?: () => string | null;
  /** A call that has no answer by then has failed, milliseconds. @default 40_000 */
  readonly timeoutMs?: number;
  /** @default the global one */
  readonly fetch?: typeof fetch;
}

/** What is `undefined` in an operation's input is not to be given. */
type Needed<Input> = {
  [Part in keyof Input as Input[Part] extends undefined ? never : Part]: Input[Part];
};
type PartsOf<Name extends OperationName> = Needed<CallInput<Name>>;
/** Params and bodies must be given; a query may be left out. */
type InputOf<Name extends OperationName> = Omit<PartsOf<Name>, 'query'> &
  (PartsOf<Name> extends { query: infer Query } ? { query?: Query } : unknown) &
  CallOptions;

export interface CallOptions {
  /** Of a write: the same key never does it twice. @default a new one for each call */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

const DEFAULT_TIMEOUT_MS = 40_000;

/** Calls the operations of a server, typed as its contract says. Works in Node and in a browser. */
export class QuantCellClient {
  readonly url: string;
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.url = options.url.replace(/\/+$/, '');
  }

  /**
   * Does an operation; resolves to its answer, or null where it has none.
   *
   * @throws {ApiCallError} if the server refused it or could not finish it in time
   * @throws {UnreachableError} if no answer came
   */
  async call<Name extends OperationName>(
    name: Name,
    ...[input]: object extends InputOf<Name> ? [InputOf<Name>?] : [InputOf<Name>]
  ): Promise<AnswerOf<Name>> {
    const given = (input ?? {}) as GivenInput;
    const [method = '', path = ''] = OPERATIONS[name].split(' ');
    const url = this.#urlOf(path, given);
    const response = await this.#send(url, method.toUpperCase(), given);
    if (response.status === 204) return null as AnswerOf<Name>;
    const answer = await this.#read(response, url, given.signal);
    if (!response.ok) throw new ApiCallError(problemOf(answer, response));
    return answer as AnswerOf<Name>;
  }

  #urlOf(path: string, { params = {}, query = {} }: GivenInput): string {
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => segmentOf(params[key] ?? ''));
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined && value !== null) search.set(key, String(value));
    }
    const text = search.toString();
    return `${this.url}/api/v1${filled}${text === '' ? '' : `?${text}`}`;
  }

  async #send(url: string, method: string, given: GivenInput): Promise<Response> {
    const { token, csrf, timeoutMs = DEFAULT_TIMEOUT_MS, fetch: send = fetch } = this.#options;
    const isWrite = method !== 'GET';
    const value = isWrite ? (csrf?.() ?? null) : null;
    const limit = AbortSignal.timeout(timeoutMs);
    const headers: Record<string, string> = { accept: 'application/json' };
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    if (value !== null) headers['x-quantcell-csrf'] = value;
    if (isWrite) headers['idempotency-key'] = given.idempotencyKey ?? crypto.randomUUID();
    if (given.body !== undefined) headers['content-type'] = 'application/json';
    try {
      return await send(url, {
        method,
        headers,
        signal: given.signal === undefined ? limit : AbortSignal.any([limit, given.signal]),
        ...(given.body !== undefined && { body: JSON.stringify(given.body) }),
      });
    } catch (thrown) {
      if (given.signal?.aborted === true) throw thrown;
      throw new UnreachableError(this.url, reasonOf(thrown, timeoutMs), thrown);
    }
  }

  async #read(response: Response, url: string, signal?: AbortSignal): Promise<unknown> {
    const text = await response.text().catch((thrown: unknown) => {
      if (signal?.aborted === true) throw thrown;
      const isLate = thrown instanceof Error && thrown.name === 'TimeoutError';
      const { timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
      const reason = isLate ? reasonOf(thrown, timeoutMs) : 'the answer was cut off';
      throw new UnreachableError(this.url, reason, thrown);
    });
    try {
      return JSON.parse(text);
    } catch (thrown) {
      const start = JSON.stringify(text.slice(0, 80));
      throw new UnreachableError(
        url,
        `the answer ${start} is no JSON: is this a QuantCell server?`,
        thrown,
      );
    }
  }
}

interface GivenInput extends CallOptions {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly body?: unknown;
}

/** A part of a path. Dots alone would lead to another operation: the server gets, and refuses, a name for them. */
function segmentOf(text: string): string {
  const encoded = encodeURIComponent(text);
  return /^\.{1,2}$/.test(encoded) ? encoded.replaceAll('.', '%252E') : encoded;
}

function problemOf(answer: unknown, { status, statusText }: Response): Problem {
  const given = (typeof answer === 'object' && answer !== null ? answer : {}) as Partial<Problem>;
  return {
    type: 'about:blank',
    title: statusText,
    code: 'UNKNOWN',
    detail: `the server answered ${status} ${statusText}`,
    instance: '',
    ...given,
    status,
  };
}

function reasonOf(thrown: unknown, timeoutMs: number): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.name === 'TimeoutError') return `nothing within ${timeoutMs / 1_000} s`;
  const { cause } = thrown;
  return cause instanceof Error && cause.message !== '' ? cause.message : thrown.message;
}
