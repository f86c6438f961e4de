import type { ComponentChildren } from 'preact';
import type { ChannelView } from '../data/channels.ts';
import { clockText } from '../data/format.ts';
import { useT } from '../i18n/translate.ts';
import { Icon } from './icon.tsx';
import { Notice } from './notice.tsx';

interface LivePartProps {
  readonly of: Pick<ChannelView, 'data' | 'isLive' | 'since' | 'problem'>;
  readonly children: ComponentChildren;
  readonly class?: string;
}

/** What comes from the stream. While it does not, it is dimmed and says as of when it is. */
export function LivePart({ of, children, class: name = '' }: LivePartProps) {
  const t = useT();
  if (of.problem !== null && of.data === null) {
    return <Notice tone="bad">{t('common.refused', { reason: of.problem.detail })}</Notice>;
  }
  if (of.data === null) return <p class="quiet">{t('common.loading')}</p>;
  return (
    <div class={`live-part ${name}${of.isLive ? '' : ' is-old'}`}>
      <AsOf of={of} />
      {children}
    </div>
  );
}

/** `as of 02:13:07` beside what is not live; nothing beside what is. */
function AsOf({ of }: { readonly of: Pick<ChannelView, 'isLive' | 'since'> }) {
  const t = useT();
  if (of.isLive || of.since === null) return null;
  return (
    <p class="as-of">
      <Icon name="clock" />
      {t('common.asOf', { time: clockText(of.since) })}
    </p>
  );
}
