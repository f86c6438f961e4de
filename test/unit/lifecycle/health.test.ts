import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Liveness,
  resolveHealthCheckConfig,
  type HealthCheckConfig,
} from '../../../src/lifecycle/health.ts';

const CONFIG: HealthCheckConfig = {
  heartbeatIntervalMs: 1_000,
  heartbeatTimeoutMs: 3_000,
  checkIntervalMs: 500,
};

describe('Liveness', () => {
  it('finds a worker that was never heard of silent after the timeout', () => {
    const liveness = new Liveness(CONFIG, 0);
    const found = [500, 1_000, 1_500, 2_000, 2_500, 3_000].map((nowMs) => liveness.check(nowMs));
    expect(found).toEqual([false, false, false, false, false, true]);
  });

  it('counts silence from when the worker was last heard', () => {
    const liveness = new Liveness(CONFIG, 0);
    for (let nowMs = 500; nowMs <= 2_500; nowMs += 500) liveness.check(nowMs);
    liveness.heard(2_700);
    const found = [];
    for (let nowMs = 3_000; nowMs <= 6_000; nowMs += 500) found.push(liveness.check(nowMs));
    expect(found).toEqual([false, false, false, false, false, false, true]);
  });

  it('says when it last heard of the worker', () => {
    const liveness = new Liveness(CONFIG, 5);
    liveness.heard(17);
    expect(liveness.heardAtMs).toBe(17);
  });

  it('stays stale until the worker is heard again', () => {
    const liveness = new Liveness(CONFIG, 0);
    for (let nowMs = 500; nowMs <= 3_500; nowMs += 500) liveness.check(nowMs);
    const before = liveness.stale;
    liveness.heard(3_600);
    expect([before, liveness.stale]).toEqual([true, false]);
  });

  it('does not take one long pause of the supervisor for silence of the worker', () => {
    const liveness = new Liveness(CONFIG, 0);
    liveness.check(500);
    liveness.heard(900);
    // Suspended for an hour: the first thing that runs afterwards is the check.
    expect(liveness.check(3_600_000)).toBe(false);
  });

  it('still finds a worker dead that stays silent after such a pause', () => {
    const liveness = new Liveness(CONFIG, 0);
    let nowMs = 3_600_000;
    let checks = 1;
    while (!liveness.check(nowMs)) {
      nowMs += 500;
      checks += 1;
    }
    expect(checks).toBe(5);
  });

  it('never declares a worker dead by a single check, whatever the configuration', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 10_000 }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 0, max: 10_000_000 }),
        (heartbeatTimeoutMs, checkIntervalMs, pauseMs) => {
          const config = resolveHealthCheckConfig({
            heartbeatIntervalMs: 1,
            heartbeatTimeoutMs,
            checkIntervalMs,
          });
          const liveness = new Liveness(config, 0);
          liveness.heard(0);
          expect(liveness.check(pauseMs)).toBe(false);
        },
      ),
    );
  });

  it('never declares a worker dead that beats in time and is checked in time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1_500 }), { maxLength: 60 }),
        fc.integer({ min: 0, max: 499 }),
        (pausesMs, offsetMs) => {
          const liveness = new Liveness(CONFIG, 0);
          let beatAtMs = 0;
          let checkAtMs = offsetMs;
          let declared = false;
          for (const pauseMs of pausesMs) {
            beatAtMs += pauseMs;
            for (; checkAtMs < beatAtMs; checkAtMs += 500) declared ||= liveness.check(checkAtMs);
            liveness.heard(beatAtMs);
          }
          expect(declared).toBe(false);
        },
      ),
    );
  });
});

describe('resolveHealthCheckConfig', () => {
  it('has defaults', () => {
    expect(resolveHealthCheckConfig()).toEqual(CONFIG);
  });

  it.each([
    [
      { heartbeatIntervalMs: 0 },
      'healthCheck.heartbeatIntervalMs is 0: expected milliseconds above 0',
    ],
    [
      { heartbeatTimeoutMs: -1 },
      'healthCheck.heartbeatTimeoutMs is -1: expected milliseconds above 0',
    ],
    [
      { checkIntervalMs: Number.NaN },
      'healthCheck.checkIntervalMs is NaN: expected milliseconds above 0',
    ],
    [
      { heartbeatIntervalMs: 500, heartbeatTimeoutMs: 500 },
      'healthCheck.heartbeatTimeoutMs is 500: expected more than heartbeatIntervalMs (500)',
    ],
  ])('refuses %o', (config, message) => {
    expect(() => resolveHealthCheckConfig(config)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message }),
    );
  });
});
