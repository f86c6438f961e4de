import { formatCount, formatProgress } from './format.ts';

/** How far a run has come. */
export interface RunProgress {
  /** Share of the data that was sent, 0 to 1; undefined where that can't be told. */
  readonly fraction: number | undefined;
  readonly eventsSent: number;
  /** Timestamp of the last event sent, ms since the epoch. */
  readonly marketTimeMs: number | undefined;
}

const BAR_WIDTH = 40;

/** One line that says how far a run has come. */
export function renderProgress({ fraction, eventsSent, marketTimeMs }: RunProgress): string {
  return `${howFar(fraction, marketTimeMs)}  ${formatCount(eventsSent)} events sent`;
}

function howFar(fraction: number | undefined, marketTimeMs: number | undefined): string {
  if (fraction !== undefined) return formatProgress(fraction, BAR_WIDTH);
  if (marketTimeMs === undefined) return 'nothing played yet';
  return `played to ${new Date(marketTimeMs).toISOString()}`;
}
