import type { Worker } from '../../../../src/client/index.ts';
import { STATE_TONES } from '../../components/badge.tsx';
import { hrefOf } from '../../app/router.ts';
import { useT } from '../../i18n/translate.ts';
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
  return (
    <div class="cells" aria-hidden="true">
      {workers.map((worker) => (
        <a
          key={worker.id}
          class={`cell tone-${STATE_TONES[worker.state]} cell-${worker.state}${needsAttention(worker) ? ' cell-attention' : ''}`}
          href={hrefOf(['workers', worker.id])}
          title={`${worker.id} · ${t(`state.${worker.state}`)}`}
          tabIndex={-1}
        />
      ))}
    </div>
  );
}
