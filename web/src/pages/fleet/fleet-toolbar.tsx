import type { Worker } from '../../../../src/client/index.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { useStore } from '../../data/store.ts';
import { useT } from '../../i18n/translate.ts';
import { isFiltered, NO_FILTER, SORT_KEYS, strategyOf, type FleetFilter } from './fleet-filter.ts';
import { filterStore, FLEET_VIEWS, viewStore } from './fleet-store.ts';
import type { FleetTotals } from './fleet-totals.ts';

interface FleetToolbarProps {
  readonly workers: readonly Worker[];
  readonly totals: FleetTotals;
}

/** Filters, order and view of the fleet. */
export function FleetToolbar({ workers, totals }: FleetToolbarProps) {
  const t = useT();
  const filter = useStore(filterStore);
  const view = useStore(viewStore);
  const change = (part: Partial<FleetFilter>): void => filterStore.set({ ...filter, ...part });
  const all = ['', t('common.all')] as const;
  const strategies = [...new Set([filter.strategy, ...workers.map(strategyOf)])];
  const symbols = [...new Set([filter.symbol, ...workers.flatMap((worker) => worker.symbols)])];
  return (
    <div class="toolbar" role="search">
      <TextField
        label={t('fleet.search')}
        type="search"
        placeholder={t('fleet.searchHint')}
        value={filter.search}
        onValue={(search) => change({ search })}
      />
      <SelectField
        label={t('fleet.state')}
        value={filter.state}
        onValue={(state) => change({ state: state as FleetFilter['state'] })}
        options={[
          all,
          ['attention', t('fleet.attention')],
          ...[...totals.byState].map(
            ([state, count]) => [state, `${t(`state.${state}`)} (${count})`] as const,
          ),
        ]}
      />
      <SelectField
        label={t('fleet.strategy')}
        value={filter.strategy}
        onValue={(strategy) => change({ strategy })}
        options={[all, ...named(strategies)]}
      />
      <SelectField
        label={t('fleet.symbol')}
        value={filter.symbol}
        onValue={(symbol) => change({ symbol })}
        options={[all, ...named(symbols)]}
      />
      <SortControls filter={filter} onChange={change} />
      <Choice
        look="segments"
        legend={t('fleet.view')}
        value={view}
        onValue={viewStore.set}
        options={FLEET_VIEWS.map((value) => ({ value, text: t(`fleet.view.${value}`) }))}
      />
      {isFiltered(filter) && (
        <Button
          icon="cross"
          onPress={() =>
            change({ ...NO_FILTER, sort: filter.sort, isDescending: filter.isDescending })
          }
        >
          {t('fleet.clearFilters')}
        </Button>
      )}
    </div>
  );
}

interface SortControlsProps {
  readonly filter: FleetFilter;
  readonly onChange: (part: Partial<FleetFilter>) => void;
}

function SortControls({ filter, onChange }: SortControlsProps) {
  const t = useT();
  return (
    <>
      <SelectField
        label={t('fleet.sort')}
        value={filter.sort}
        onValue={(sort) => onChange({ sort: sort as FleetFilter['sort'] })}
        options={SORT_KEYS.map((key) => [key, t(`fleet.column.${key}`)])}
      />
      <Button
        icon={filter.isDescending ? 'down' : 'up'}
        label={t('fleet.descending')}
        isPressed={filter.isDescending}
        onPress={() => onChange({ isDescending: !filter.isDescending })}
      />
    </>
  );
}

function named(values: readonly string[]): readonly (readonly [string, string])[] {
  return values
    .filter((value) => value !== '')
    .toSorted()
    .map((value) => [value, value]);
}
