import type { AlertView } from '../../../../src/client/index.ts';
import { Dialog } from '../../components/dialog.tsx';
import { LivePart } from '../../components/live-part.tsx';
import type { ChannelView } from '../../data/channels.ts';
import { useT } from '../../i18n/translate.ts';
import { AlertList } from './alert-list.tsx';

interface AlertsDrawerProps {
  /** Newest first. */
  readonly alerts: readonly AlertView[];
  readonly view: ChannelView<'alerts'>;
  readonly onClose: () => void;
}

/** The last alerts. */
export function AlertsDrawer({ alerts, view, onClose }: AlertsDrawerProps) {
  const t = useT();
  return (
    <Dialog title={t('alerts.title')} onClose={onClose} place="side">
      <LivePart of={view}>
        <AlertList alerts={alerts} />
      </LivePart>
    </Dialog>
  );
}
