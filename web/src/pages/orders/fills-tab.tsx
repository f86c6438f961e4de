import { useEffect } from 'preact/hooks';
import { AnswerPart } from '../../components/answer-part.tsx';
import { LivePart } from '../../components/live-part.tsx';
import { FillsTable, newestFills } from '../../components/trading/fills-table.tsx';
import { useAnswer } from '../../data/use-answer.ts';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import type { FillView } from '../../../../src/client/index.ts';
import { filterOrders, type OrderFilter } from './order-filter.ts';
import { MissedNotice } from './stream-notices.tsx';

const LIMIT = 2_000;

/** What was traded: before, as it was asked for, and since, as it comes. */
export function FillsTab({ filter }: { readonly filter: OrderFilter }) {
  const t = useT();
  const { workerId } = filter;
  const query = { limit: LIMIT, ...(workerId !== '' && { workerId }) };
  const before = useAnswer('listFills', { query });
  const view = useChannel({ channel: 'fills' });
  const since = view.data?.fills.values() ?? [];
  const { missed } = view;
  useEffect(() => {
    // What the stream left out, the journal has.
    if (missed > 0) before.reload();
  }, [missed]);
  return (
    <>
      <MissedNotice count={missed} />
      <LivePart of={view}>
        <AnswerPart of={before}>
          {({ items }) => (
            <>
              <FillsTable
                caption={t('book.fills')}
                fills={newestFills(filterOrders(together(items, since), filter))}
                none={t('book.noFills')}
              />
              {items.length === LIMIT && (
                <p class="quiet">{t('orders.onlyLast', { count: LIMIT })}</p>
              )}
            </>
          )}
        </AnswerPart>
      </LivePart>
    </>
  );
}

/** Each fill once. */
function together(a: Iterable<FillView>, b: Iterable<FillView>): Iterable<FillView> {
  const all = [...a, ...b];
  return new Map(all.map((fill) => [`${fill.symbol}|${fill.tradeId}`, fill])).values();
}
