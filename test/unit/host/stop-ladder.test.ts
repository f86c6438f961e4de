import { describe, expect, it } from 'vitest';
import type { ProcessEnd, RunningProcess } from '../../../src/host/running-process.ts';
import { climbStopLadder } from '../../../src/host/stop-ladder.ts';

const DEADLINES = { connectMs: 1, readyMs: 1, commandMs: 1, stopMs: 20, termMs: 20 };
const END: ProcessEnd = { code: 0, signal: null, stderrTail: '', lastWord: null, at: 0 };

/** A process that ends at one of the steps, and keeps account of them. */
function processThatEndsAt(step: 'message' | 'SIGTERM' | 'SIGKILL') {
  const steps: string[] = [];
  let alive = true;
  let announce: (end: ProcessEnd) => void = () => undefined;
  const ended = new Promise<ProcessEnd>((resolve) => {
    announce = resolve;
  });
  const take = (what: string): void => {
    steps.push(what);
    if (what !== step) return;
    alive = false;
    announce(END);
  };
  const running = {
    ended,
    get alive() {
      return alive;
    },
    signal: take,
  } as unknown as RunningProcess;
  return { running, steps, ask: async () => take('message') };
}

describe('climbStopLadder', () => {
  it('stops at the message if that is enough', async () => {
    const { running, steps, ask } = processThatEndsAt('message');
    const told: string[] = [];
    await climbStopLadder(running, ask, DEADLINES, (step) => told.push(step));

    expect(steps).toEqual(['message']);
    expect(told).toEqual(['message']);
  });

  it('goes on to SIGTERM when the deadline for the message has passed', async () => {
    const { running, steps, ask } = processThatEndsAt('SIGTERM');
    const told: string[] = [];
    await climbStopLadder(running, ask, DEADLINES, (step) => told.push(step));

    expect(steps).toEqual(['message', 'SIGTERM']);
    expect(told).toEqual(['message', 'sigterm']);
  });

  it('goes on to SIGKILL when that was no use either', async () => {
    const { running, steps, ask } = processThatEndsAt('SIGKILL');
    const told: string[] = [];
    await climbStopLadder(running, ask, DEADLINES, (step) => told.push(step));

    expect(steps).toEqual(['message', 'SIGTERM', 'SIGKILL']);
    expect(told).toEqual(['message', 'sigterm', 'sigkill']);
  });

  it('does not wait for the deadline of a message that can not be delivered', async () => {
    const { running, steps } = processThatEndsAt('SIGTERM');
    const refuse = (): Promise<never> => Promise.reject(new Error('unreachable'));
    await climbStopLadder(running, refuse, { ...DEADLINES, stopMs: 600_000 }, () => undefined);

    expect(steps).toEqual(['SIGTERM']);
  });

  it('waits no longer than the deadline for an answer that never comes', async () => {
    const { running, steps } = processThatEndsAt('SIGTERM');
    await climbStopLadder(
      running,
      () => new Promise(() => undefined),
      DEADLINES,
      () => undefined,
    );

    expect(steps).toEqual(['SIGTERM']);
  });
});
