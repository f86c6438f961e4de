import { setTimeout as delay } from 'node:timers/promises';
import { holdLifeline, LifelineRefused } from '../ipc/lifeline.ts';

/** How often a new host is looked for, milliseconds. */
const LOOK_EVERY_MS = 25;

export interface OrphanhoodOptions {
  readonly processId: string;
  /** The socket of the lifelines of whoever is the host. */
  readonly lifelinePath: string;
  /** How long to wait for a new host, milliseconds. */
  readonly graceMs: number;
  /** The lifeline to a new host is cut. */
  readonly onCut: () => void;
}

/**
 * The time of a worker without a host: waits for the next one on the same home. Resolves to `found` once
 * its lifeline is held, `refused` if it does not know this process (another one has its place), `expired`
 * if none came in time. Time is counted in looks, so that a machine that was suspended is not held against
 * the host.
 */
export async function waitForHost(
  options: OrphanhoodOptions,
): Promise<'found' | 'refused' | 'expired'> {
  const { processId, lifelinePath, graceMs, onCut } = options;
  for (let waitedMs = 0; waitedMs < graceMs; waitedMs += LOOK_EVERY_MS) {
    try {
      await holdLifeline(lifelinePath, processId, onCut);
      return 'found';
    } catch (thrown) {
      if (thrown instanceof LifelineRefused) return 'refused';
    }
    await delay(LOOK_EVERY_MS);
  }
  return 'expired';
}
