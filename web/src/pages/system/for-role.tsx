import type { ComponentChildren } from 'preact';
import { Notice } from '../../components/notice.tsx';
import { mayAct, type Role } from '../../data/roles.ts';
import { sessionStore } from '../../data/session.ts';
import { useStore } from '../../data/store.ts';
import { useT } from '../../i18n/translate.ts';

interface ForRoleProps {
  readonly needs: Role;
  readonly children: ComponentChildren;
}

/** What only some may see; others are told so in its place. */
export function ForRole({ needs, children }: ForRoleProps) {
  const t = useT();
  const session = useStore(sessionStore);
  if (session.kind !== 'open') return null;
  const { role } = session.session;
  if (mayAct(role, needs)) return <>{children}</>;
  return <Notice tone="quiet">{t('system.needsRole', { role: needs, own: role })}</Notice>;
}
