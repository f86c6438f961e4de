import { useState } from 'preact/hooks';
import type { AuditEntryView } from '../../../../src/client/index.ts';
import { ActionNote } from '../../components/action-note.tsx';
import { AnswerPart } from '../../components/answer-part.tsx';
import { Badge } from '../../components/badge.tsx';
import { ActionButton, Button } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { TextField } from '../../components/field.tsx';
import type { Tone } from '../../components/notice.tsx';
import { Section } from '../../components/section.tsx';
import { Time } from '../../components/time.tsx';
import { useAction } from '../../data/actions.ts';
import { call } from '../../data/session.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';

const PAGE_SIZE = 100;

const TONES: Readonly<Record<AuditEntryView['result'], Tone>> = {
  applied: 'good',
  rejected: 'warn',
  'timed-out': 'warn',
  denied: 'bad',
  failed: 'bad',
};

/** Who did what, a page at a time. */
export function AuditTab() {
  const t = useT();
  const [action, setAction] = useState('');
  const [target, setTarget] = useState('');
  const [before, setBefore] = useState<number>();
  const verifying = useAction();
  const query = {
    limit: PAGE_SIZE,
    ...(before !== undefined && { before }),
    ...(action !== '' && { action }),
    ...(target !== '' && { target }),
  };
  const answer = useAnswer('listAudit', { query });
  const verify = (): void =>
    void verifying.run(
      t('system.verify'),
      () => call('verifyAudit'),
      ({ isWhole, count, firstBad, head }) =>
        isWhole
          ? t('system.whole', { count, head: head.slice(0, 16) })
          : { status: 'rejected', detail: t('system.broken', { at: firstBad ?? 0 }) },
    );
  return (
    <Section
      title={t('system.tab.audit')}
      tools={
        <ActionButton needs="operate" isAsked={verifying.isAsked} onPress={verify}>
          {t('system.verify')}
        </ActionButton>
      }
    >
      <p class="quiet">{t('system.auditText')}</p>
      <ActionNote record={verifying.record} />
      <div class="toolbar" role="search">
        <TextField
          label={t('system.action')}
          type="search"
          placeholder="setKillSwitch"
          value={action}
          onValue={setAction}
        />
        <TextField label={t('system.target')} type="search" value={target} onValue={setTarget} />
      </div>
      <AnswerPart of={answer}>
        {({ items }) => (
          <>
            <AuditTable entries={items} />
            <div class="dialog-actions">
              {before !== undefined && (
                <Button onPress={() => setBefore(undefined)}>{t('system.newest')}</Button>
              )}
              {items.length === PAGE_SIZE && (
                <Button onPress={() => setBefore(items.at(-1)?.seq)}>{t('system.older')}</Button>
              )}
            </div>
          </>
        )}
      </AnswerPart>
    </Section>
  );
}

function AuditTable({ entries }: { readonly entries: readonly AuditEntryView[] }) {
  const t = useT();
  return (
    <DataTable
      caption={t('system.tab.audit')}
      columns={[
        { id: 'at', head: t('system.at'), cell: ({ at }) => <Time at={at} /> },
        {
          id: 'who',
          head: t('system.who'),
          cell: ({ name, role, source }) => (
            <>
              {name ?? '–'}
              <small class="row-note">
                {[role, source].filter((part) => part !== null).join(' · ')}
              </small>
            </>
          ),
        },
        {
          id: 'action',
          head: t('system.action'),
          cell: ({ action }) => <code>{action}</code>,
        },
        {
          id: 'target',
          head: t('system.target'),
          cell: ({ target }) => <span class="mono">{target}</span>,
        },
        {
          id: 'result',
          head: t('system.result'),
          cell: ({ result, reason }) => (
            <>
              <Badge tone={TONES[result]}>{result}</Badge>
              {reason !== null && <small class="row-note mono">{reason}</small>}
            </>
          ),
        },
        {
          id: 'detail',
          head: t('system.detail'),
          cell: ({ detail }) =>
            detail === null || detail === undefined ? null : (
              <code class="audit-detail">{JSON.stringify(detail)}</code>
            ),
        },
      ]}
      rows={entries}
      keyOf={({ seq }) => seq}
      none={t('system.noAudit')}
    />
  );
}
