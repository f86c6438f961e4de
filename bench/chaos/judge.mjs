// Whether what the workers remember is what was published, by the log alone.
import { join } from 'node:path';
import { readActs } from './acts.mjs';
import { KINDS } from './schedule.mjs';

/** Beyond what is promised: a timer that fires late on a busy machine. */
export const TOLERANCE_MS = 50;
export const SAVE_WITHIN_MS = 50;

/** Ways to end that keep a worker busy before they end it, and the silence that the host allows. */
const TAKES_LONG = ['heap', 'memory'];
const SILENT_MS = 900;

/** Numbers of which a host that was killed can't say whether they were published. */
function doubtfulNumbers(lines) {
  return lines
    .filter(({ type, begun, done }) => type === 'host' && begun > done)
    .flatMap(({ begun, done }) =>
      Array.from({ length: begun - done }, (_, index) => done + 1 + index),
    );
}

/**
 * For each worker, the numbers that went with a host: published so late before the end of it that no state
 * had to have them yet, to a worker that ended with it.
 */
function spansOfHosts(steps, lines) {
  return steps
    .filter(({ kind }) => kind === 'kill-host')
    .map(({ at, before, after, from }) => {
      const until = at - SAVE_WITHIN_MS - TOLERANCE_MS;
      const told = lines.slice(0, from).filter((line) => line.type === 'published');
      const first = (told.findLast((line) => line.at <= until)?.number ?? 0) + 1;
      const host = lines.slice(from).find((line) => line.type === 'host');
      const workers = Object.keys(before).filter((id) => after?.[id]?.pid !== before[id]);
      return { first, last: host?.begun ?? 0, workers: new Set(workers) };
    });
}

function inSpan(spans, worker, number) {
  return spans.some(
    ({ first, last, workers }) => workers.has(worker) && number >= first && number <= last,
  );
}

/** What became of the numbers that one topic of one worker was not shown. */
function judgeHole({ from, to, told }, worker, doubtful, spans) {
  let certain = 0;
  let withHost = 0;
  for (let number = from; number <= to; number += 1) {
    if (doubtful.has(number)) continue;
    if (inSpan(spans, worker, number)) withHost += 1;
    else certain += 1;
  }
  const lost = Math.max(0, certain - told);
  const explained = Math.max(0, told - certain);
  return { lost, told: Math.min(told, to - from + 1), withHost: Math.max(0, withHost - explained) };
}

export function judgeEvents({ workers, number, steps, lines }) {
  const doubtful = new Set(doubtfulNumbers(lines));
  const spans = spansOfHosts(steps, lines);
  const sum = { lost: 0, twice: 0, late: 0, told: 0, overTold: 0, withHost: 0 };
  const holes = [];
  for (const { worker, report } of workers) {
    for (const [symbol, topic] of Object.entries(report.topics ?? {})) {
      sum.twice += topic.twice;
      sum.late += topic.late;
      sum.overTold += topic.overTold;
      let next = 1;
      const end = [number + 1, number + 1, topic.told];
      for (const [first, last, told] of [...topic.runs, end]) {
        if (first > next) {
          const hole = { from: next, to: first - 1, told };
          const judged = judgeHole(hole, worker, doubtful, spans);
          for (const name of ['lost', 'told', 'withHost']) sum[name] += judged[name];
          if (judged.lost > 0) holes.push({ worker, symbol, ...hole, ...judged });
        }
        next = last + 1;
      }
    }
  }
  return { ...sum, inDoubt: doubtful.size, holes: holes.slice(0, 20), spans };
}

/** The processes of each worker in the order in which they began, with their acts. */
function incarnations(directory, lines) {
  const byWorker = new Map();
  for (const line of lines) {
    if (line.type !== 'begin') continue;
    const acts = readActs(join(directory, 'acts'), line.worker, line.pid);
    const list = byWorker.get(line.worker) ?? [];
    list.push({ ...line, acts });
    byWorker.set(line.worker, list);
  }
  return byWorker;
}

/** How long a worker was stopped by a pause within a span: nothing could be saved meanwhile. */
function stoppedMs(steps, worker, from, to) {
  return steps
    .filter((step) => step.kind === 'pause' && step.worker === worker)
    .reduce((sum, { at, backAt }) => {
      return sum + Math.max(0, Math.min(to, backAt) - Math.max(from, at));
    }, 0);
}

