import { ApiCallError, type AnswerOf } from '../../../../src/client/index.ts';
import { ActionNote } from '../../components/action-note.tsx';
import { Badge } from '../../components/badge.tsx';
import { ActionButton } from '../../components/button.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { LivePart } from '../../components/live-part.tsx';
import { Section } from '../../components/section.tsx';
import { Time } from '../../components/time.tsx';
import { useAction } from '../../data/actions.ts';
import { bytesText, millisText, rateText, shareText } from '../../data/format.ts';
import { call } from '../../data/session.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';

type Checks = AnswerOf<'getReady'>['checks'];

/** How often readiness is asked for, milliseconds. */
const EVERY_MS = 5_000;

/** The process, its readiness, its market data and its venue. */
export function OverviewTab() {
  const t = useT();
  return (
    <>
      <ReadyPart />
      <FeedPart />
      <VenuePart />
      <ProcessPart />
      <Section title={t('system.links')}>
        <ul>
          <li>
            <a href="/docs">{t('system.docs')}</a>
          </li>
          <li>
            <a href="/metrics">{t('system.metrics')}</a>
          </li>
        </ul>
      </Section>
    </>
  );
}

function ReadyPart() {
  const t = useT();
  const { data, error } = useAnswer('getReady', {}, { everyMs: EVERY_MS });
  // What is not ready is told as a problem that has the checks.
  const refused =
    error instanceof ApiCallError ? (error.problem['checks'] as Checks | undefined) : undefined;
  const checks = refused ?? (error === null ? data?.checks : undefined);
  return (
    <Section title={t('system.ready')}>
      {checks === undefined ? (
        <p class="quiet">{error === null ? t('common.loading') : error.message}</p>
      ) : (
        <Facts>
          {checks.map(({ name, isReady, reason }) => (
            <Fact key={name} name={name}>
              <Badge tone={isReady ? 'good' : 'bad'} icon={isReady ? 'check' : 'warning'}>
                {isReady ? t('system.isReady') : t('system.isNotReady')}
              </Badge>{' '}
              {reason}
            </Fact>
          ))}
        </Facts>
      )}
    </Section>
  );
}

function FeedPart() {
  const t = useT();
  const view = useChannel({ channel: 'market', everyMs: 1_000 });
  const feed = view.data?.feed;
  return (
    <Section title={t('system.feed')}>
      <LivePart of={view}>
        {feed !== undefined && (
          <Facts>
            <Fact name={feed.feed}>
              <Badge tone={feed.state === 'live' ? 'good' : 'warn'}>
                {t(`system.feedState.${feed.state}`)}
              </Badge>{' '}
              {feed.reason}
            </Fact>
            <Fact name={t('system.events')}>
              {feed.eventsIn} / {feed.eventsOut} ({rateText(feed.eventsPerSecond)}
              {t('common.perSecond')})
            </Fact>
            <Fact name={t('system.topics')}>{feed.topics}</Fact>
            <Fact name={t('system.lastEvent')}>
              <Time at={feed.lastEventAt} />
            </Fact>
          </Facts>
        )}
      </LivePart>
    </Section>
  );
}

function VenuePart() {
  const t = useT();
  const view = useChannel({ channel: 'trading' });
  const action = useAction();
  const trading = view.data;
  const last = trading?.lastReconciliation ?? null;
  const compare = (): void => void action.run(t('system.reconcile'), () => call('reconcile'));
  return (
    <Section
      title={t('system.venue')}
      tools={
        trading !== null &&
        trading.venue !== null && (
          <ActionButton needs="operate" isAsked={action.isAsked} onPress={compare}>
            {t('system.reconcile')}
          </ActionButton>
        )
      }
    >
      <LivePart of={view}>
        {trading !== null && (
          <Facts>
            <Fact name={t('system.venue')}>
              {trading.venue === null ? t('system.noVenue') : `${trading.venue} · ${trading.mode}`}
            </Fact>
            <Fact name={t('system.trading')}>
              {trading.closedBecause === null
                ? t('system.open')
                : t('system.closed', { reason: trading.closedBecause })}
            </Fact>
            {last !== null && (
              <Fact name={t('system.reconciled')}>
                <Time at={last.at} />{' '}
                {t('system.reconciledText', {
                  orders: last.orders,
                  unknown: last.unknown,
                  external: last.external,
                })}
              </Fact>
            )}
          </Facts>
        )}
      </LivePart>
      <ActionNote record={action.record} />
    </Section>
  );
}

function ProcessPart() {
  const t = useT();
  const view = useChannel({ channel: 'system' });
  const info = view.data;
  return (
    <Section title={t('system.process')}>
      <LivePart of={view}>
        {info !== null && (
          <Facts>
            <Fact name={t('system.version')}>
              QuantCell {info.version} · Node {info.node}
            </Fact>
            <Fact name={t('system.host')}>{info.host}</Fact>
            <Fact name={t('system.pid')}>{info.pid}</Fact>
            <Fact name={t('system.started')}>
              <Time at={info.startedAt} />
            </Fact>
            <Fact name={t('system.memory')}>{bytesText(info.memoryBytes)}</Fact>
            <Fact name={t('system.cpu')}>{shareText(info.cpuShare)}</Fact>
            <Fact name={t('system.loop')}>{millisText(info.loopDelayMs)}</Fact>
            <Fact name={t('system.workers')}>
              {info.workers.running} / {info.workers.total} / {info.workers.max}
            </Fact>
            <Fact name={t('system.pool')}>{info.pool.idle}</Fact>
            <Fact name={t('system.transport')}>{info.transport}</Fact>
            <Fact name={t('system.streams')}>{info.streamClients}</Fact>
            <Fact name={t('system.home')}>
              <span class="mono">{info.home}</span>
            </Fact>
            <Fact name={t('system.disk')}>{bytesText(info.freeDiskBytes)}</Fact>
          </Facts>
        )}
      </LivePart>
    </Section>
  );
}
