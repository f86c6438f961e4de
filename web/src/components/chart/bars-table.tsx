import type { BarView } from '../../../../src/client/index.ts';
import { useT } from '../../i18n/translate.ts';
import { DataTable } from '../data-table.tsx';
import { Disclosure } from '../disclosure.tsx';
import { Time } from '../time.tsx';

const SHOWN = 100;
const PARTS = ['open', 'high', 'low', 'close', 'volume'] as const;

/** The same bars in figures, newest first, for those who do not see the chart. */
export function BarsTable({ bars }: { readonly bars: readonly BarView[] }) {
  const t = useT();
  const shown = bars.slice(-SHOWN).toReversed();
  const title = t('chart.table', { count: shown.length });
  return (
    <Disclosure summary={title}>
      <DataTable
        caption={title}
        none={t('chart.none')}
        rows={shown}
        keyOf={({ timestamp }) => timestamp}
        columns={[
          { id: 'at', head: t('fill.at'), cell: ({ timestamp }) => <Time at={timestamp} /> },
          ...PARTS.map((part) => ({
            id: part,
            head: t(`bar.${part}`),
            isNumber: true,
            cell: (bar: BarView) => bar[part],
          })),
        ]}
      />
    </Disclosure>
  );
}
