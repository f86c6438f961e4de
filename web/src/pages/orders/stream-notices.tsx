import { Notice } from '../../components/notice.tsx';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';

/** Says that the stream has left something out since the page looks; nothing if it has not. */
export function MissedNotice({ count }: { readonly count: number }) {
  const t = useT();
  if (count === 0) return null;
  return <Notice tone="warn">{t('orders.missed', { count })}</Notice>;
}

/** Says why no order but a cancel leaves; nothing while trading is open. */
export function ClosedNotice() {
  const t = useT();
  const reason = useChannel({ channel: 'trading' }).data?.closedBecause ?? null;
  if (reason === null) return null;
  return <Notice tone="warn">{t('orders.closed', { reason })}</Notice>;
}