/** How old the state was that each process began with, at the end of the process before it. */
export function judgeStates({ directory, steps, lines }) {
  const ages = [];
  const old = [];
  const doubles = [];
  let lost = 0;
  for (const [worker, list] of incarnations(directory, lines)) {
    for (const [index, next] of list.entries()) {
      const before = list[index - 1];
      if (next.others.length > 0) doubles.push({ worker, pid: next.pid, others: next.others });
      for (const { pid, acts } of list.slice(0, index)) {
        if ((acts?.lastAt ?? 0) > next.at)
          doubles.push({ worker, pid: next.pid, other: pid, actedMs: acts.lastAt - next.at });
      }
      if (before?.acts === undefined) continue;
      const { acts } = before;
      if (next.calls === 0 && acts.lastCall > 0) lost += 1;
      const step = steps.findLast(
        (one) =>
          one.kind !== 'pause' &&
          (one.worker === worker || one.worker === null) &&
          one.at > before.at &&
          one.at <= next.at,
      );
      const endedAt = acts.fatalAt || step?.at || acts.lastAt;
      // The first callback that is not in the state says since when it is out of date.
      const missing = acts.lastCall > next.calls;
      const sinceAt = missing ? (acts.times.get(next.calls + 1) ?? 0) : endedAt;
      const age = Math.max(0, endedAt - sinceAt - stoppedMs(steps, worker, sinceAt, endedAt));
      ages.push(age);
      if (age <= SAVE_WITHIN_MS + TOLERANCE_MS) continue;
      old.push({ worker, kind: step?.kind ?? 'none', age, after: endedAt - before.at });
    }
  }
  return { ages, old, lost, doubles };
}

/** Whether each end was named for what it was, and whether anything ended that nobody had touched. */
export function judgeEnds({ steps, lines }) {
  const wrong = [];
  const matched = new Set();
  for (const step of steps) {
    const { kind, worker, from, to, backAt } = step;
    if (kind === 'pause' || kind === 'kill-host') continue;
    const place = lines.findIndex(
      (line, index) =>
        index >= from &&
        index < (to ?? lines.length) &&
        line.type === 'exit' &&
        line.worker === worker,
    );
    const exit = lines[place];
    matched.add(exit);
    if (exit === undefined) {
      wrong.push({ kind, worker, cause: null, reason: 'no end was told' });
    } else if (!isRight(step, exit, lines.slice(0, from))) {
      wrong.push({ kind, worker, cause: exit.cause, reason: exit.reason, back: backAt !== null });
    }
  }
  const unexpected = lines.filter(
    (line) => line.type === 'exit' && line.cause !== 'stopped' && !matched.has(line),
  );
  return { wrong, unexpected };
}

function isRight({ kind, at, pid }, exit, before) {
  const { cause } = exit;
  if (KINDS[kind].causes.includes(cause)) return true;
  // Running out of memory may take so long that the worker is silent for too long before.
  if (cause === 'stalled' && TAKES_LONG.includes(kind)) return exit.at - at >= SILENT_MS;
  // Of a process that is no child of its host, nobody can say how it ended.
  return cause === 'vanished' && kind !== 'stall' && isAdopted(before, pid);
}

/** A process is its host's own child if it began after the host did. */
function isAdopted(lines, pid) {
  const host = lines.findLastIndex(({ type }) => type === 'host');
  const began = lines.findLastIndex((line) => line.type === 'begin' && line.pid === pid);
  return began < host;
}

/** Processes that a new host found again, of those that ran when the last one was killed. */
export function judgeAdoption(steps, withinMs) {
  const kills = steps.filter(({ kind }) => kind === 'kill-host');
  let adopted = 0;
  let late = 0;
  let of = 0;
  for (const { at, before, after } of kills) {
    for (const [worker, pid] of Object.entries(before)) {
      of += 1;
      if (after?.[worker]?.pid !== pid) continue;
      if (after[worker].at - at <= withinMs) adopted += 1;
      else late += 1;
    }
  }
  return { hostKills: kills.length, workers: of, adopted, late };
}
