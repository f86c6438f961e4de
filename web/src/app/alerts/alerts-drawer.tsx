import type { AlertView } from '../../../../src/client/index.ts';
import { Badge } from '../../components/badge.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { LivePart } from '../../components/live-part.tsx';
import type { Tone } from '../../components/notice.tsx';
import type { ChannelView } from '../../data/channels.ts';
import { timeText } from '../../data/format.ts';
import { useT } from '../../i18n/translate.ts';

const TONES: Readonly<Record<AlertView['severity'], Tone>> = {
  info: 'quiet',
  warning: 'warn',
  critical: 'bad',
};

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
        {alerts.length === 0 ? (
          <p class="quiet">{t('alerts.none')}</p>
        ) : (
          <ol class="alerts">
            {alerts.map((alert) => (
              <AlertItem key={alert.seq} alert={alert} />
            ))}
          </ol>
        )}
      </LivePart>
    </Dialog>
  );
}

function AlertItem({ alert }: { readonly alert: AlertView }) {
  const t = useT();
  const { severity, title, text, subject, count, at } = alert;
  return (
    <li class="alert-item">
      <p class="alert-head">
        <Badge tone={TONES[severity]} icon={severity === 'info' ? 'info' : 'warning'}>
          {t(`severity.${severity}`)}
        </Badge>
        <time class="number quiet" dateTime={new Date(at).toISOString()}>
          {timeText(at)}
        </time>
      </p>
      <p>
        <strong>{title}</strong> <span class="mono">{subject}</span>
        {count > 1 && <span class="quiet"> · {t('alerts.times', { count })}</span>}
      </p>
      <p class="alert-text">{text}</p>
    </li>
  );
}
