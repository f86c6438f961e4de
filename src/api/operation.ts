import type { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { AuditLog } from '../system/audit/audit-log.ts';
import type { Call, Handler } from './call.ts';
import { API_BASE, routeOf, type OperationName } from './contract/routes.ts';
import type { RouteSpec } from './contract/route.ts';
import { checkInput } from './input.ts';
import { audited } from './security/audited.ts';
import { bodyLimit, MAX_ORDER_BODY_BYTES } from './security/body-limit.ts';
import {
  addressOf,
  type SecurityContext,
  type SecurityEnv,
  type SecurityMiddleware,
} from './security/environment.ts';
import { idempotency, type IdempotencyStore } from './security/idempotency.ts';
import { needsRole } from './security/needs-role.ts';

export interface OperationParts {
  readonly audit: AuditLog;
  readonly answers: IdempotencyStore;
}

/** Puts an operation of the contract into the app: who may, what is asked, once for each key, written down, done. */
export function mountOperation<Name extends OperationName>(
  app: Hono<SecurityEnv>,
  name: Name,
  handler: Handler<Name>,
  parts: OperationParts,
): void {
  const spec = routeOf(name);
  app.on(spec.method.toUpperCase(), [pathOf(spec)], ...before(name, spec, parts), async (c) => {
    const input = checkInput(spec, {
      params: c.req.param(),
      query: queryOf(c),
      body: await bodyOf(c),
    });
    const call = {
      ...input,
      caller: callerOf(c),
      requestId: c.get('requestId'),
      signal: c.req.raw.signal,
    };
    const answer = await handler(call as Call<Name>);
    if (spec.answer === null) return c.body(null, 204);
    return c.json(answer, (spec.status ?? 200) as ContentfulStatusCode);
  });
}

/** What a request has to pass before the operation is done. */
function before(
  name: OperationName,
  spec: RouteSpec,
  { audit, answers }: OperationParts,
): SecurityMiddleware[] {
  const { role, method, maxBodyBytes = MAX_ORDER_BODY_BYTES } = spec;
  if (role === null) return [];
  if (method === 'get') return [needsRole(role)];
  const isHaltable = name === 'setKillSwitch';
  return [
    bodyLimit(maxBodyBytes),
    // That it was halted once is no answer to whoever halts: by now it may be lifted.
    idempotency(answers, isHaltable ? { isAlwaysDone: isHalt } : {}),
    audited(audit, {
      action: name,
      needs: role,
      target: targetOf,
      detail: detailOf,
      ...(isHaltable && { mustPass: isHalt }),
    }),
  ];
}

/** A halt is done whatever the disk says; lifting one is not. */
async function isHalt(c: SecurityContext): Promise<boolean> {
  const body = await bodyOf(c);
  return typeof body === 'object' && body !== null && 'state' in body && body.state === 'halted';
}

/** `/workers/{id}` of the contract, as the router writes it. */
function pathOf({ path }: RouteSpec): string {
  return `${API_BASE}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
}

/** A name that is given twice is no text, and so is refused by every schema. */
export function queryOf(c: SecurityContext): Readonly<Record<string, string | string[]>> {
  const given = Object.entries(c.req.queries());
  return Object.fromEntries(
    given.map(([name, values]) => [name, values.length === 1 ? (values[0] as string) : values]),
  );
}

/** The JSON of a request; undefined where it has none. What is no JSON was refused before. */
export async function bodyOf(c: SecurityContext): Promise<unknown> {
  if (c.req.method === 'GET') return undefined;
  const text = await c.req.text();
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

function callerOf(c: SecurityContext): Call<OperationName>['caller'] {
  const { tokenId = '', name = '', role = 'read' } = c.get('identity') ?? {};
  return { tokenId, name, role, source: addressOf(c.env.incoming) };
}

/** What the path names: a worker, an order, a strategy. */
function targetOf(c: SecurityContext): string | null {
  const [target] = Object.values(c.req.param() as Record<string, string>);
  return target ?? null;
}

/** A source is long, and is kept elsewhere. */
async function detailOf(c: SecurityContext): Promise<unknown> {
  const body = await bodyOf(c).catch(() => undefined);
  if (typeof body !== 'object' || body === null || !('source' in body)) return body;
  const { source, ...rest } = body;
  return { ...rest, sourceBytes: typeof source === 'string' ? Buffer.byteLength(source) : null };
}
