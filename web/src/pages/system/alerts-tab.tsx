import type { AlertView } from '../../../../src/client/index.ts';
import { ActionNote } from '../../components/action-note.tsx';
import { Badge } from '../../components/badge.tsx';
import { ActionButton } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { LivePart } from '../../components/live-part.tsx';
import type { Tone } from '../../components/notice.tsx';
import { Section } from '../../components/section.tsx';
import { Time } from '../../components/time.tsx';
import { useAction } from '../../data/actions.ts';
import { call } from '../../data/session.ts';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';

const TONES: Readonly<Record<AlertView['severity'], Tone>> = {
  info: 'quiet',
  warning: 'warn',
  critical: 'bad',
};

/** What people were told of, and whether the channels work. */
export function AlertsTab() {
  const t = useT();
  const view = useChannel({ channel: 'alerts' });
  const action = useAction();
  const alerts = [...(view.data?.alerts.values() ?? [])].toSorted((a, b) => b.seq - a.seq);
  const test = (): void =>
    void action.run(
      t('system.testAlerts'),
      () => call('testAlerts'),
      ({ channels }) => {
        if (channels.length === 0) return { status: 'partly', detail: t('system.testNone') };
        const detail = channels
          .map(({ name, isSent, reason }) =>
            isSent
              ? t('system.testSent', { name })
              : t('system.testFailed', { name, reason: reason ?? '' }),
          )
          .join('; ');
        return { status: channels.every(({ isSent }) => isSent) ? 'applied' : 'partly', detail };
      },
    );
  return (
    <Section
      title={t('system.tab.alerts')}
      tools={
        <ActionButton needs="operate" isAsked={action.isAsked} onPress={test}>
          {t('system.testAlerts')}
        </ActionButton>
      }
    >
      <ActionNote record={action.record} />
      <LivePart of={view}>
        <DataTable
          caption={t('system.tab.alerts')}
          columns={[
            { id: 'at', head: t('system.at'), cell: ({ at }) => <Time at={at} /> },
            {
              id: 'severity',
              head: t('system.result'),
              cell: (alert) => (
                <Badge tone={alert.isResolved ? 'good' : TONES[alert.severity]}>
                  {alert.isResolved ? t('system.resolved') : t(`severity.${alert.severity}`)}
                </Badge>
              ),
            },
            {
              id: 'subject',
              head: t('system.target'),
              cell: ({ subject }) => <span class="mono">{subject}</span>,
            },
            {
              id: 'text',
              head: t('system.detail'),
              cell: ({ title, text, count }) => (
                <>
                  <strong>{title}</strong>
                  {count > 1 && <span class="quiet"> · {t('alerts.times', { count })}</span>}
                  <small class="row-note">{text}</small>
                </>
              ),
            },
          ]}
          rows={alerts}
          keyOf={({ seq }) => seq}
          none={t('alerts.none')}
        />
      </LivePart>
    </Section>
  );
}
