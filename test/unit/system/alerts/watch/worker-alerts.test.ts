import { describe, expect, it } from 'vitest';
import type { WorkerExit } from '../../../../../src/lifecycle/worker-exit.ts';
import { ZERO_COUNTERS, type WorkerStatus } from '../../../../../src/lifecycle/worker-status.ts';
import { WorkerAlerts } from '../../../../../src/system/alerts/watch/worker-alerts.ts';
import { partsOf } from './fixtures.ts';

const EXIT = {
  cause: 'exception',
  reason: 'no price',
  expected: false,
  place: '/my/sma.ts:12:9',
  code: 1,
  signal: null,
  at: 5,
} as WorkerExit;

function rigOf() {
  const rig = partsOf();
  const workers = new WorkerAlerts(rig.parts);
  const { manager, alerts } = rig;
  const status = (fields: Partial<WorkerStatus>, to?: string): void =>
    void manager.emit(
      'status',
      { workerId: 'a', quarantine: null, lastExit: null, counters: ZERO_COUNTERS, ...fields },
      to === undefined ? null : { to },
    );
  const advise = (advice: object): void => void manager.supervisor.emit('advice', 'a', advice);
  const text = (): string | undefined => alerts.recent(1)[0]?.text;
  return { ...rig, workers, status, advise, text };
}

describe('alerts of workers', () => {
  it('say what ended, why and where, and which restart follows when', () => {
    const { manager, advise, told, text } = rigOf();
    advise({ restart: true, attempt: 2, delayMs: 400.4 });
    manager.emit('exit', 'a', EXIT);
    expect(told()).toEqual(['warning worker-ended a']);
    expect(text()).toBe(
      'The process of worker a ended at /my/sma.ts:12:9 (exception): no price. It is restarted in 400 ms, restart 2 within the window of its policy.',
    );
  });

  it('are worse if the worker stays down', () => {
    const { manager, advise, told, text } = rigOf();
    advise({ restart: false, quarantine: false, reason: 'its policy is temporary' });
    manager.emit('exit', 'a', EXIT);
    expect(told()).toEqual(['critical worker-ended a']);
    expect(text()).toContain('It is not restarted: its policy is temporary.');
  });

  it('are none of an end that was asked for, and no worse than a note if a person has it in hand', () => {
    const { manager, told } = rigOf();
    manager.emit('exit', 'a', { ...EXIT, expected: true });
    expect(told()).toEqual([]);
    manager.emit('exit', 'a', EXIT);
    expect(told()).toEqual(['info worker-ended a']);
  });

  it('do not take what was decided about one end for another one', async () => {
    const { manager, advise, told, text } = rigOf();
    advise({ restart: true, attempt: 1, delayMs: 10 });
    await Promise.resolve();
    expect(told()).toEqual(['warning worker-ended a']);
    expect(text()).toContain('No process could be started for worker a. It is restarted in 10 ms');
    manager.emit('exit', 'b', EXIT);
    expect(told()).toEqual(['info worker-ended b']);
  });

  it('tell a quarantine once, and each new one', () => {
    const { status, told, text } = rigOf();
    status({ quarantine: 'too many restarts', lastExit: EXIT }, 'error');
    status({ quarantine: 'too many restarts', lastExit: EXIT });
    expect(told()).toEqual(['critical worker-quarantined a']);
    expect(text()).toContain('too many restarts. The process of worker a ended at /my/sma.ts:12:9');
    status({}, 'running');
    expect(told()).toEqual(['resolved worker-quarantined a']);
    status({ quarantine: 'too many restarts' }, 'error');
    expect(told()).toEqual(['critical worker-quarantined a']);
  });

  it('tell of silence', () => {
    const { manager, told, text } = rigOf();
    manager.supervisor.emit('unhealthy', 'a', 3_210.4);
    expect(told()).toEqual(['info worker-silent a']);
    expect(text()).toContain('for 3210 ms');
  });

  it('listen no more after the end', () => {
    const { manager, workers, told } = rigOf();
    workers.stop();
    manager.emit('exit', 'a', EXIT);
    manager.supervisor.emit('unhealthy', 'a', 1);
    expect(told()).toEqual([]);
    expect(manager.listenerCount('status')).toBe(0);
  });
});
