import { messageOf } from '../../../base/errors.ts';
import type { Secret } from '../../../exchange/secret.ts';
import { AlertError } from '../errors.ts';
import { withoutSecrets } from './redacting.ts';

/** Of an answer, bytes: only its beginning is of use. */
const MAX_ANSWER_BYTES = 4_096;

export interface HttpPost {
  /** Whole, and secret: tokens stand in the paths of many. */
  readonly url: Secret;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What must stand in no message, beside the address. */
  readonly secrets: readonly Secret[];
}

/**
 * Posts JSON. An answer that sends elsewhere is a failure: what is posted, and its signature, is for nobody else.
 *
 * @throws {AlertError} unless the answer is one of success
 */
export async function postJson(post: HttpPost, signal: AbortSignal): Promise<void> {
  const { url, body, headers, secrets } = post;
  const clean = (text: string): string => withoutSecrets(text, [url, ...secrets]);
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(url.reveal(), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'quantcell', ...headers },
      body,
      redirect: 'manual',
      signal,
    });
    text = await beginningOf(answer);
  } catch (thrown) {
    throw new AlertError(clean(signal.aborted ? 'no answer in time' : withCause(thrown)));
  }
  if (answer.ok) return;
  const { status } = answer;
  if (status >= 300 && status < 400) {
    const to = 'the answer sends to another address, which is not followed';
    throw new AlertError(`${to} (${status})`, { isFinal: true, status });
  }
  throw new AlertError(clean(`the answer is ${status}: ${text}`), {
    // What is wrong with the request stays wrong; 408 and 429 are about the moment.
    isFinal: status >= 400 && status < 500 && status !== 408 && status !== 429,
    retryAfterMs: retryAfterMs(answer, text),
    status,
  });
}

/** An address that can be posted to. @throws {TypeError} if it can't be read, or is not of http */
export function postable(address: string): URL {
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TypeError('not http');
  if (url.username !== '' || url.password !== '') throw new TypeError('has a user');
  return url;
}

async function beginningOf(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk as Uint8Array);
    bytes += (chunk as Uint8Array).length;
    if (bytes >= MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8');
}

/** In its header, or as Telegram says it. */
function retryAfterMs(answer: Response, text: string): number | null {
  const inText = /"retry_after"\s*:\s*(\d+)/.exec(text)?.[1];
  const seconds = Number(answer.headers.get('retry-after') ?? inText ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : null;
}

/** What `fetch` throws says nothing; its cause does. */
function withCause(thrown: unknown): string {
  const cause: unknown = thrown instanceof Error ? thrown.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? `${String(cause.code)}: ` : '';
  return cause === undefined ? messageOf(thrown) : `${code}${messageOf(cause)}`;
}
