import { describe, expect, it } from 'vitest';
import {
  completeConfig,
  type ServiceConfigInput,
} from '../../../../src/system/config/config-schema.ts';
import { planReload, type ReloadPlan } from '../../../../src/system/config/reload-plan.ts';

function plan(
  before: ServiceConfigInput,
  after: ServiceConfigInput,
  known: readonly string[] = [],
): ReloadPlan {
  return planReload(completeConfig(before), completeConfig(after), new Set(known));
}

describe('planReload', () => {
  it('tells what holds at once from what waits for the next start', () => {
    const { config, atOnce, atNextStart } = plan(
      { risk: { all: { maxOpenOrders: 1 } } },
      {
        risk: { all: { maxOpenOrders: 2 } },
        log: { level: 'debug' },
        alerts: { minSeverity: 'info' },
        server: { port: 1 },
        trading: { paper: { cash: 1 } },
      },
    );
    expect(atOnce).toEqual(['risk.all.maxOpenOrders', 'alerts.minSeverity', 'log.level']);
    expect(atNextStart).toEqual(['server.port', 'trading.paper.cash']);
    expect(config.risk).toEqual({ all: { maxOpenOrders: 2 } });
    expect(config.log.level).toBe('debug');
    // Told again the next time: it is still not in force.
    expect(config.server.port).toBe(7411);
  });

  it('makes workers that the home does not know', () => {
    const run = [
      { id: 'new', strategy: 's' },
      { id: 'known', strategy: 's' },
      { id: 'off', strategy: 's', start: false },
    ];
    const { newWorkers, leftAlone } = plan({}, { workers: { run } }, ['known']);
    expect(newWorkers.map(({ id }) => id)).toEqual(['new', 'off']);
    expect(leftAlone).toEqual([]);
  });

  it('leaves workers alone that are gone or another, and says so', () => {
    const before = {
      workers: {
        run: [
          { id: 'a', strategy: 's' },
          { id: 'b', strategy: 's' },
        ],
      },
    };
    const after = { workers: { run: [{ id: 'b', strategy: 't' }] } };
    const { newWorkers, leftAlone, atOnce, atNextStart } = plan(before, after, ['a', 'b']);
    expect([newWorkers, atOnce, atNextStart]).toEqual([[], [], []]);
    expect(leftAlone).toEqual([
      expect.stringMatching(/^workers\.run\[a\] is no longer there: the worker goes on/),
      expect.stringMatching(/^workers\.run\[b\] is another one: the worker goes on/),
    ]);
  });
});
