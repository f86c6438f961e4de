import { useState } from 'preact/hooks';
import { Button } from '../../components/button.tsx';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import { KillSwitchDialog } from './kill-switch-dialog.tsx';
import { TradingState } from './trading-state.tsx';

/** Whether trading is open, and the switch that stops it: in sight on every page. */
export function KillSwitch() {
  const t = useT();
  const view = useChannel({ channel: 'trading' });
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div class="kill-switch">
      <TradingState />
      <Button look="danger" icon="stop" onPress={() => setIsOpen(true)}>
        {t('kill.button')}
      </Button>
      {isOpen && <KillSwitchDialog view={view} onClose={() => setIsOpen(false)} />}
    </div>
  );
}
