import type { Hono } from 'hono';
import type { Identity } from '../system/access/access-tokens.ts';
import type { AuditLog } from '../system/audit/audit-log.ts';
import { API_BASE, ROUTES, routeOf } from './contract/routes.ts';
import type { SessionView } from './contract/system-routes.ts';
import { checkInput } from './input.ts';
import { bodyOf, queryOf } from './operation.ts';
import type { Authenticator } from './security/authenticate.ts';
import { addressOf, type SecurityEnv } from './security/environment.ts';
import { needsRole } from './security/needs-role.ts';
import { clearSessionCookie, setSessionCookie } from './security/session-cookie.ts';
import type { Session, Sessions } from './security/sessions.ts';

/** Operations that have to do with the cookie. */
export type SessionOperation = 'login' | 'getSession' | 'logout';

export interface SessionParts {
  readonly sessions: Sessions;
  readonly authenticator: Authenticator;
  readonly audit: AuditLog;
  readonly isTls: boolean;
}

const PATH = `${API_BASE}${ROUTES.login.path}`;

/** Login, who is logged in, and logout of a page. */
export function mountSession(app: Hono<SecurityEnv>, parts: SessionParts): void {
  const { sessions, authenticator, audit, isTls } = parts;
  app.post(PATH, async (c) => {
    const input = checkInput(routeOf('login'), {
      params: {},
      query: queryOf(c),
      body: await bodyOf(c),
    });
    const source = addressOf(c.env.incoming);
    const what = { source, action: 'login', target: null };
    const { token } = input.body as { readonly token: string };
    // One that is refused writes that down itself.
    const identity = authenticator.login(token, source);
    const session = sessions.login(identity);
    audit.append({ ...identity, ...what }, { result: 'applied', reason: null });
    setSessionCookie(c, session, isTls);
    return c.json(viewOf(identity, session));
  });
  app.get(PATH, needsRole('read'), (c) => {
    const { name = '', role = 'read' } = c.get('identity') ?? {};
    return c.json(viewOf({ name, role }, c.get('session')));
  });
  app.delete(PATH, needsRole('read'), (c) => {
    const session = c.get('session');
    const identity = c.get('identity');
    if (session !== undefined) sessions.logout(session.id);
    if (identity !== undefined) {
      const what = { source: addressOf(c.env.incoming), action: 'logout', target: null };
      audit.append({ ...identity, ...what }, { result: 'applied', reason: null });
    }
    clearSessionCookie(c, isTls);
    return c.body(null, 204);
  });
}

/** `session` is undefined for a token in the header. */
function viewOf(
  { name, role }: Pick<Identity, 'name' | 'role'>,
  session: Session | undefined,
): SessionView {
  return {
    name,
    role,
    csrf: session?.csrf ?? null,
    expiresAt: session === undefined ? null : Math.round(session.expiresAt),
  };
}
