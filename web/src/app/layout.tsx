import { useEffect, useRef } from 'preact/hooks';
import type { SessionView } from '../../../src/client/index.ts';
import { openConnection } from '../data/connection.ts';
import { useT } from '../i18n/translate.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { Header } from './header.tsx';
import { PageOutlet } from './page-outlet.tsx';

/** Header, connection banner and the page below. */
export function Layout({ session }: { readonly session: SessionView }) {
  const t = useT();
  const main = useRef<HTMLElement>(null);
  useEffect(openConnection, []);
  return (
    <>
      <a
        class="skip-link"
        href="#main"
        onClick={(event) => {
          // The address is the page's: the link must not change it.
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t('shell.skip')}
      </a>
      <Header session={session} />
      <ConnectionBanner />
      <main id="main" class="page" tabIndex={-1} ref={main}>
        <PageOutlet />
      </main>
    </>
  );
}
