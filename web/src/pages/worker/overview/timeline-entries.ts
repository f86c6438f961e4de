import type { WorkerExitView, WorkerTransition } from '../../../../../src/client/index.ts';

/** A move of a worker's state, or the end of one of its processes. */
export type TimelineEntry =
  | { readonly kind: 'move'; readonly at: number; readonly move: WorkerTransition }
  | { readonly kind: 'exit'; readonly at: number; readonly exit: WorkerExitView };

/** Moves and ends together, newest first; what is there twice is shown once. */
export function timelineOf(
  moves: readonly WorkerTransition[],
  exits: readonly WorkerExitView[],
): readonly TimelineEntry[] {
  const byRevision = new Map(moves.map((move) => [move.revision, move]));
  const entries = [
    ...[...byRevision.values()].map((move): TimelineEntry => ({ kind: 'move', at: move.at, move })),
    ...exits.map((exit): TimelineEntry => ({ kind: 'exit', at: exit.at, exit })),
  ];
  return entries.toSorted((a, b) => b.at - a.at || orderOf(b) - orderOf(a));
}

/** Of two at the same moment: an end comes before the moves that follow from it. */
function orderOf(entry: TimelineEntry): number {
  return entry.kind === 'move' ? entry.move.revision : 0;
}
