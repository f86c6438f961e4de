import { describe, expect, it } from 'vitest';
import {
  canMove,
  isWorkerState,
  TRANSITIONS,
  WORKER_STATES,
  type WorkerState,
} from '../../../src/lifecycle/worker-state.ts';

/** The table of docs/ARCHITECTURE.md, written down a second time on purpose. */
const LEGAL = new Set([
  'initializing -> initialized',
  'initializing -> error',
  'initialized -> starting',
  'initialized -> stopping',
  'initialized -> error',
  'starting -> running',
  'starting -> stopping',
  'starting -> error',
  'running -> paused',
  'running -> stopping',
  'running -> reloading',
  'running -> restarting',
  'running -> error',
  'paused -> running',
  'paused -> stopping',
  'paused -> reloading',
  'paused -> restarting',
  'paused -> error',
  'recovering -> running',
  'recovering -> paused',
  'recovering -> stopping',
  'recovering -> error',
  'reloading -> running',
  'reloading -> paused',
  'reloading -> error',
  'restarting -> initializing',
  'restarting -> error',
  'stopping -> stopped',
  'stopping -> error',
  'stopped -> starting',
  'stopped -> restarting',
  'error -> recovering',
  'error -> stopping',
]);

const PAIRS = WORKER_STATES.flatMap((from) => WORKER_STATES.map((to) => [from, to] as const));

describe('the transition table', () => {
  it('has eleven states', () => {
    expect(WORKER_STATES).toHaveLength(11);
  });

  it('is about 121 pairs', () => {
    expect(PAIRS).toHaveLength(121);
  });

  it.each(PAIRS)('%s -> %s', (from, to) => {
    expect(canMove(from, to)).toBe(LEGAL.has(`${from} -> ${to}`));
  });

  it('has no other moves', () => {
    const moves = WORKER_STATES.flatMap((from) =>
      TRANSITIONS[from].map((to) => `${from} -> ${to}`),
    );
    expect(new Set(moves)).toEqual(LEGAL);
  });

  it('lists no move twice', () => {
    const moves = WORKER_STATES.flatMap((from) =>
      TRANSITIONS[from].map((to) => `${from} -> ${to}`),
    );
    expect(moves).toHaveLength(LEGAL.size);
  });

  it.each(WORKER_STATES)('leads from %s to every other state', (from) => {
    const reached = new Set<WorkerState>();
    const open = [from];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const to of TRANSITIONS[next]) {
        if (reached.has(to)) continue;
        reached.add(to);
        open.push(to);
      }
    }
    expect(reached.size).toBe(11);
  });
});

describe('isWorkerState', () => {
  it.each(WORKER_STATES)('knows %s', (state) => {
    expect(isWorkerState(state)).toBe(true);
  });

  it.each(['RUNNING', '', 'toString', '__proto__', 'constructor', null, undefined, 3, ['running']])(
    'refuses %j',
    (value) => {
      expect(isWorkerState(value)).toBe(false);
    },
  );
});
