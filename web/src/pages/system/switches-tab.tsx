import { AnswerPart } from '../../components/answer-part.tsx';
import { TradingBadge } from '../../components/badge.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { HindranceNote } from '../../components/hindrance-note.tsx';
import { LivePart } from '../../components/live-part.tsx';
import { Section } from '../../components/section.tsx';
import { Time } from '../../components/time.tsx';
import { useHindrance } from '../../data/may-act.ts';
import { useAnswer, type Answer } from '../../data/use-answer.ts';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import { AuditTable } from './audit/audit-table.tsx';
import { mergeEntries } from './audit/merge-entries.ts';

const LIMIT = 100;

/** What is halted or limited, and every time that somebody changed it. */
export function SwitchesTab() {
  const t = useT();
  const trading = useChannel({ channel: 'trading' });
  const mark = JSON.stringify(trading.data?.switches ?? null);
  return (
    <>
      <Section title={t('kill.inForce')}>
        <LivePart of={trading}>
          <DataTable
            caption={t('kill.inForce')}
            none={t('kill.nothing')}
            rows={trading.data?.switches ?? []}
            keyOf={({ scope }) => scope}
            columns={[
              {
                id: 'scope',
                head: t('kill.scope'),
                cell: ({ scope }) => <code>{scope}</code>,
              },
              {
                id: 'state',
                head: t('fleet.column.state'),
                cell: ({ state }) => <TradingBadge state={state} />,
              },
              { id: 'reason', head: t('kill.reason'), cell: ({ reason }) => reason },
              { id: 'by', head: t('system.who'), cell: ({ by }) => by },
              { id: 'at', head: t('fill.at'), cell: ({ at }) => <Time at={at} /> },
            ]}
          />
        </LivePart>
      </Section>
      <Section title={t('system.switchHistory')}>
        <SwitchHistory key={mark} />
      </Section>
    </>
  );
}

/** Of the audit log: it is asked for again when a switch has changed. */
function SwitchHistory() {
  const isWanted = useHindrance('operate', true) === null;
  const asking = (action: string) => ({ query: { action, limit: LIMIT } });
  const set = useAnswer('listAudit', asking('setKillSwitch'), { isWanted });
  const flattened = useAnswer('listAudit', asking('flatten'), { isWanted });
  // Both are asked again together, as they are shown.
  const both = (one: Answer<'listAudit'>): Answer<'listAudit'> => ({
    ...one,
    reload: () => {
      set.reload();
      flattened.reload();
    },
  });
  return (
    <>
      <HindranceNote needs="operate" isUrgent />
      <AnswerPart of={both(flattened)} isMarked={false}>
        {({ items: flattens }) => (
          <AnswerPart of={both(set)}>
            {({ items }) => <AuditTable entries={mergeEntries([items, flattens], LIMIT)} />}
          </AnswerPart>
        )}
      </AnswerPart>
    </>
  );
}
