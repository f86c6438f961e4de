import type { AnswerOf } from '../../../../src/client/index.ts';
import { useState } from 'preact/hooks';
import { AlertList } from '../../app/alerts/alert-list.tsx';
import { ActionNote } from '../../components/action-note.tsx';
import { Badge } from '../../components/badge.tsx';
import { ActionButton } from '../../components/button.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { LivePart } from '../../components/live-part.tsx';
import { Section } from '../../components/section.tsx';
import { useAction } from '../../data/actions.ts';
import { call } from '../../data/session.ts';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';

type Channels = AnswerOf<'testAlerts'>['channels'];

/** The last alerts, and whether they reach somebody. */
export function AlertsTab() {
  const t = useT();
  const view = useChannel({ channel: 'alerts' });
  const alerts = [...(view.data?.alerts.values() ?? [])].toSorted((a, b) => b.seq - a.seq);
  return (
    <>
      <AlertTest />
      <Section title={t('alerts.title')}>
        <LivePart of={view}>
          <AlertList alerts={alerts} />
        </LivePart>
      </Section>
    </>
  );
}

function AlertTest() {
  const t = useT();
  const { record, isAsked, run } = useAction();
  const [channels, setChannels] = useState<Channels | null>(null);
  const test = async (): Promise<void> => {
    const { answer } = await run(
      t('system.testAlerts'),
      () => call('testAlerts'),
      ({ channels: all }) => outcomeOf(t, all),
    );
    setChannels(answer?.channels ?? null);
  };
  return (
    <Section
      title={t('system.channels')}
      tools={
        <ActionButton needs="operate" icon="bell" isAsked={isAsked} onPress={() => void test()}>
          {t('system.testAlerts')}
        </ActionButton>
      }
    >
      <ActionNote record={record} />
      {channels !== null && channels.length > 0 && (
        <Facts>
          {channels.map(({ name, isSent, reason }) => (
            <Fact key={name} name={name}>
              <Badge tone={isSent ? 'good' : 'bad'} icon={isSent ? 'check' : 'warning'}>
                {t(isSent ? 'system.sent' : 'system.notSent')}
              </Badge>{' '}
              {reason}
            </Fact>
          ))}
        </Facts>
      )}
      {record === null && <p class="quiet">{t('system.testText')}</p>}
    </Section>
  );
}

function outcomeOf(t: ReturnType<typeof useT>, channels: Channels) {
  const sent = channels.filter(({ isSent }) => isSent).length;
  if (channels.length === 0) return t('system.noChannels');
  const detail = t('system.sentCount', { sent, total: channels.length });
  if (sent === channels.length) return detail;
  return { status: sent === 0 ? ('rejected' as const) : ('partly' as const), detail };
}
