// What is done to whom, and after how long: all of it drawn from the seed beforehand, so that a seed stands
// for one schedule.
import { accessSync, constants } from 'node:fs';

/** Ways to end a worker or the host, with their share, and the causes that a manager may rightly name. */
export const KINDS = {
  'kill-worker': { weight: 45, causes: ['signal'] },
  'kill-host': { weight: 15, causes: [] },
  heap: { weight: 6, causes: ['out-of-memory'] },
  // How it ends depends on who finds the memory gone: V8 itself or an allocation of the strategy.
  memory: { weight: 6, causes: ['out-of-memory', 'exception'] },
  stall: { weight: 6, causes: ['stalled'] },
  exit: { weight: 11, causes: ['exit-code'] },
  throw: { weight: 11, causes: ['exception'] },
};

/** Sets limits of other processes. */
export const PRLIMIT = '/usr/bin/prlimit';

/** Share of the steps before which a worker is stopped for a while, which must not end it. */
const PAUSE_SHARE = 0.15;
const PAUSE_MS = [50, 400];
const REST_MS = [50, 500];
/** So many kills, and then nothing happens for a while, to have something to compare with. */
const KILLS_TO_QUIET = 40;

/** Shares of the ways; memory can't be limited everywhere. */
export function weightsOf(given = {}) {
  const weights = Object.fromEntries(
    Object.entries(KINDS).map(([kind, { weight }]) => [kind, given[kind] ?? weight]),
  );
  try {
    accessSync(PRLIMIT, constants.X_OK);
  } catch {
    weights.memory = 0;
  }
  return weights;
}

export function scheduleOf({ kills, workers, weights, random }) {
  const between = ([least, most]) => least + Math.floor(random() * (most - least + 1));
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const pick = () => {
    let left = random() * total;
    for (const [kind, weight] of Object.entries(weights)) {
      left -= weight;
      if (left < 0) return kind;
    }
    return 'kill-worker';
  };
  return Array.from({ length: kills }, (_, index) => {
    const kind = pick();
    const worker = `chaos-${between([1, workers])}`;
    const restMs = between(REST_MS);
    const pauses = random() < PAUSE_SHARE;
    const pause = { worker: `chaos-${between([1, workers])}`, ms: between(PAUSE_MS) };
    return {
      kind,
      worker: kind === 'kill-host' ? null : worker,
      restMs,
      pause: pauses ? pause : null,
      quiet: index % KILLS_TO_QUIET === 0,
    };
  });
}
