import type { AuditEntryView } from '../../../../../src/client/index.ts';
import { Badge } from '../../../components/badge.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { Disclosure } from '../../../components/disclosure.tsx';
import { JsonTree } from '../../../components/json-tree.tsx';
import type { Tone } from '../../../components/notice.tsx';
import { Time } from '../../../components/time.tsx';
import { NONE } from '../../../data/format.ts';
import { useT } from '../../../i18n/translate.ts';

const TONES: Readonly<Record<AuditEntryView['result'], Tone>> = {
  applied: 'good',
  rejected: 'bad',
  'timed-out': 'warn',
  denied: 'bad',
  failed: 'bad',
};

interface AuditTableProps {
  /** Newest first. */
  readonly entries: readonly AuditEntryView[];
}

/** Who did what, a row each. */
export function AuditTable({ entries }: AuditTableProps) {
  const t = useT();
  return (
    <DataTable
      caption={t('system.tab.audit')}
      none={t('system.noEntries')}
      pageSize={100}
      rows={entries}
      keyOf={({ seq }) => seq}
      columns={[
        {
          id: 'seq',
          head: t('market.seq'),
          cell: ({ seq, hash }) => (
            <span class="number" title={hash}>
              {seq}
            </span>
          ),
        },
        { id: 'at', head: t('fill.at'), cell: ({ at }) => <Time at={at} /> },
        {
          id: 'who',
          head: t('system.who'),
          cell: ({ name, role, source }) => (
            <>
              {name ?? t('system.nobody')}
              <small class="row-note">
                {[role, source].filter((one) => one !== null).join(', ')}
              </small>
            </>
          ),
        },
        { id: 'action', head: t('system.action'), cell: ({ action }) => <code>{action}</code> },
        {
          id: 'target',
          head: t('system.target'),
          cell: ({ target }) => <span class="mono">{target ?? NONE}</span>,
        },
        {
          id: 'result',
          head: t('system.result'),
          cell: ({ result, reason }) => (
            <>
              <Badge tone={TONES[result]}>{t(`audit.${result}`)}</Badge>
              {reason !== null && <small class="row-note mono">{reason}</small>}
            </>
          ),
        },
        {
          id: 'detail',
          head: t('system.detail'),
          cell: ({ detail }) => <Detail detail={detail} />,
        },
      ]}
    />
  );
}

function Detail({ detail }: { readonly detail: unknown }) {
  const t = useT();
  const isEmpty =
    detail === null ||
    detail === undefined ||
    (typeof detail === 'object' && Object.keys(detail).length === 0);
  if (isEmpty) return <span class="quiet">{NONE}</span>;
  return (
    <Disclosure summary={t('system.detail')}>
      <JsonTree value={detail} openLevels={3} />
    </Disclosure>
  );
}
