import type { AnswerOf } from '../../../../src/client/index.ts';
import { useT } from '../../i18n/translate.ts';
import { Badge } from '../badge.tsx';
import { Button } from '../button.tsx';
import { DataTable } from '../data-table.tsx';
import type { Tone } from '../notice.tsx';
import { Section } from '../section.tsx';
import { WorkerLink } from './orders-table.tsx';

type Outcome = AnswerOf<'cancelOrder'>;

interface CancelOutcomesProps {
  readonly outcomes: readonly Outcome[];
  readonly onClose: () => void;
}

const TONES: Readonly<Record<Outcome['outcome'], Tone>> = {
  rejected: 'bad',
  denied: 'bad',
  unknown: 'warn',
  accepted: 'good',
};
const ORDER = Object.keys(TONES);

/** What became of each order that was to be canceled; what failed comes first. */
export function CancelOutcomes({ outcomes, onClose }: CancelOutcomesProps) {
  const t = useT();
  const sorted = outcomes
    .map((one, at) => ({ ...one, key: one.order?.clientOrderId ?? String(at) }))
    .toSorted((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  const title = t('orders.outcomes', { count: outcomes.length });
  return (
    <Section
      title={title}
      tools={<Button look="quiet" icon="cross" label={t('common.close')} onPress={onClose} />}
    >
      <DataTable
        caption={title}
        none={t('book.noOpenOrders')}
        rows={sorted}
        keyOf={({ key }) => key}
        columns={[
          {
            id: 'id',
            head: t('order.id'),
            cell: ({ key }) => <span class="mono nowrap">{key}</span>,
          },
          {
            id: 'worker',
            head: t('order.worker'),
            cell: ({ order }) => order !== null && <WorkerLink id={order.workerId} />,
          },
          {
            id: 'symbol',
            head: t('order.symbol'),
            cell: ({ order }) => <span class="mono nowrap">{order?.symbol}</span>,
          },
          {
            id: 'outcome',
            head: t('orders.outcome'),
            cell: ({ outcome }) => (
              <Badge tone={TONES[outcome]} icon={outcome === 'accepted' ? 'check' : 'warning'}>
                {t(`outcome.${outcome}`)}
              </Badge>
            ),
          },
          {
            id: 'reason',
            head: t('orders.reason'),
            cell: ({ reason, rule }) => (
              <>
                {reason} {rule !== null && <code class="quiet">{rule}</code>}
              </>
            ),
          },
        ]}
      />
    </Section>
  );
}
