import { useEffect, useRef, useState } from 'preact/hooks';
import { Notice } from '../components/notice.tsx';
import { useT } from '../i18n/translate.ts';
import { PAGES, type Page, type PageComponent } from './pages.ts';
import { hrefOf } from './route.ts';
import { useRoute } from './router.ts';

/** The page of an address; undefined if there is none. */
export function pageAt(first: string | undefined): Page | undefined {
  return first === undefined ? PAGES[0] : PAGES.find(({ path }) => path === first);
}

/** Shows the page that the address names, and moves the focus to its heading. */
export function PageOutlet() {
  const t = useT();
  const { path } = useRoute();
  const [first, ...rest] = path;
  const page = pageAt(first);
  const [loaded, setLoaded] = useState<{ page: Page; Component: PageComponent } | null>(null);
  const [failure, setFailure] = useState<Error | null>(null);
  useEffect(() => {
    if (page === undefined) return undefined;
    let isWanted = true;
    setFailure(null);
    page.load().then(
      (Component) => isWanted && setLoaded({ page, Component }),
      (thrown: unknown) => isWanted && setFailure(thrown as Error),
    );
    return () => {
      isWanted = false;
    };
  }, [page]);
  const isShown = loaded !== null && loaded.page === page;
  useHeadingFocus(path.join('/'), isShown);
  if (page === undefined) return <NoPage path={path.join('/')} />;
  if (failure !== null) {
    return <Notice tone="bad">{t('common.failed', { reason: failure.message })}</Notice>;
  }
  if (!isShown) return <p class="quiet">{t('common.loading')}</p>;
  return <loaded.Component key={path.join('/')} rest={rest} />;
}

function NoPage({ path }: { readonly path: string }) {
  const t = useT();
  return (
    <section>
      <h1 tabIndex={-1}>{t('shell.noPage')}</h1>
      <p>{t('shell.noPageText', { path })}</p>
      <p>
        <a href={hrefOf(['fleet'])}>{t('shell.toFleet')}</a>
      </p>
    </section>
  );
}

/** Whoever hears the page instead of seeing it is told that it is another one. */
function useHeadingFocus(path: string, isShown: boolean): void {
  const before = useRef(path);
  useEffect(() => {
    const heading = document.querySelector<HTMLElement>('main h1');
    if (!isShown || heading === null) return;
    document.title = `${heading.textContent} · QuantCell`;
    if (before.current !== path) {
      heading.focus();
      before.current = path;
    }
  }, [path, isShown]);
}
