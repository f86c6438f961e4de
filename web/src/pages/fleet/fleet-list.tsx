import { useState } from 'preact/hooks';
import type { BatchResult, Worker } from '../../../../src/client/index.ts';
import { Pager } from '../../components/pager.tsx';
import { useStore } from '../../data/store.ts';
import { useT } from '../../i18n/translate.ts';
import { BulkBar } from './bulk-bar.tsx';
import { FleetCards } from './fleet-cards.tsx';
import { filterFleet } from './fleet-filter.ts';
import { filterStore, viewStore } from './fleet-store.ts';
import { FleetTable } from './fleet-table.tsx';
import { FleetToolbar } from './fleet-toolbar.tsx';
import type { FleetTotals } from './fleet-totals.ts';
import { useSelection } from './selection.ts';

interface FleetListProps {
  readonly workers: readonly Worker[];
  readonly totals: FleetTotals;
  readonly onResults: (results: BatchResult['results']) => void;
}

const PAGE_SIZE = 50;

/** The workers that pass the filters, page by page. */
export function FleetList({ workers, totals, onResults }: FleetListProps) {
  const t = useT();
  const filter = useStore(filterStore);
  const view = useStore(viewStore);
  const [wantedPage, setPage] = useState(0);
  const selection = useSelection(new Map(workers.map((worker) => [worker.id, worker])));
  const matching = filterFleet(workers, filter);
  const lastPage = Math.max(0, Math.ceil(matching.length / PAGE_SIZE) - 1);
  const page = Math.min(wantedPage, lastPage);
  const shown = matching.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
  const caption = t('fleet.caption', { count: matching.length, total: workers.length });
  const List = view === 'table' ? FleetTable : FleetCards;
  return (
    <>
      <FleetToolbar workers={workers} totals={totals} />
      <p class="visually-hidden" role="status">
        {caption}
      </p>
      {selection.ids.size > 0 && (
        <BulkBar
          selection={selection}
          matching={matching.map(({ id }) => id)}
          onResults={onResults}
        />
      )}
      {matching.length === 0 ? (
        <p class="quiet">{t('fleet.noMatch')}</p>
      ) : (
        <List workers={shown} selection={selection} caption={caption} />
      )}
      <Pager page={page} pageSize={PAGE_SIZE} total={matching.length} onPage={setPage} />
    </>
  );
}
