import { useMemo } from 'preact/hooks';
import type { Worker } from '../../../../src/client/index.ts';
import { hrefOf } from '../../app/route.ts';
import { STATE_TONES } from '../../components/badge.tsx';
import { useT, type Translate } from '../../i18n/translate.ts';
import { needsAttention } from './fleet-filter.ts';

interface FleetCellsProps {
  /** In the order of their ids. */
  readonly workers: readonly Worker[];
}

/**
 * The whole fleet at a glance: a cell for each worker, whose colour and shape tell its state. Figures and table
 * say the same in words, so that assistive technology passes over it.
 */
export function FleetCells({ workers }: FleetCellsProps) {
  const t = useT();
  const classes = workers.map(classOf);
  // Hundreds of cells, of which hardly ever one changes: figures that do are not theirs.
  const cells = useMemo(
    () => workers.map((worker, at) => cellOf(t, worker, classes[at] ?? '')),
    [workers.map(({ id }, at) => `${id} ${classes[at]}`).join(), t],
  );
  return (
    <div class="cells" aria-hidden="true">
      {cells}
    </div>
  );
}

function classOf(worker: Worker): string {
  const { state } = worker;
  const attention = needsAttention(worker) ? ' cell-attention' : '';
  return `cell tone-${STATE_TONES[state]} cell-${state}${attention}`;
}

function cellOf(t: Translate, { id, state }: Worker, name: string) {
  return (
    <a
      key={id}
      class={name}
      href={hrefOf(['workers', id])}
      title={`${id} · ${t(`state.${state}`)}`}
      tabIndex={-1}
    />
  );
}
