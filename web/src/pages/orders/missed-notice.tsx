import { Notice } from '../../components/notice.tsx';
import { useT } from '../../i18n/translate.ts';

/** Says that the stream has left something out; nothing if it has not. */
export function MissedNotice({ count }: { readonly count: number }) {
  const t = useT();
  if (count === 0) return null;
  return <Notice tone="warn">{t('orders.missed', { count })}</Notice>;
}
