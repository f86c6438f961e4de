import { describe, expect, it } from 'vitest';
import { ZERO_COUNTERS } from '../../../src/lifecycle/worker-status.ts';
import { WorkerView, type PartialReport } from '../../../src/host/worker-view.ts';

function report(
  reportId: number,
  messagesReceived: number,
  revisions: number[] = [],
): PartialReport {
  return {
    reportId,
    counters: { ...ZERO_COUNTERS, messagesReceived },
    transitions: revisions.map((revision) => ({
      revision,
      from: 'running',
      to: 'paused',
      trigger: '',
      at: 0,
    })),
  };
}

describe('WorkerView', () => {
  it('takes each part from the newest report', () => {
    const view = new WorkerView();
    view.take(report(2, 20));
    view.take(report(1, 10));

    expect(view.counters.messagesReceived).toBe(20);
  });

  it('gives each move once, whatever order reports come in', () => {
    const view = new WorkerView();
    const moves = [report(2, 0, [1, 2, 3]), report(1, 0, [1, 2]), report(3, 0, [2, 3, 4])]
      .flatMap((each) => view.take(each))
      .map(({ revision }) => revision);

    expect(moves).toEqual([1, 2, 3, 4]);
  });

  it('keeps figures that a later report does not repeat', () => {
    const view = new WorkerView();
    view.take({ ...report(1, 0), report: { pnl: 5 } });
    view.take(report(2, 0));

    expect(view.figures).toEqual({ pnl: 5 });
  });

  it('takes figures of an older report if the newer one had none', () => {
    const view = new WorkerView();
    view.take(report(2, 0));
    view.take({ ...report(1, 0), report: { pnl: 5 } });

    expect(view.figures).toEqual({ pnl: 5 });
  });

  it('does without what a worker in another language leaves out', () => {
    const view = new WorkerView();

    expect(view.take({ state: 'running' })).toEqual([]);
    expect(view.counters).toEqual(ZERO_COUNTERS);
  });
});
