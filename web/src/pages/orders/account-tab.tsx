import { AnswerPart } from '../../components/answer-part.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Money } from '../../components/money.tsx';
import { Notice } from '../../components/notice.tsx';
import { Section } from '../../components/section.tsx';
import { groupDecimal } from '../../data/decimal.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';

/** How often it is asked for, milliseconds. */
const EVERY_MS = 5_000;

/** Balances at the venue, and what all strategies made. */
export function AccountTab() {
  const t = useT();
  const answer = useAnswer('getAccount', {}, { everyMs: EVERY_MS });
  return (
    <AnswerPart of={answer}>
      {({ venue, balances, pnl }) =>
        venue === null ? (
          <Notice tone="quiet">{t('orders.noVenue')}</Notice>
        ) : (
          <>
            <Section title={t('orders.balances', { venue })}>
              <DataTable
                caption={t('orders.balances', { venue })}
                columns={[
                  { id: 'currency', head: t('orders.currency'), cell: ([currency]) => currency },
                  {
                    id: 'free',
                    head: t('orders.free'),
                    isNumber: true,
                    cell: ([, { free }]) => groupDecimal(free),
                  },
                  {
                    id: 'total',
                    head: t('orders.total'),
                    isNumber: true,
                    cell: ([, { total }]) => groupDecimal(total),
                  },
                ]}
                rows={Object.entries(balances)}
                keyOf={([currency]) => currency}
                none={t('orders.noBalances')}
              />
            </Section>
            <Section title={t('orders.pnl')}>
              <DataTable
                caption={t('orders.pnl')}
                columns={[
                  { id: 'currency', head: t('orders.currency'), cell: ([currency]) => currency },
                  {
                    id: 'realized',
                    head: t('orders.realized'),
                    isNumber: true,
                    cell: ([, { realized }]) => <Money amount={realized} isGain />,
                  },
                  {
                    id: 'unrealized',
                    head: t('orders.unrealized'),
                    isNumber: true,
                    cell: ([, { unrealized }]) => <Money amount={unrealized} isGain />,
                  },
                  {
                    id: 'fees',
                    head: t('orders.fees'),
                    isNumber: true,
                    cell: ([, { fees }]) => <Money amount={fees} />,
                  },
                ]}
                rows={Object.entries(pnl)}
                keyOf={([currency]) => currency}
                none={t('orders.noPnl')}
              />
            </Section>
          </>
        )
      }
    </AnswerPart>
  );
}
