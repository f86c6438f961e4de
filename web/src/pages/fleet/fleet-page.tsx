import { useState } from 'preact/hooks';
import type { BatchResult } from '../../../../src/client/index.ts';
import { ActionButton } from '../../components/button.tsx';
import { LivePart } from '../../components/live-part.tsx';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import { BulkResults } from './bulk-results.tsx';
import { FleetCells } from './fleet-cells.tsx';
import { filterFleet, NO_FILTER } from './fleet-filter.ts';
import { FleetList } from './fleet-list.tsx';
import { FleetTiles } from './fleet-tiles.tsx';
import { fleetTotals } from './fleet-totals.ts';
import { NewWorkerDialog } from './new-worker/new-worker-dialog.tsx';

/** Every worker: how they are, and what to do with them. */
export function FleetPage() {
  const t = useT();
  const view = useChannel({ channel: 'workers' });
  const [isMaking, setIsMaking] = useState(false);
  const [results, setResults] = useState<BatchResult['results'] | null>(null);
  const workers = filterFleet(view.data?.workers.values() ?? [], NO_FILTER);
  const totals = fleetTotals(workers);
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1}>{t('fleet.title')}</h1>
        <ActionButton needs="operate" look="primary" icon="plus" onPress={() => setIsMaking(true)}>
          {t('fleet.new')}
        </ActionButton>
      </div>
      {results !== null && <BulkResults results={results} onClose={() => setResults(null)} />}
      <LivePart of={view}>
        <FleetTiles totals={totals} />
        {workers.length === 0 ? (
          <p class="quiet">{t('fleet.empty')}</p>
        ) : (
          <>
            <FleetCells workers={workers} />
            <FleetList workers={workers} totals={totals} onResults={setResults} />
          </>
        )}
      </LivePart>
      {isMaking && <NewWorkerDialog onClose={() => setIsMaking(false)} />}
    </>
  );
}
