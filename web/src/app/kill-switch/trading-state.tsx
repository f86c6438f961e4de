import { Badge } from '../../components/badge.tsx';
import type { IconName } from '../../components/icon.tsx';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import { SUMMARY_TONES, tradingSummary, type TradingSummary } from './trading-summary.ts';

const ICONS: Readonly<Record<TradingSummary, IconName>> = {
  open: 'check',
  partly: 'warning',
  'reduce-only': 'half',
  halted: 'stop',
  closed: 'stop',
  none: 'info',
};

/** What may be traded now, in a word. */
export function TradingState() {
  const t = useT();
  const view = useChannel({ channel: 'trading' });
  const summary = view.data === null ? null : tradingSummary(view.data);
  return (
    <div class={`trading-state${view.isLive ? '' : ' is-old'}`} role="status">
      <Badge
        tone={summary === null ? 'quiet' : SUMMARY_TONES[summary]}
        icon={summary === null ? 'info' : ICONS[summary]}
      >
        {t(`kill.state.${summary ?? 'unknown'}`)}
      </Badge>
    </div>
  );
}
