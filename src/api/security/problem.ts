import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import type { ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { messageOf, QuantCellError, quote, stackOf } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { redactDetail } from '../../system/audit/redact-detail.ts';
import type { SecurityContext, SecurityEnv } from './environment.ts';
import { SecurityError } from './errors.ts';
import { statusOfCode } from './status-of-code.ts';
import { withoutPaths, withoutPathsIn } from './without-paths.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** An error as it is answered (RFC 9457); the facts of the error stand beside these. */
export interface Problem {
  /** `urn:quantcell:error:CODE`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  /** The id of the request. */
  readonly instance: string;
  readonly [fact: string]: unknown;
}

/** What the framework throws, by its status. */
const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'MALFORMED_BODY',
  404: 'UNKNOWN_ROUTE',
  413: 'BODY_TOO_LARGE',
  415: 'WRONG_CONTENT_TYPE',
};

/**
 * The answer for anything that was thrown. What is no error of ours is an `INTERNAL_ERROR`, of which the
 * answer says nothing but the id of the request; no answer has a stack or a path of this machine.
 */
export function problemOf(thrown: unknown, instance: string): Problem {
  const error = errorOf(thrown);
  const { code, message, facts } = error;
  return {
    ...(withoutPathsIn(redactDetail(facts)) as Record<string, unknown>),
    type: `urn:quantcell:error:${code}`,
    title: titleOf(code),
    status: statusOfCode(code),
    code,
    detail: withoutPaths(message),
    instance,
  };
}

/** For `app.onError`: answers with a problem, and says in the log what was our own fault. */
export function onApiError(logger: Logger): ErrorHandler<SecurityEnv> {
  return (thrown, c) => {
    const problem = problemOf(thrown, c.get('requestId') ?? '');
    if (problem.status >= 500) logFault(logger, thrown, problem, `${c.req.method} ${c.req.path}`);
    return answer(c, problem);
  };
}

/** For `app.notFound`. What is thrown there would go past the middlewares that add headers. */
export const onUnknownRoute: NotFoundHandler<SecurityEnv> = (c) => {
  const message = `there is no ${c.req.method} ${quote(c.req.path)} here`;
  return answer(
    c,
    problemOf(new SecurityError('UNKNOWN_ROUTE', message), c.get('requestId') ?? ''),
  );
};

/** Answers a WebSocket upgrade that is refused, and ends the connection. */
export function refuseUpgrade(socket: Duplex, thrown: unknown, instance: string): void {
  const problem = problemOf(thrown, instance);
  const body = JSON.stringify(problem);
  const headers = {
    ...headersOf(problem),
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const status = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`;
  // Whoever is gone already needs no answer.
  socket.on('error', () => socket.destroy());
  socket.end(`${[status, ...lines].join('\r\n')}\r\n\r\n${body}`);
}

function answer(c: SecurityContext, problem: Problem): Response {
  return c.body(JSON.stringify(problem), {
    status: problem.status as ContentfulStatusCode,
    headers: headersOf(problem),
  });
}

function headersOf(problem: Problem): Record<string, string> {
  const headers: Record<string, string> = { 'Content-Type': PROBLEM_TYPE };
  if (problem.status === 401) headers['WWW-Authenticate'] = 'Bearer realm="quantcell"';
  const { retryAfterSeconds } = problem as { retryAfterSeconds?: unknown };
  if (typeof retryAfterSeconds === 'number') headers['Retry-After'] = String(retryAfterSeconds);
  return headers;
}

function errorOf(thrown: unknown): QuantCellError {
  if (thrown instanceof QuantCellError) return thrown;
  if (thrown instanceof HTTPException) {
    const code = CODE_OF_STATUS[thrown.status];
    if (code !== undefined) return new SecurityError(code, thrown.message);
  }
  return new SecurityError(
    'INTERNAL_ERROR',
    'something failed in the server: its log has it under the id of this request',
  );
}

function logFault(logger: Logger, thrown: unknown, problem: Problem, request: string): void {
  const { instance, status, code } = problem;
  logger.log('error', `${request} failed: ${messageOf(thrown)}`, {
    requestId: instance,
    status,
    code,
    stack: stackOf(thrown),
  });
}

/** `KEYS_MISSING` -> `Keys missing`. */
function titleOf(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
