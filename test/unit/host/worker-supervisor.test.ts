import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/base/clock.ts';
import { WorkerSupervisor } from '../../../src/host/worker-supervisor.ts';
import type { ExitCause, WorkerExit } from '../../../src/lifecycle/worker-exit.ts';

let clock: ManualClock;
let supervisor: WorkerSupervisor;
let told: string[];

beforeEach(() => {
  clock = new ManualClock();
  told = [];
  supervisor = new WorkerSupervisor({
    clock,
    random: () => 0,
    healthConfig: { heartbeatIntervalMs: 100, heartbeatTimeoutMs: 300, checkIntervalMs: 100 },
    restartPolicy: { maxRestarts: 2, windowMs: 10_000, initialDelayMs: 50, factor: 2 },
  });
  supervisor.on('unhealthy', (workerId, silentMs) => told.push(`${workerId} ${silentMs}`));
});

function exit(cause: ExitCause = 'signal', expected = false): WorkerExit {
  return {
    cause,
    reason: `it was ${cause}`,
    expected,
    code: null,
    signal: null,
    stoppedBy: null,
    stderrTail: '',
    place: null,
    at: 0,
  };
}

/** Lets time pass as the supervisor's own timer would see it. */
function pass(ms: number): void {
  for (let passed = 0; passed < ms; passed += 100) {
    clock.advance(100);
    supervisor.check();
  }
}

describe('listening to heartbeats', () => {
  it('finds a worker healthy that beats', () => {
    supervisor.registerWorker('a');
    for (let beat = 0; beat < 20; beat += 1) {
      pass(200);
      supervisor.updateHeartbeat('a');
    }

    expect(supervisor.isHealthy('a')).toBe(true);
    expect(told).toEqual([]);
  });

  it('tells once that a worker fell silent', () => {
    supervisor.registerWorker('a');
    pass(1_000);

    expect(told).toEqual(['a 300']);
    expect(supervisor.isHealthy('a')).toBe(false);
    expect(supervisor.getStats()).toMatchObject({ workers: 1, unhealthy: 1 });
  });

  it('tells it again after the worker was heard in between', () => {
    supervisor.registerWorker('a');
    pass(500);
    supervisor.updateHeartbeat('a');
    expect(supervisor.isHealthy('a')).toBe(true);
    pass(500);

    expect(told).toHaveLength(2);
  });

  it('does not take its own pause for the silence of a worker', () => {
    supervisor.registerWorker('a');
    clock.advance(60_000);
    supervisor.check();

    expect(told).toEqual([]);
  });

  it('hears nothing of those that are not registered', () => {
    supervisor.updateHeartbeat('a');
    supervisor.registerWorker('a');
    supervisor.unregisterWorker('a');
    pass(1_000);

    expect(told).toEqual([]);
    expect(supervisor.isHealthy('a')).toBe(false);
  });

  it('listens to no worker that has ended, until it is registered again', () => {
    supervisor.registerWorker('a');
    supervisor.adviseRestart('a', exit());
    pass(1_000);
    expect(told).toEqual([]);
    supervisor.registerWorker('a');
    pass(1_000);

    expect(told).toHaveLength(1);
  });
});

describe('advising', () => {
  it('restarts up to the limit with growing delays, then quarantines', () => {
    supervisor.registerWorker('a');

    expect(supervisor.adviseRestart('a', exit())).toEqual({
      restart: true,
      delayMs: 50,
      attempt: 1,
    });
    expect(supervisor.adviseRestart('a', exit())).toEqual({
      restart: true,
      delayMs: 100,
      attempt: 2,
    });
    expect(supervisor.adviseRestart('a', exit())).toEqual({
      restart: false,
      quarantine: true,
      reason: '2 restarts within 10000 ms are its limit; last end: it was signal',
    });
    expect(supervisor.getStats()).toMatchObject({ restarts: 2, quarantines: 1 });
  });

  it('keeps the budget of a worker that is registered again', () => {
    for (let restart = 0; restart < 2; restart += 1) {
      supervisor.registerWorker('a');
      supervisor.adviseRestart('a', exit());
    }
    supervisor.registerWorker('a');

    expect(supervisor.adviseRestart('a', exit())).toMatchObject({ quarantine: true });
  });

  it('gives restarts back when they are long ago', () => {
    supervisor.registerWorker('a');
    supervisor.adviseRestart('a', exit());
    supervisor.adviseRestart('a', exit());
    clock.advance(10_001);

    expect(supervisor.adviseRestart('a', exit())).toMatchObject({ restart: true, delayMs: 50 });
  });

  it('gives the whole budget back when it is told to', () => {
    supervisor.registerWorker('a');
    supervisor.adviseRestart('a', exit());
    supervisor.adviseRestart('a', exit());
    supervisor.resetBudget('a');

    expect(supervisor.adviseRestart('a', exit())).toMatchObject({ restart: true, attempt: 1 });
  });

  it('gives a worker that was unregistered a new budget', () => {
    supervisor.registerWorker('a', { maxRestarts: 0 });
    expect(supervisor.adviseRestart('a', exit())).toMatchObject({ quarantine: true });
    supervisor.unregisterWorker('a');
    supervisor.registerWorker('a', { maxRestarts: 1 });

    expect(supervisor.adviseRestart('a', exit())).toMatchObject({ restart: true });
  });

  it('counts each worker by itself', () => {
    supervisor.registerWorker('a', { maxRestarts: 0 });
    supervisor.registerWorker('b');
    supervisor.adviseRestart('a', exit());

    expect(supervisor.adviseRestart('b', exit())).toMatchObject({ restart: true });
  });

  it('does not restart whom it does not know', () => {
    expect(supervisor.adviseRestart('a', exit())).toMatchObject({
      restart: false,
      quarantine: false,
    });
  });

  it.each<[ExitCause, boolean, 'permanent' | 'transient' | 'temporary', boolean]>([
    ['signal', false, 'permanent', true],
    ['signal', false, 'transient', true],
    ['signal', false, 'temporary', false],
    ['finished', true, 'permanent', true],
    ['finished', true, 'transient', false],
    ['stopped', true, 'permanent', false],
    ['stalled', false, 'transient', true],
    ['out-of-memory', false, 'transient', true],
    ['init-failed', false, 'permanent', false],
  ])('after %s (expected: %s), %s: restart is %s', (cause, expected, mode, restart) => {
    supervisor.registerWorker('a', { mode });

    expect(supervisor.adviseRestart('a', exit(cause, expected)).restart).toBe(restart);
  });
});

describe('reporting', () => {
  it('says of each worker how it is', () => {
    supervisor.registerWorker('a');
    supervisor.registerWorker('b');
    supervisor.adviseRestart('b', exit());
    supervisor.registerWorker('b');
    clock.advance(40);

    expect(supervisor.getReport()).toEqual([
      { workerId: 'a', healthy: true, silentMs: 40, restartsInWindow: 0, restarts: 0 },
      { workerId: 'b', healthy: true, silentMs: 40, restartsInWindow: 1, restarts: 1 },
    ]);
  });

  it('refuses a configuration that is out of range', () => {
    expect(() => new WorkerSupervisor({ healthConfig: { checkIntervalMs: 0 } })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
    expect(() => supervisor.registerWorker('a', { factor: 0 })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
  });
});
