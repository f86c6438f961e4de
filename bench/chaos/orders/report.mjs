// The document that a run ends with.
import { join } from 'node:path';
import { aim, machine, percentile } from '../../support/report.mjs';
import { rounded } from '../../support/rounds.mjs';
import { judgeFlattens } from './flattens.mjs';
import { exchangeFacts, journalFacts, toldFacts } from './facts.mjs';
import {
  judgeFills,
  judgeHalts,
  judgeOrders,
  judgePositions,
  judgeStates,
  judgeTold,
  lastAfterHalt,
} from './judge.mjs';

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

/** Orders of which it was not known for a while what had become of them. */
function unknownOnes({ updates, byId }) {
  const ids = new Set();
  for (const list of updates.values())
    for (const { order } of list) if (order.status === 'unknown') ids.add(order.clientOrderId);
  const resolved = [...ids].map((id) => byId.get(id)?.status ?? 'gone');
  return { seen: ids.size, became: tallyOf(resolved) };
}

function tallyOf(words) {
  const counts = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** The judgement of what happened, by the exchange's log: aims, figures, and examples of what is wrong. */
function judged({ journalPath, lines, told, sent, end }) {
  const exchange = exchangeFacts(lines);
  const journal = journalFacts(journalPath);
  const facts = { exchange, journal, told, sent, end };
  const orders = judgeOrders(facts);
  const states = judgeStates(facts);
  const wrongTold = judgeTold(facts);
  const positions = judgePositions(facts);
  const fills = judgeFills(facts);
  const some = (list) => list.slice(0, EXAMPLES);
  return {
    facts,
    aims: [
      zero('ordersLost', orders.lost.length, 'orders'),
      zero('ordersDoubled', orders.doubled.length, 'orders'),
      zero('ordersInvented', orders.invented.length, 'orders'),
      zero('wrongFinalStates', states.wrong.length, 'orders'),
      zero('wronglyTold', wrongTold.length, 'orders'),
      zero('positionMismatches', positions.length, 'positions and balances'),
      zero('fillsTwice', fills.twice, 'fills'),
      zero('fillsMissed', fills.missed, 'fills'),
      zero('unresolved', states.unresolved.length, 'orders'),
    ],
    figures: {
      settled: end.settled,
      orders: journal.orders.length,
      ordersAtExchange: exchange.byClientId.size,
      statuses: tallyOf(journal.orders.map(({ status }) => status)),
      changes: sent.filter(({ name }) => name === 'modify').length,
      fills: exchange.fills.length,
      outcomes: outcomesTold(told),
      unknown: unknownOnes(journal),
      faultsStruck: tallyOf(lines.filter(({ type }) => type === 'fault').map(({ kind }) => kind)),
    },
    examples: {
      lost: some(orders.lost),
      doubled: some(orders.doubled),
      invented: some(orders.invented),
      wrongFinalStates: some(states.wrong),
      wronglyTold: some(wrongTold),
      positionMismatches: some(positions),
      wrongFills: some(fills.examples),
      unresolved: some(states.unresolved),
    },
  };
}

export function reportOf(
  options,
  { directory, conductor, lines, end, leftovers, stoppedInOrder, seconds },
) {
  const events = conductor.log.lines;
  const journalPath = join(directory, 'home', 'orders.db');
  const workers = end.workers.map(({ worker }) => worker);
  const told = new Map(workers.map((worker) => [worker, toldFacts(directory, worker)]));
  const sent = events.filter(({ type }) => type === 'sent');
  const { aims, figures, examples, facts } = judged({ journalPath, lines, told, sent, end });
  const halts = judgeHalts(events);
  const flattens = judgeFlattens(events, facts);
  const { steps } = conductor;
  const orphans = Object.values(leftovers).reduce((sum, { length }) => sum + length, 0);
  return {
    name: 'chaos orders',
    machine: machine(),
    seed: options.seed,
    aims: [
      ...aims,
      zero('ordersAfterHalt', halts.after.length, 'orders'),
      zero('notFlat', flattens.wrong.length, 'flattens, positions and fills'),
      zero('notBack', steps.filter(({ backAt }) => backAt === null).length, 'kills'),
      zero('orphans', orphans, 'processes, sockets and rings'),
    ],
    results: rounded({
      kills: tallyOf(steps.map(({ kind, point }) => point ?? kind)),
      pointsNotReached: steps.filter(({ reached }) => reached === false).length,
      workers: options.workers,
      seconds,
      stoppedInOrder,
      ...figures,
      halts: halts.halts,
      flattens: flattens.flattens,
      lastArrivalAfterHaltMs: lastAfterHalt(events, facts),
      openAgainMs: spreadOf(
        steps.filter(({ openAt }) => openAt > 0).map(({ at, openAt }) => openAt - at),
      ),
      workerBackMs: spreadOf(
        steps
          .filter(({ kind, backAt }) => kind === 'kill-worker' && backAt !== null)
          .map(({ at, backAt }) => backAt - at),
      ),
      hostStartsInVain: events.filter(({ type }) => type === 'try-again').length,
      ...examples,
      notFlat: flattens.wrong.slice(0, EXAMPLES),
      afterHalt: halts.after.slice(0, EXAMPLES),
      leftovers,
      log: logTally(events),
    }),
  };
}

export function answersReport(options, { journalPath, events, told, end, seconds, lines }) {
  const sent = events.filter(({ type }) => type === 'sent');
  const { aims, figures, examples } = judged({ journalPath, lines, told, sent, end });
  const { seeds, from } = options;
  return {
    name: 'chaos answers',
    machine: machine(),
    aims,
    results: rounded({ seeds, from, seconds, ...figures, ...examples, log: logTally(events) }),
  };
}

function outcomesTold(told) {
  const words = [...told.values()]
    .flat()
    .filter(({ type }) => type === 'told')
    .flatMap(({ action, outcomes }) =>
      outcomes.map(({ outcome, rule }) => `${action} ${outcome}${rule ? ` ${rule}` : ''}`),
    );
  return tallyOf(words);
}

/** What the host logged as a warning or an error, and how often; numbers and ids left out. */
function logTally(events) {
  const words = events
    .filter(({ type }) => ['log', 'fault', 'try-again'].includes(type))
    .map(({ type, level, message }) => {
      const what = String(message).replaceAll(/[\w-]*\d[\w.:-]*/g, '#');
      return `${level ?? type}: ${what.slice(0, 160)}`;
    });
  const all = Object.entries(tallyOf(words)).toSorted(([, one], [, two]) => two - one);
  return Object.fromEntries(all.slice(0, 4 * EXAMPLES));
}
