import { hrefOf } from '../../app/route.ts';
import { useRoute } from '../../app/router.ts';
import { LiveBars } from '../../components/chart/live-bars.tsx';
import { timeframesOf } from '../../components/chart/timeframes.ts';
import { SelectField } from '../../components/field.tsx';
import { isOpenOrder } from '../../components/trading/order-status.ts';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import type { TabProps } from './tab-props.ts';

/** Bars of what a worker trades, with its fills and its open orders. */
export function ChartTab({ worker }: TabProps) {
  const t = useT();
  const { id, symbols, dataTypes } = worker;
  const { query } = useRoute();
  const fills = useChannel({ channel: 'fills', workerId: id });
  const orders = useChannel({ channel: 'orders', workerId: id });
  const symbol = query.get('symbol') ?? symbols[0] ?? '';
  const timeframes = timeframesOf(dataTypes, query.get('timeframe') ?? '');
  const timeframe = query.get('timeframe') ?? timeframes[0] ?? '1m';
  const go = (part: Readonly<Record<string, string>>): void => {
    location.hash = hrefOf(['workers', id], { tab: 'chart', symbol, timeframe, ...part });
  };
  const open = [...(orders.data?.orders.values() ?? [])].filter(isOpenOrder);
  return (
    <>
      <div class="toolbar">
        <SelectField
          label={t('order.symbol')}
          value={symbol}
          onValue={(next) => go({ symbol: next })}
          options={[...new Set([...symbols, symbol])].map((one) => [one, one])}
        />
        <SelectField
          label={t('new.timeframe')}
          value={timeframe}
          onValue={(next) => go({ timeframe: next })}
          options={timeframes.map((one) => [one, one])}
        />
      </div>
      <LiveBars
        key={`${symbol} ${timeframe}`}
        symbol={symbol}
        timeframe={timeframe}
        fills={[...(fills.data?.fills.values() ?? [])]}
        orders={open}
      />
    </>
  );
}
