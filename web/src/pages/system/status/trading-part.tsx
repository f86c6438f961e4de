import { ActionNote } from '../../../components/action-note.tsx';
import { ActionButton } from '../../../components/button.tsx';
import { Fact, Facts } from '../../../components/facts.tsx';
import { LivePart } from '../../../components/live-part.tsx';
import { Time } from '../../../components/time.tsx';
import { useAction } from '../../../data/actions.ts';
import { NONE } from '../../../data/format.ts';
import { call } from '../../../data/session.ts';
import { useChannel } from '../../../data/use-channel.ts';
import { useT } from '../../../i18n/translate.ts';

/** Whether and where orders are executed, and the button that compares them with the venue. */
export function TradingPart() {
  const t = useT();
  const view = useChannel({ channel: 'trading' });
  const { record, isAsked, run } = useAction();
  const { data } = view;
  const last = data?.lastReconciliation ?? null;
  return (
    <LivePart of={view}>
      {data !== null && (
        <Facts>
          <Fact name={t('status.venue')}>
            {data.venue ?? NONE} ·{' '}
            <span class={data.mode === 'live' ? 'mode-live' : ''}>{t(`mode.${data.mode}`)}</span>
          </Fact>
          <Fact name={t('system.tradingOpen')}>
            {data.closedBecause === null
              ? t('kill.state.open')
              : t('kill.closedBecause', { reason: data.closedBecause })}
          </Fact>
          <Fact name={t('system.reconciled')}>
            {last === null ? (
              NONE
            ) : (
              <>
                <Time at={last.at} /> · {t('system.reconciledText', last)}
              </>
            )}
          </Fact>
        </Facts>
      )}
      <div class="page-tools">
        <ActionButton
          needs="operate"
          icon="reload"
          isAsked={isAsked}
          onPress={() =>
            void run(
              t('system.reconcile'),
              () => call('reconcile'),
              ({ lastReconciliation }) =>
                lastReconciliation === null ? '' : t('system.reconciledText', lastReconciliation),
            )
          }
        >
          {t('system.reconcile')}
        </ActionButton>
      </div>
      <ActionNote record={record} />
    </LivePart>
  );
}
