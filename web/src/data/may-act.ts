import { useT } from '../i18n/translate.ts';
import { connectionStore } from './connection.ts';
import { mayAct, type Role } from './roles.ts';
import { sessionStore } from './session.ts';
import { useStore } from './store.ts';

/**
 * Why something that needs a role can't be asked for now; null if it can. What is urgent is tried also while the
 * stream is down: the server may be there all the same, and says so.
 */
export function useHindrance(needed: Role, isUrgent = false): string | null {
  const t = useT();
  const session = useStore(sessionStore);
  const { state } = useStore(connectionStore);
  if (session.kind !== 'open') return t('hindrance.session');
  const { role } = session.session;
  if (!mayAct(role, needed)) return t('hindrance.role', { needed, role });
  return isUrgent || state === 'live' ? null : t('hindrance.connection');
}
