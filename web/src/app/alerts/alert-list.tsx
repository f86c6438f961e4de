import type { AlertView } from '../../../../src/client/index.ts';
import { Badge } from '../../components/badge.tsx';
import type { Tone } from '../../components/notice.tsx';
import { timeText } from '../../data/format.ts';
import { useT } from '../../i18n/translate.ts';

const TONES: Readonly<Record<AlertView['severity'], Tone>> = {
  info: 'quiet',
  warning: 'warn',
  critical: 'bad',
};

interface AlertListProps {
  /** Newest first. */
  readonly alerts: readonly AlertView[];
}

/** Alerts, one below the other. */
export function AlertList({ alerts }: AlertListProps) {
  const t = useT();
  if (alerts.length === 0) return <p class="quiet">{t('alerts.none')}</p>;
  return (
    <ol class="alerts">
      {alerts.map((alert) => (
        <AlertItem key={alert.seq} alert={alert} />
      ))}
    </ol>
  );
}

function AlertItem({ alert }: { readonly alert: AlertView }) {
  const t = useT();
  const { title, text, subject, count, at } = alert;
  return (
    <li class="alert-item">
      <p class="alert-head">
        <AlertBadge alert={alert} />
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

/** How bad it is; of one that says that another is over, just that. */
function AlertBadge({ alert: { severity, isResolved } }: { readonly alert: AlertView }) {
  const t = useT();
  if (isResolved) {
    return (
      <Badge tone="good" icon="check">
        {t('alerts.resolved')}
      </Badge>
    );
  }
  return (
    <Badge tone={TONES[severity]} icon={severity === 'info' ? 'info' : 'warning'}>
      {t(`severity.${severity}`)}
    </Badge>
  );
}
