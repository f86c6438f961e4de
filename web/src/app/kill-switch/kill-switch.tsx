import { useState } from 'preact/hooks';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import type { IconName } from '../../components/icon.tsx';
import { useChannel } from '../../data/use-channel.ts';
import { useT, type Translate } from '../../i18n/translate.ts';
import { KillSwitchDialog } from './kill-switch-dialog.tsx';
import { SUMMARY_TONES, tradingSummary, type TradingSummary } from './trading-summary.ts';

const ICONS: Readonly<Record<TradingSummary, IconName>> = {
  open: 'check',
  partly: 'warning',
  'reduce-only': 'half',
  halted: 'stop',
  closed: 'stop',
  none: 'info',
};

/** Whether trading is open, and the switch that stops it: in sight on every page. */
export function KillSwitch() {
  const t = useT();
  const view = useChannel({ channel: 'trading' });
  const [isOpen, setIsOpen] = useState(false);
  const summary = view.data === null ? null : tradingSummary(view.data);
  return (
    <div class="kill-switch">
      <div class={`trading-state${view.isLive ? '' : ' is-old'}`} role="status">
        <span class="visually-hidden">{t('kill.trading')}: </span>
        {summary === null ? (
          <Badge tone="quiet" icon="info">
            {t('kill.unknown')}
          </Badge>
        ) : (
          <Badge tone={SUMMARY_TONES[summary]} icon={ICONS[summary]}>
            {summaryText(t, summary)}
          </Badge>
        )}
      </div>
      <Button look="danger" icon="stop" onPress={() => setIsOpen(true)}>
        {t('kill.button')}
      </Button>
      {isOpen && <KillSwitchDialog view={view} onClose={() => setIsOpen(false)} />}
    </div>
  );
}

function summaryText(t: Translate, summary: TradingSummary): string {
  switch (summary) {
    case 'open':
    case 'partly':
    case 'closed':
      return t(`kill.${summary}`);
    case 'none':
      return t('mode.none');
    case 'halted':
    case 'reduce-only':
      return t(`trading.${summary}`);
  }
}
