import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Worker } from '../../../../src/client/index.ts';
import { hrefOf } from '../../app/route.ts';
import { STATE_TONES } from '../../components/badge.tsx';
import { useT } from '../../i18n/translate.ts';
import { strategyOf } from './fleet-filter.ts';
import { figureTexts } from './figure-texts.ts';
import type { Selection } from './selection.ts';
import {
  WorkerButtons,
  WorkerNote,
  WorkerPnl,
  WorkerState,
  WorkerSymbols,
} from './worker-parts.tsx';

interface FleetCardsProps {
  readonly workers: readonly Worker[];
  readonly selection: Selection;
  readonly caption: string;
}

/** The workers of a page, a card each. */
export function FleetCards({ workers, selection, caption }: FleetCardsProps) {
  return (
    <ul class="cards" aria-label={caption}>
      {workers.map((worker) => (
        <WorkerCard key={worker.id} worker={worker} selection={selection} />
      ))}
    </ul>
  );
}

interface WorkerCardProps {
  readonly worker: Worker;
  readonly selection: Selection;
}

function WorkerCard({ worker, selection }: WorkerCardProps) {
  const t = useT();
  const { id, state, figures, restartCount } = worker;
  const texts = figureTexts(worker);
  // A state changes seldom, figures all the time.
  const buttons = useMemo(() => <WorkerButtons id={id} state={worker.state} />, [id, worker.state]);
  return (
    <li class={`card tone-${STATE_TONES[state]}`}>
      <div class="card-head">
        <h2>
          <a class="mono" href={hrefOf(['workers', id])}>
            {id}
          </a>
        </h2>
        <input
          type="checkbox"
          aria-label={t('fleet.select', { id })}
          checked={selection.has(id)}
          onChange={(event) => selection.put([id], event.currentTarget.checked)}
        />
      </div>
      <p class="quiet">
        {strategyOf(worker)} · {t(`mode.${worker.mode}`)} · <WorkerSymbols worker={worker} />
      </p>
      <WorkerState worker={worker} />
      <dl class="card-facts">
        <CardFact name={t('fleet.column.events')}>{texts.events}</CardFact>
        <CardFact name={t('fleet.column.lag')}>{texts.lag}</CardFact>
        <CardFact name={t('fleet.column.memory')}>{texts.memory}</CardFact>
        <CardFact name={t('fleet.column.orders')}>{figures.openOrders}</CardFact>
        <CardFact name={t('fleet.column.pnl')}>
          <WorkerPnl worker={worker} />
        </CardFact>
        <CardFact name={t('fleet.column.restarts')}>{restartCount}</CardFact>
      </dl>
      <WorkerNote worker={worker} />
      <div class="card-actions">{buttons}</div>
    </li>
  );
}

interface CardFactProps {
  readonly name: string;
  readonly children: ComponentChildren;
}

function CardFact({ name, children }: CardFactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="number">{children}</dd>
    </div>
  );
}
