import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/base/clock.ts';
import { RateGate } from '../../../src/base/rate-gate.ts';

describe('RateGate', () => {
  it('lets the first one through', () => {
    expect(new RateGate(1_000, new ManualClock()).pass()).toBe(0);
  });

  it('holds back what comes within the interval', () => {
    const clock = new ManualClock();
    const gate = new RateGate(1_000, clock);
    gate.pass();
    clock.advance(999);
    expect(gate.pass()).toBeUndefined();
  });

  it('opens again when the interval has passed', () => {
    const clock = new ManualClock();
    const gate = new RateGate(1_000, clock);
    gate.pass();
    clock.advance(1_000);
    expect(gate.pass()).toBe(0);
  });

  it('says how many it held back since the last one', () => {
    const clock = new ManualClock();
    const gate = new RateGate(1_000, clock);
    for (let attempt = 0; attempt < 4; attempt += 1) gate.pass();
    clock.advance(1_000);
    expect(gate.pass()).toBe(3);
  });

  it('counts anew after each one let through', () => {
    const clock = new ManualClock();
    const gate = new RateGate(1_000, clock);
    gate.pass();
    gate.pass();
    clock.advance(1_000);
    gate.pass();
    clock.advance(1_000);
    expect(gate.pass()).toBe(0);
  });

  it('loses count of nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { maxLength: 100 }), (pausesMs) => {
        const clock = new ManualClock();
        const gate = new RateGate(1_000, clock);
        let accounted = 0;
        for (const pauseMs of pausesMs) {
          clock.advance(pauseMs);
          const held = gate.pass();
          if (held !== undefined) accounted += held + 1;
        }
        clock.advance(1_000);
        accounted += (gate.pass() ?? Number.NaN) + 1;
        expect(accounted).toBe(pausesMs.length + 1);
      }),
    );
  });
});
