import type { Worker, WorkerSample } from '../../../../../src/client/index.ts';
import { Sparkline } from '../../../components/sparkline.tsx';
import { Tile, Tiles } from '../../../components/tile.tsx';
import { numberText } from '../../../data/format.ts';
import { useT } from '../../../i18n/translate.ts';
import { figureTexts } from '../../fleet/figure-texts.ts';
import { WorkerPnl } from '../../fleet/worker-parts.tsx';
import { useSamples } from './use-samples.ts';

/** What a worker does now, and how it went in the last two minutes. */
export function WorkerTiles({ worker }: { readonly worker: Worker }) {
  const t = useT();
  const samples = useSamples(worker.id);
  const texts = figureTexts(worker);
  const line = (valueOf: (sample: WorkerSample) => number) => (
    <Sparkline values={samples.map(valueOf)} />
  );
  const { figures, restartCount } = worker;
  return (
    <Tiles>
      <Tile label={t('fleet.column.events')} note={line((one) => one.eventsPerSecond)}>
        {texts.events}
      </Tile>
      <Tile label={t('fleet.column.lag')} note={line((one) => one.lagMs)}>
        {texts.lag}
      </Tile>
      <Tile label={t('fleet.column.memory')} note={line((one) => one.memoryBytes)}>
        {texts.memory}
      </Tile>
      <Tile label={t('fleet.column.cpu')} note={line((one) => one.cpuShare)}>
        {texts.cpu}
      </Tile>
      <Tile label={t('fleet.orders')} note={line((one) => one.openOrders)}>
        {numberText(figures.openOrders)}
      </Tile>
      <Tile label={t('fleet.pnl')} note={line(netOf)}>
        <WorkerPnl worker={worker} />
      </Tile>
      <Tile
        label={t('fleet.column.restarts')}
        note={t('worker.errors', { count: figures.errorCount })}
      >
        {numberText(restartCount)}
      </Tile>
    </Tiles>
  );
}

/** Of the first currency: a line of several would be none. */
function netOf({ netPnl }: WorkerSample): number {
  return Number(Object.values(netPnl)[0] ?? 0);
}
