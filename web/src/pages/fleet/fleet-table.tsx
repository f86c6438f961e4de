import { useMemo } from 'preact/hooks';
import type { Worker } from '../../../../src/client/index.ts';
import { hrefOf } from '../../app/route.ts';
import { Icon } from '../../components/icon.tsx';
import { ScrollBox } from '../../components/scroll-box.tsx';
import { useStore } from '../../data/store.ts';
import { useT } from '../../i18n/translate.ts';
import { strategyOf, type SortKey } from './fleet-filter.ts';
import { filterStore } from './fleet-store.ts';
import { figureTexts } from './figure-texts.ts';
import type { Selection } from './selection.ts';
import {
  WorkerButtons,
  WorkerNote,
  WorkerPnl,
  WorkerState,
  WorkerSymbols,
} from './worker-parts.tsx';

interface FleetTableProps {
  readonly workers: readonly Worker[];
  readonly selection: Selection;
  readonly caption: string;
}

/** The workers of a page, a row each. */
export function FleetTable({ workers, selection, caption }: FleetTableProps) {
  const t = useT();
  const ids = workers.map(({ id }) => id);
  const isAll = ids.length > 0 && ids.every(selection.has);
  return (
    <ScrollBox label={caption}>
      <table class="table fleet-table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">
              <input
                type="checkbox"
                aria-label={t('fleet.selectPage')}
                checked={isAll}
                onChange={() => selection.put(ids, !isAll)}
              />
            </th>
            <SortHead of="id" />
            <SortHead of="state" />
            <th scope="col">{t('fleet.column.symbols')}</th>
            <SortHead of="events" isNumber />
            <SortHead of="lag" isNumber />
            <SortHead of="memory" isNumber />
            <SortHead of="cpu" isNumber />
            <SortHead of="orders" isNumber />
            <SortHead of="pnl" isNumber />
            <SortHead of="restarts" isNumber />
            <th scope="col">{t('fleet.column.note')}</th>
            <th scope="col">{t('fleet.column.actions')}</th>
          </tr>
        </thead>
        <tbody>
          {workers.map((worker) => (
            <FleetRow key={worker.id} worker={worker} selection={selection} />
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

interface SortHeadProps {
  readonly of: SortKey;
  readonly isNumber?: boolean;
}

/** A heading that sorts by its column; pressed again, the other way round. */
function SortHead({ of, isNumber = false }: SortHeadProps) {
  const t = useT();
  const filter = useStore(filterStore);
  const isSorted = filter.sort === of;
  const isDescending = isSorted && filter.isDescending;
  return (
    <th
      scope="col"
      class={isNumber ? 'number' : ''}
      aria-sort={isSorted ? (isDescending ? 'descending' : 'ascending') : undefined}
    >
      <button
        type="button"
        class="sort-button"
        onClick={() =>
          filterStore.set({ ...filter, sort: of, isDescending: isSorted && !isDescending })
        }
      >
        {t(`fleet.column.${of}`)}
        {isSorted && <Icon name={isDescending ? 'down' : 'up'} />}
      </button>
    </th>
  );
}

interface FleetRowProps {
  readonly worker: Worker;
  readonly selection: Selection;
}

function FleetRow({ worker, selection }: FleetRowProps) {
  const t = useT();
  const { id, figures, restartCount } = worker;
  const texts = figureTexts(worker);
  // A state changes seldom, figures all the time.
  const buttons = useMemo(() => <WorkerButtons id={id} state={worker.state} />, [id, worker.state]);
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={t('fleet.select', { id })}
          checked={selection.has(id)}
          onChange={(event) => selection.put([id], event.currentTarget.checked)}
        />
      </td>
      <th scope="row">
        <a class="mono" href={hrefOf(['workers', id])}>
          {id}
        </a>
        <small class="row-note">
          {strategyOf(worker)} · {t(`mode.${worker.mode}`)}
        </small>
      </th>
      <td>
        <WorkerState worker={worker} />
      </td>
      <td>
        <WorkerSymbols worker={worker} />
      </td>
      <td class="number">{texts.events}</td>
      <td class="number">{texts.lag}</td>
      <td class="number">{texts.memory}</td>
      <td class="number">{texts.cpu}</td>
      <td class="number">{figures.openOrders}</td>
      <td class="number">
        <WorkerPnl worker={worker} />
      </td>
      <td class="number">{restartCount}</td>
      <td class="note-cell">
        <WorkerNote worker={worker} />
      </td>
      <td>{buttons}</td>
    </tr>
  );
}
