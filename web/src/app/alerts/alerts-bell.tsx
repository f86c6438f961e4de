import { useState } from 'preact/hooks';
import { Button } from '../../components/button.tsx';
import { createKept } from '../../data/setting.ts';
import { useStore } from '../../data/store.ts';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import { AlertsDrawer } from './alerts-drawer.tsx';

/** When the newest alert that was looked at happened, milliseconds since the Unix epoch. */
const seenStore = createKept('quantcell.alertsSeenAt', (text) => Number(text ?? 0) || 0);

/** Says how many alerts nobody has looked at here, and opens them. */
export function AlertsBell() {
  const t = useT();
  const view = useChannel({ channel: 'alerts' });
  const [isOpen, setIsOpen] = useState(false);
  const seenAt = useStore(seenStore);
  const alerts = [...(view.data?.alerts.values() ?? [])].toSorted((a, b) => b.seq - a.seq);
  const unseen = alerts.filter(({ at, severity }) => at > seenAt && severity !== 'info').length;
  const close = (): void => {
    setIsOpen(false);
    seenStore.set(Math.max(seenAt, ...alerts.map(({ at }) => at)));
  };
  const count = unseen === 0 ? '' : `: ${t('alerts.count', { count: unseen })}`;
  return (
    <div class="bell">
      <Button
        look="quiet"
        icon="bell"
        label={`${t('alerts.button')}${count}`}
        onPress={() => setIsOpen(true)}
      />
      {unseen > 0 && (
        <span class="bell-count number" aria-hidden="true">
          {unseen > 99 ? '99+' : unseen}
        </span>
      )}
      <span class="visually-hidden" role="status">
        {unseen === 0 ? '' : `${t('alerts.button')}${count}`}
      </span>
      {isOpen && <AlertsDrawer alerts={alerts} view={view} onClose={close} />}
    </div>
  );
}
