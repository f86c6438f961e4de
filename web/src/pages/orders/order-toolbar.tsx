import { Button } from '../../components/button.tsx';
import { SelectField } from '../../components/field.tsx';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import { NO_FILTER, ORDER_STATUSES, type OrderFilter } from './order-filter.ts';

interface OrderToolbarProps {
  readonly filter: OrderFilter;
  readonly hasStatus: boolean;
  readonly onChange: (part: Partial<OrderFilter>) => void;
}

/** Filters by worker, symbol and status. */
export function OrderToolbar({ filter, hasStatus, onChange }: OrderToolbarProps) {
  const t = useT();
  const workers = [...(useChannel({ channel: 'workers' }).data?.workers.values() ?? [])];
  const all = ['', t('common.all')] as const;
  const ids = named([filter.workerId, ...workers.map(({ id }) => id)]);
  const symbols = named([filter.symbol, ...workers.flatMap((worker) => worker.symbols)]);
  const { workerId, symbol, status } = filter;
  return (
    <div class="toolbar" role="search">
      <SelectField
        label={t('order.worker')}
        value={workerId}
        onValue={(next) => onChange({ workerId: next })}
        options={[all, ...ids]}
      />
      <SelectField
        label={t('order.symbol')}
        value={symbol}
        onValue={(next) => onChange({ symbol: next })}
        options={[all, ...symbols]}
      />
      {hasStatus && (
        <SelectField
          label={t('order.status')}
          value={status}
          onValue={(next) => onChange({ status: next as OrderFilter['status'] })}
          options={[all, ...ORDER_STATUSES.map((one) => [one, t(`order.status.${one}`)] as const)]}
        />
      )}
      {`${workerId}${symbol}${status}` !== '' && (
        <Button icon="cross" onPress={() => onChange(NO_FILTER)}>
          {t('fleet.clearFilters')}
        </Button>
      )}
    </div>
  );
}

function named(values: readonly string[]): readonly (readonly [string, string])[] {
  return [...new Set(values)]
    .filter((value) => value !== '')
    .toSorted()
    .map((value) => [value, value]);
}
