import { useT } from '../i18n/translate.ts';
import { Button } from './button.tsx';

interface PagerProps {
  /** From 0. */
  readonly page: number;
  readonly pageSize: number;
  readonly total: number;
  readonly onPage: (page: number) => void;
}

/** Which rows are in sight, and the way to the others. */
export function Pager({ page, pageSize, total, onPage }: PagerProps) {
  const t = useT();
  const pages = Math.max(1, Math.ceil(total / pageSize));
  const from = total === 0 ? 0 : page * pageSize + 1;
  const to = Math.min(total, (page + 1) * pageSize);
  if (pages === 1) return null;
  const edge = t('common.page', { page: page + 1, pages });
  return (
    <nav class="pager" aria-label={edge}>
      <span class="number">{t('common.rows', { from, to, total })}</span>
      <Button
        icon="left"
        label={t('common.previousPage')}
        onPress={() => onPage(page - 1)}
        hindrance={page === 0 ? edge : null}
      />
      <span class="number">{edge}</span>
      <Button
        icon="right"
        label={t('common.nextPage')}
        onPress={() => onPage(page + 1)}
        hindrance={page >= pages - 1 ? edge : null}
      />
    </nav>
  );
}
