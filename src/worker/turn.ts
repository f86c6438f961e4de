/** How long events are handled before timers, heartbeats and commands get their turn, milliseconds. */
export const TURN_BUDGET_MS = 5;

/** Lets others have their turn if this one is over; the end of the turn at hand, milliseconds. */
export async function turnAfter(endsMs: number): Promise<number> {
  if (performance.now() <= endsMs) return endsMs;
  await nextTurn();
  return performance.now() + TURN_BUDGET_MS;
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
