import type { Account } from '../../../../src/client/index.ts';
import { AnswerPart } from '../../components/answer-part.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Money } from '../../components/money.tsx';
import { Section } from '../../components/section.tsx';
import { groupDecimal } from '../../data/decimal.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';

const EVERY_MS = 5_000;

/** Balances at the venue, and what all strategies made together. */
export function AccountTab() {
  const t = useT();
  const account = useAnswer('getAccount', {}, { everyMs: EVERY_MS });
  return (
    <AnswerPart of={account}>
      {(data) => (
        <>
          <Section title={t('orders.balances', { venue: data.venue ?? t('mode.none') })}>
            <Balances balances={data.balances} />
          </Section>
          <Section title={t('orders.pnl')}>
            <Pnl pnl={data.pnl} />
          </Section>
        </>
      )}
    </AnswerPart>
  );
}

function Balances({ balances }: Pick<Account, 'balances'>) {
  const t = useT();
  return (
    <DataTable
      caption={t('orders.balance')}
      none={t('orders.noBalances')}
      rows={Object.entries(balances)}
      keyOf={([currency]) => currency}
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
    />
  );
}

function Pnl({ pnl }: Pick<Account, 'pnl'>) {
  const t = useT();
  return (
    <DataTable
      caption={t('orders.pnl')}
      none={t('book.noFills')}
      rows={Object.entries(pnl)}
      keyOf={([currency]) => currency}
      columns={[
        { id: 'currency', head: t('orders.currency'), cell: ([currency]) => currency },
        {
          id: 'realized',
          head: t('position.realized'),
          isNumber: true,
          cell: ([, { realized }]) => <Money amount={realized} isGain />,
        },
        {
          id: 'unrealized',
          head: t('position.unrealized'),
          isNumber: true,
          cell: ([, { unrealized }]) => <Money amount={unrealized} isGain />,
        },
        {
          id: 'fees',
          head: t('position.fees'),
          isNumber: true,
          cell: ([, { fees }]) => <Money amount={fees} />,
        },
      ]}
    />
  );
}
