import type { AuditEntryView } from '../../../../src/client/index.ts';
import { AnswerPart } from '../../components/answer-part.tsx';
import { TradingBadge } from '../../components/badge.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { LivePart } from '../../components/live-part.tsx';
import { Section } from '../../components/section.tsx';
import { Time } from '../../components/time.tsx';
import { useAnswer } from '../../data/use-answer.ts';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import { AuditTable } from './audit/audit-table.tsx';

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
  const set = useAnswer('listAudit', { query: { action: 'setKillSwitch', limit: LIMIT } });
  const flattened = useAnswer('listAudit', { query: { action: 'flatten', limit: LIMIT } });
  return (
    <AnswerPart of={set}>
      {({ items }) => <AuditTable entries={bySeq([...items, ...(flattened.data?.items ?? [])])} />}
    </AnswerPart>
  );
}

function bySeq(entries: readonly AuditEntryView[]): readonly AuditEntryView[] {
  return entries.toSorted((a, b) => b.seq - a.seq);
}
