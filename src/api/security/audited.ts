import { mayAct, type Role } from '../../model/role.ts';
import type { AuditIntent, AuditResult } from '../../system/audit/audit-entry.ts';
import type { AuditLog } from '../../system/audit/audit-log.ts';
import { addressOf, type SecurityContext, type SecurityMiddleware } from './environment.ts';
import { declareRole, requireRole } from './needs-role.ts';
import { PROBLEM_TYPE } from './problem.ts';

const DENIED = { result: 'denied', reason: 'ROLE_TOO_LOW' } as const;

export interface AuditedOptions {
  /** Such as `workers.start`. */
  readonly action: string;
  /** The role that it needs. */
  readonly needs: Role;
  /** What it is done to. @default null */
  readonly target?: (c: SecurityContext) => string | null;
  /** What is asked; secrets in it are hidden. @default nothing */
  readonly detail?: (c: SecurityContext) => unknown;
  /** Whether it is done even if it can't be written down: a halt, and nothing else. @default never */
  readonly mustPass?: (c: SecurityContext) => Promise<boolean>;
}

/**
 * Writes down who is about to do something, and then what came of it. If the first can't be, it is refused with
 * `AUDIT_UNAVAILABLE`. It checks the role as well, so that a denial is written down too (some of them a minute).
 * Stands behind `idempotency`: what is answered again is not done again.
 */
export function audited(log: AuditLog, options: AuditedOptions): SecurityMiddleware {
  const { action, needs, target = () => null, detail, mustPass } = options;
  return declareRole(needs, async (c, next) => {
    const intent: AuditIntent = {
      ...callerOf(c),
      action,
      target: target(c),
      ...(detail === undefined ? {} : { detail: await detail(c) }),
    };
    const identity = c.get('identity');
    if (identity !== undefined && !mayAct(identity.role, needs)) log.append(intent, DENIED);
    requireRole(identity, needs);
    const attempt = log.begin(intent, { mustPass: (await mustPass?.(c)) ?? false });
    await next();
    attempt.end({ result: resultOf(c.res.status), reason: await reasonOf(c.res) });
  });
}

/** Who it is and where from. */
function callerOf(c: SecurityContext): Pick<AuditIntent, 'tokenId' | 'name' | 'role' | 'source'> {
  const { tokenId = null, name = null, role = null } = c.get('identity') ?? {};
  return { tokenId, name, role, source: addressOf(c.env.incoming) };
}

function resultOf(status: number): AuditResult {
  if (status < 400) return 'applied';
  if (status === 401 || status === 403) return 'denied';
  if (status === 504) return 'timed-out';
  return status < 500 ? 'rejected' : 'failed';
}

/** The code of the error that was answered, null if none. */
async function reasonOf(response: Response): Promise<string | null> {
  if (response.headers.get('content-type') !== PROBLEM_TYPE) return null;
  const problem = (await response.clone().json()) as { readonly code?: unknown };
  return String(problem.code);
}
