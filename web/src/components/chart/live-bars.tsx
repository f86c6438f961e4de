import type { FillView, OrderView } from '../../../../src/client/index.ts';
import { useChannel } from '../../data/use-channel.ts';
import { LivePart } from '../live-part.tsx';
import { BarChart } from './bar-chart.tsx';
import { BarsTable } from './bars-table.tsx';

interface LiveBarsProps {
  readonly symbol: string;
  readonly timeframe: string;
  readonly fills?: readonly FillView[];
  readonly orders?: readonly OrderView[];
}

const NO_FILLS: readonly FillView[] = [];
const NO_ORDERS: readonly OrderView[] = [];

/** The bars of a symbol as they come, with the one that is being made. */
export function LiveBars(props: LiveBarsProps) {
  const { symbol, timeframe, fills = NO_FILLS, orders = NO_ORDERS } = props;
  const view = useChannel({ channel: 'bars', symbol, timeframe, bars: 500 });
  const bars = view.data?.bars ?? [];
  return (
    <LivePart of={view}>
      <BarChart {...{ symbol, timeframe, bars, fills, orders }} />
      <BarsTable bars={bars} />
    </LivePart>
  );
}
