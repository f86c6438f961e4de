import type { Worker } from '../../client/index.ts';
import { formatCount, formatDuration, formatMegabytes, formatPrice } from '../terminal/format.ts';
import type { Column } from '../terminal/table.ts';
import { cut, right } from './print.ts';

const MAX_SYMBOLS_CHARS = 24;

/** Columns of a table of workers; the last ones are those that a narrow terminal loses first. */
export const WORKER_COLUMNS: readonly (Column | string)[] = [
  'WORKER',
  'STATE',
  'HEALTH',
  right('EVENTS/S'),
  right('LAG'),
  right('MEMORY'),
  right('RESTARTS'),
  right('NET PNL'),
  'STRATEGY',
  'SYMBOLS',
  right('LAST PRICE'),
  'TRADING',
];

export function workerRow(worker: Worker): readonly string[] {
  const { figures } = worker;
  return [
    worker.id,
    worker.quarantine === null ? worker.state : `${worker.state} (quarantine)`,
    worker.health,
    formatCount(figures.eventsPerSecond),
    formatDuration(figures.lagMs),
    formatMegabytes(figures.memoryBytes),
    String(worker.restartCount),
    amounts(figures.netPnl),
    worker.strategy ?? worker.strategyName,
    cut(worker.symbols.join(','), MAX_SYMBOLS_CHARS),
    formatPrice(worker.lastPrice),
    worker.tradingState,
  ];
}

/** `12.5 USDT`, one after the other. */
export function amounts(byCurrency: Readonly<Record<string, string>>): string {
  const texts = Object.entries(byCurrency).map(([currency, amount]) => `${amount} ${currency}`);
  return texts.length === 0 ? '-' : texts.join(', ');
}
