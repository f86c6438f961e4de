// The document that a run ends with.
import { aim, machine, percentile } from '../support/report.mjs';
import { rounded } from '../support/rounds.mjs';
import {
  judgeAdoption,
  judgeEnds,
  judgeEvents,
  judgeStates,
  SAVE_WITHIN_MS,
  TOLERANCE_MS,
} from './judge.mjs';
import { siblingLatencies } from './siblings.mjs';

const ADOPT_MS = 5_000;
const EXAMPLES = 10;

const zero = (name, measured, unit) => ({ ...aim(name, '==', 0, measured, unit), target: 0 });

function spreadOf(values) {
  if (values.length === 0) return null;
  return {
    count: values.length,
    p50Ms: percentile(values, 0.5),
    p99Ms: percentile(values, 0.99),
    maxMs: Math.max(...values),
  };
}

/** From a kill until the worker ran again, for each way. */
function recoveries(steps) {
  const times = {};
  for (const { kind, at, backAt } of steps) {
    if (kind !== 'pause' && backAt !== null) (times[kind] ??= []).push(backAt - at);
  }
  return times;
}

export function reportOf(
  options,
  { directory, conductor, end, leftovers, stoppedInOrder, seconds },
) {
  const { steps, quiet, log } = conductor;
  const { lines } = log;
  const ids = end.workers.map(({ worker }) => worker);
  const events = judgeEvents({ workers: end.workers, number: end.number, steps, lines });
  const states = judgeStates({ directory, steps, lines });
  const ends = judgeEnds({ steps, lines });
  const adoption = judgeAdoption(steps, ADOPT_MS);
  const times = recoveries(steps);
  const siblings = siblingLatencies({ directory, workers: ids, steps, quiet });
  const orphans = Object.values(leftovers).reduce((sum, { length }) => sum + length, 0);
  const notBack = steps.filter(({ backAt }) => backAt === null).length;
  const aims = [
    zero('eventsLost', events.lost, 'events'),
    zero('eventsTwice', events.twice + events.late, 'events'),
    zero('statesLost', states.lost, 'states'),
    zero('stateOlderThanPromised', states.old.length, 'recoveries'),
    zero('wrongLabels', ends.wrong.length, 'ends'),
    zero('unexpectedEnds', ends.unexpected.length, 'ends'),
    zero('notBack', notBack, 'kills'),
    zero('orphans', orphans, 'processes, sockets and rings'),
    zero('doubleIncarnations', states.doubles.length, 'processes'),
  ];
  const worker = times['kill-worker'];
  if (worker !== undefined)
    aims.push(aim('recoveryP50Ms', '<=', 100, percentile(worker, 0.5), 'ms'));
  if (adoption.hostKills > 0) {
    const ratio = adoption.adopted / adoption.workers;
    aims.push(aim('adoptedWithin5sRatio', '>=', 0.995, ratio, 'of the workers'));
  }
  if (siblings !== null) aims.push(aim('siblingP99Ratio', '<=', 1.2, siblings.p99Ratio, 'ratio'));
  return {
    name: options.adopt ? 'chaos adopt' : 'chaos',
    machine: machine(),
    seed: options.seed,
    aims,
    results: rounded({
      kills: options.kills,
      weights: options.weights,
      workers: options.workers,
      eventsPerSecond: options.rate,
      transport: lines.find(({ type }) => type === 'started')?.transport,
      seconds,
      numbersPublished: end.number,
      settled: end.settled,
      stoppedInOrder,
      pauses: steps.filter(({ kind }) => kind === 'pause').length,
      events: {
        ...without(events, 'spans'),
        gapsTold: lines.filter(({ type }) => type === 'gap').length,
      },
      recoveryMs: Object.fromEntries(
        Object.entries(times).map(([kind, all]) => [kind, spreadOf(all)]),
      ),
      stateAge: {
        promisedMs: SAVE_WITHIN_MS,
        toleranceMs: TOLERANCE_MS,
        ...spreadOf(states.ages),
        old: states.old.slice(0, EXAMPLES),
      },
      adoption,
      wrongLabels: ends.wrong.slice(0, EXAMPLES),
      unexpectedEnds: ends.unexpected.slice(0, EXAMPLES),
      doubles: states.doubles.slice(0, EXAMPLES),
      leftovers,
      siblings,
      notRunning: end.workers.filter(({ state }) => state !== 'running').map(briefly),
      log: tally(lines),
    }),
  };
}

function without(object, name) {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

const briefly = ({ worker, state, quarantine }) => ({ worker, state, quarantine });

/** What host and strategies logged as a warning or an error, and how often. */
function tally(lines) {
  const counts = {};
  for (const { type, message } of lines) {
    if (!['log', 'line', 'fault'].includes(type)) continue;
    const text = `${type}: ${String(message).slice(0, 160)}`;
    counts[text] = (counts[text] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).slice(0, 2 * EXAMPLES));
}
