import { deleteCookie, setCookie } from 'hono/cookie';
import type { SecurityContext } from './environment.ts';
import type { BrowserSession } from './sessions.ts';

export const SESSION_COOKIE = 'quantcell_session';

/** No script can read it, and no other page sends it. */
const ATTRIBUTES = { httpOnly: true, sameSite: 'Strict', path: '/' } as const;

/** Gives the browser its session, for as long as that lasts. */
export function setSessionCookie(
  c: SecurityContext,
  session: BrowserSession,
  isTls: boolean,
): void {
  const maxAge = Math.max(1, Math.round(session.leftMs / 1_000));
  setCookie(c, SESSION_COOKIE, session.id, { ...ATTRIBUTES, secure: isTls, maxAge });
}

export function clearSessionCookie(c: SecurityContext, isTls: boolean): void {
  deleteCookie(c, SESSION_COOKIE, { ...ATTRIBUTES, secure: isTls });
}
