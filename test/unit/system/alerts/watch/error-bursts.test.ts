import { describe, expect, it } from 'vitest';
import { ZERO_COUNTERS, type WorkerStatus } from '../../../../../src/lifecycle/worker-status.ts';
import { ErrorBursts } from '../../../../../src/system/alerts/watch/error-bursts.ts';
import { partsOf } from './fixtures.ts';

function rigOf() {
  const rig = partsOf({ errors: 10, errorsWithinMs: 60_000 });
  const bursts = new ErrorBursts(rig.parts);
  const startedAt = rig.clock.now();
  const look = (errorCount: number, fields: Partial<WorkerStatus> = {}): void =>
    bursts.look({
      workerId: 'a',
      counters: { ...ZERO_COUNTERS, errorCount },
      startedAt,
      lastError: {
        where: 'onBar',
        message: 'no price',
        stack: 'Error: no price\n    at onBar (/my/sma.ts:12:9)',
        at: 0,
      },
      ...fields,
    } as WorkerStatus);
  return { ...rig, bursts, look };
}

describe('errors of callbacks', () => {
  it('are told if there are many within a while, with the last of them', () => {
    const { look, told, alerts } = rigOf();
    look(0);
    look(9);
    expect(told()).toEqual([]);
    look(10);
    expect(told()).toEqual(['warning worker-errors a']);
    expect(alerts.recent(1)[0]?.text).toContain('in onBar at /my/sma.ts:12:9: no price');
  });

  it('are not told if they are few at a time', () => {
    const { look, told, clock } = rigOf();
    for (let count = 0; count <= 100; count += 5) {
      look(count);
      clock.advance(60_000);
    }
    expect(told()).toEqual([]);
  });

  it('are over after a while without one', () => {
    const { look, told, clock } = rigOf();
    look(0);
    look(10);
    clock.advance(60_000);
    look(10);
    expect(told()).toEqual(['warning worker-errors a', 'resolved worker-errors a']);
  });

  it('of a process that ran under an earlier host are not of now', () => {
    const { look, told, clock } = rigOf();
    clock.advance(3_600_000);
    look(5_000);
    expect(told()).toEqual([]);
  });

  it('of a new process begin anew', () => {
    const { look, told, bursts } = rigOf();
    look(9);
    bursts.forget('a');
    look(9);
    expect(told()).toEqual([]);
    look(10);
    expect(told()).toEqual(['warning worker-errors a']);
  });
});
