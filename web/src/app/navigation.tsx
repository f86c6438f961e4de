import { useT } from '../i18n/translate.ts';
import { pageAt } from './page-outlet.tsx';
import { PAGES } from './pages.ts';
import { hrefOf } from './route.ts';
import { useRoute } from './router.ts';

/** The pages that have an entry; the one that is shown is marked. */
export function Navigation() {
  const t = useT();
  const page = pageAt(useRoute().path[0]);
  const here = page?.under ?? page?.path;
  return (
    <nav class="nav" aria-label={t('shell.nav')}>
      <ul>
        {PAGES.map(
          ({ path, nav }) =>
            nav !== undefined && (
              <li key={path}>
                <a href={hrefOf([path])} aria-current={path === here ? 'page' : undefined}>
                  {t(nav as 'nav.fleet')}
                </a>
              </li>
            ),
        )}
      </ul>
    </nav>
  );
}
