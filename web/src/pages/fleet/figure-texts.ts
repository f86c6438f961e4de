import type { Worker } from '../../../../src/client/index.ts';
import { bytesText, millisText, NONE, rateText, shareText } from '../../data/format.ts';

interface FigureTexts {
  readonly events: string;
  readonly lag: string;
  readonly memory: string;
  readonly cpu: string;
}

const NOTHING: FigureTexts = { events: NONE, lag: NONE, memory: NONE, cpu: NONE };

/** What a worker's process does now; a worker without a process has no such figures, not figures of zero. */
export function figureTexts({ pid, figures }: Worker): FigureTexts {
  if (pid === null) return NOTHING;
  return {
    events: rateText(figures.eventsPerSecond),
    lag: millisText(figures.lagMs),
    memory: bytesText(figures.memoryBytes),
    cpu: shareText(figures.cpuShare),
  };
}
