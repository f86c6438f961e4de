import type { SystemInfo } from '../../../../src/client/index.ts';
import { Money } from '../../components/money.tsx';
import { Tile, Tiles } from '../../components/tile.tsx';
import { bytesText, millisText, NONE, numberText, rateText, shareText } from '../../data/format.ts';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import type { FleetTotals } from './fleet-totals.ts';

/** The fleet in a few figures. */
export function FleetTiles({ totals }: { readonly totals: FleetTotals }) {
  const t = useT();
  const { data: system } = useChannel({ channel: 'system' });
  const { total, byState, eventsPerSecond, openOrders, workersWithOrders } = totals;
  const others = [...byState]
    .filter(([state]) => state !== 'running')
    .map(([state, count]) => `${count} ${t(`state.${state}`).toLowerCase()}`);
  return (
    <Tiles>
      <Tile label={t('fleet.running')} note={others.join(' · ')}>
        {byState.get('running') ?? 0}
        <small class="unit"> / {total}</small>
      </Tile>
      <Tile label={t('fleet.events')} note={t('fleet.eventsNote')}>
        {rateText(eventsPerSecond)}
      </Tile>
      <Tile label={t('fleet.orders')} note={t('fleet.ordersNote', { count: workersWithOrders })}>
        {numberText(openOrders)}
      </Tile>
      <PnlTile netPnl={totals.netPnl} />
      <Tile
        label={t('fleet.memory')}
        note={t('fleet.memoryNote', { cpu: shareText(totals.cpuShare) })}
      >
        {bytesText(totals.memoryBytes)}
      </Tile>
      {system !== null && <HostTile system={system} />}
    </Tiles>
  );
}

function PnlTile({ netPnl }: Pick<FleetTotals, 'netPnl'>) {
  const t = useT();
  const [first, ...others] = netPnl;
  return (
    <Tile
      label={t('fleet.pnl')}
      note={
        first === undefined
          ? t('fleet.pnlNone')
          : others.map(([currency, amount]) => (
              <Money key={currency} amount={amount} currency={currency} isGain />
            ))
      }
    >
      {first === undefined ? NONE : <Money amount={first[1]} currency={first[0]} isGain />}
    </Tile>
  );
}

function HostTile({ system }: { readonly system: SystemInfo }) {
  const t = useT();
  const { cpuShare, memoryBytes, loopDelayMs } = system;
  const note = t('fleet.hostNote', {
    memory: bytesText(memoryBytes),
    delay: millisText(loopDelayMs),
  });
  return (
    <Tile label={t('fleet.host')} note={note}>
      {shareText(cpuShare)} <small class="unit">CPU</small>
    </Tile>
  );
}
