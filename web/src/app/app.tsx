import { Toasts } from '../components/toasts.tsx';
import { findSession, sessionStore } from '../data/session.ts';
import { useStore } from '../data/store.ts';
import { useT } from '../i18n/translate.ts';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { Layout } from './layout.tsx';
import { LoginPage } from '../pages/login/login-page.tsx';

/** The whole page: signing in, or the console. */
export function App() {
  const t = useT();
  const session = useStore(sessionStore);
  if (session.kind === 'open') {
    return (
      <>
        <Layout session={session.session} />
        <Toasts />
      </>
    );
  }
  if (session.kind === 'none') return <LoginPage hasEnded={session.hasEnded} />;
  return (
    <main class="alone">
      {session.kind === 'asking' ? (
        <p class="quiet">{t('login.asking')}</p>
      ) : (
        <Notice tone="bad">
          <p>{t('login.unreachable', { reason: session.reason })}</p>
          <Button onPress={() => void findSession()}>{t('common.retry')}</Button>
        </Notice>
      )}
    </main>
  );
}
