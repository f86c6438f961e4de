import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal, refuse } from './errors.ts';
import type { Params } from './params.ts';

export interface Credentials {
  readonly apiKey: string;
  readonly secret: string;
}

const DEFAULT_WINDOW_MS = 5_000;
const MAX_WINDOW_MS = 60_000;

/** How far ahead of the exchange a request may be, milliseconds. */
const MAX_AHEAD_MS = 1_000;

/** @throws {Refusal} -2014, -2015 */
export function checkKey(key: string | undefined, { apiKey }: Credentials): void {
  if (key === undefined || key === '') {
    throw new Refusal(-2014, 'API-key format invalid.', { status: 401 });
  }
  if (key !== apiKey) {
    const message = 'Invalid API-key, IP, or permissions for action.';
    throw new Refusal(-2015, message, { status: 401 });
  }
}

/**
 * @param payload what was signed, character by character
 * @throws {Refusal} -1102, -1021, -1022
 */
export function checkSignature(
  params: Params,
  payload: string,
  { secret }: Credentials,
  nowMs: number,
): void {
  const given = Buffer.from(params.required('signature'));
  const expected = Buffer.from(createHmac('sha256', secret).update(payload).digest('hex'));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new Refusal(-1022, 'Signature for this request is not valid.');
  }
  checkTime(params, nowMs);
}

function checkTime(params: Params, nowMs: number): void {
  const timestamp = params.integer('timestamp');
  if (timestamp === undefined) throw refuse.missing('timestamp');
  const windowMs = params.integer('recvWindow') ?? DEFAULT_WINDOW_MS;
  if (windowMs > MAX_WINDOW_MS) {
    throw new Refusal(-1131, 'recvWindow must be less than 60000.');
  }
  if (timestamp >= nowMs + MAX_AHEAD_MS) {
    throw new Refusal(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
  }
  if (nowMs - timestamp > windowMs) {
    throw new Refusal(-1021, 'Timestamp for this request is outside of the recvWindow.');
  }
}

/** The text that a REST request has signed: query string and body, without the signature. */
export function restPayload(query: string, body: string): string {
  const without = (text: string): string =>
    text
      .split('&')
      .filter((part) => part !== '' && !part.startsWith('signature='))
      .join('&');
  return without(query) + without(body);
}

/** The text that a request over WebSocket has signed: its parameters by name. */
export function socketPayload(params: ReadonlyMap<string, string>): string {
  return [...params]
    .filter(([name]) => name !== 'signature')
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}
