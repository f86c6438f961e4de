import { describe, expect, it, onTestFinished } from 'vitest';
import { fixture } from '../support/files.ts';
import { startManager } from '../support/managers.ts';
import { isAlive, workersOf } from '../support/processes.ts';

describe('kill', () => {
  it('ends every process at once, and the manager can be started again', async () => {
    const manager = await startManager({ maxWorkers: 2, pool: { minSize: 1 } });
    onTestFinished(() => manager.stop());
    const workerId = await manager.startStrategy(fixture('ignores-stop'));
    const pids = workersOf();
    expect(pids.length).toBeGreaterThan(1);
    // Far sooner than the minute that the strategy has to stop.
    await manager.kill();
    expect(pids.filter((pid) => isAlive(pid))).toEqual([]);
    expect(manager.getWorkerStatus(workerId).pid).toBe(null);
    await manager.start();
    await manager.startStrategy(fixture('counts-bars'));
    expect(manager.runningCount).toBe(1);
  });

  it('cuts a stop short that is under way', async () => {
    const manager = await startManager({ maxWorkers: 1 });
    onTestFinished(() => manager.stop());
    await manager.startStrategy(fixture('stop-never-resolves'));
    const stopped = manager.stop();
    await manager.kill();
    await stopped;
    expect(workersOf()).toEqual([]);
  });

  it('does nothing to a manager that was not started', async () => {
    const manager = await startManager({ maxWorkers: 1 });
    await manager.stop();
    await manager.kill();
    expect(workersOf()).toEqual([]);
  });
});
