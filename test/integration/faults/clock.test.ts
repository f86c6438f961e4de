import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { WorkerManagerOptions } from '../../../src/host/worker-manager-options.ts';
import { bar } from '../support/bars.ts';
import { filesOutside, fixture } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { waitFor } from '../support/wait.ts';

const HOUR_MS = 3_600_000;
const STEPS = [
  ['forward', HOUR_MS],
  ['back', -HOUR_MS],
] as const;

/** Short enough to be waited for, long enough for a busy machine. */
const HEALTH = { heartbeatIntervalMs: 50, heartbeatTimeoutMs: 2_000, checkIntervalMs: 100 };

type Manager = Awaited<ReturnType<typeof startManager>>;

async function managerWith(options: WorkerManagerOptions = {}): Promise<Manager> {
  const manager = await startManager({ pool: { minSize: 1 }, healthCheck: HEALTH, ...options });
  onTestFinished(() => manager.stop());
  return manager;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Sets the wall clock of this process, which is the host. */
function stepHostClock(stepMs: number): void {
  const { now } = Date;
  vi.spyOn(Date, 'now').mockImplementation(() => now.call(Date) + stepMs);
}

afterEach(() => {
  vi.restoreAllMocks();
});

/**
 * A strategy that sets the wall clock of its process on a bar, to its close in minutes from the real one;
 * it counts the ticks of a timer, and those since the clock was set.
 */
function steppedStrategy(onStart = ''): string {
  const directory = filesOutside({
    's.mjs': `const real = Date.now.bind(Date);
      let shiftMs = 0;
      Date.now = () => real() + shiftMs;
      let ticks = 0;
      let since = 0;
      const fired = [];
      export default {
        name: 'stepped', symbols: ['BTC/USDT'], state: { bars: [] },
        onStart(ctx) { ctx.schedule.every('tick', 50); ${onStart} ctx.report({ bars: ctx.state.bars }); },
        onBar(ctx, bar) {
          shiftMs = bar.close * 60_000;
          since = 0;
          ctx.state.bars.push(bar.close);
          ctx.report({ bars: ctx.state.bars, since });
        },
        onTimer(ctx, timer) {
          if (timer.name === 'tick') { ticks += 1; since += 1; } else fired.push(timer.name);
          ctx.report({ bars: ctx.state.bars, ticks, since, fired, lateMs: Math.abs(ctx.clock.now() - timer.timestamp) });
        },
      };`,
  });
  return `${directory}/s.mjs`;
}

describe.each(STEPS)('the wall clock of a worker that steps %s by an hour', (_name, stepMs) => {
  it('leaves its heartbeats, its timers and its saves as they were', async () => {
    const manager = await managerWith({ restartPolicy: { initialDelayMs: 1 } });
    await manager.startStrategy(steppedStrategy(), {}, 'a');
    const { pid } = await statusOf(manager, 'a', ({ report }) => Number(report['ticks']) > 3);
    await manager.broker.publishBatch([bar(stepMs / 60_000)]);
    // Longer than the timeout of a heartbeat, as the timer itself counts.
    const after = await statusOf(manager, 'a', ({ report }) => Number(report['since']) > 60);
    expect(after).toMatchObject({ pid, restartCount: 0, state: 'running' });
    process.kill(pid ?? 0, 'SIGKILL');
    await statusOf(
      manager,
      'a',
      ({ restartCount, state }) => restartCount === 1 && state === 'running',
    );
    const { report } = await statusOf(manager, 'a', (status) => 'ticks' in status.report);
    expect(report['bars']).toEqual([stepMs / 60_000]);
  });
});

describe('schedule.at', () => {
  it('fires once the wall clock is set past its time', async () => {
    const manager = await managerWith();
    const file = steppedStrategy(`ctx.schedule.at('close', ctx.clock.now() + ${HOUR_MS / 2});`);
    await manager.startStrategy(file, {}, 'a');
    await statusOf(manager, 'a', ({ report }) => Number(report['ticks']) > 3);
    await manager.broker.publishBatch([bar(60)]);
    await statusOf(manager, 'a', ({ report }) => String(report['fired']) === 'close');
  });

  it('waits for the wall clock that was set back, and fires when that is there', async () => {
    const manager = await managerWith();
    const file = steppedStrategy(`ctx.schedule.at('close', ctx.clock.now() + ${HOUR_MS / 2});`);
    await manager.startStrategy(file, {}, 'a');
    await manager.broker.publishBatch([bar(-60)]);
    const { report } = await statusOf(
      manager,
      'a',
      (status) => Number(status.report['since']) > 40,
    );
    expect(report['fired']).toEqual([]);
    await manager.broker.publishBatch([bar(31)]);
    await statusOf(manager, 'a', (status) => String(status.report['fired']) === 'close');
  });
});

describe.each(STEPS)('the wall clock of the host that steps %s by an hour', (_name, stepMs) => {
  it('has nobody declared dead', async () => {
    const manager = await managerWith();
    await manager.startStrategy(fixture('remembers'), {}, 'a');
    const { pid } = manager.getWorkerStatus('a');
    stepHostClock(stepMs);
    await pause(3 * HEALTH.heartbeatTimeoutMs);
    await manager.broker.publishBatch([bar(1)]);
    await statusOf(manager, 'a', ({ report }) => JSON.stringify(report['runs']) === '[[1,1]]');
    expect(manager.getWorkerStatus('a')).toMatchObject({ pid, restartCount: 0 });
    expect(manager.supervisor.isHealthy('a')).toBe(true);
  });

  it('does not hide a worker that stands still, nor what it remembers', async () => {
    const manager = await managerWith({ restartPolicy: { initialDelayMs: 1 } });
    await manager.startStrategy(fixture('remembers'), {}, 'a');
    stepHostClock(stepMs);
    await manager.broker.publishBatch([bar(1)]);
    await manager.broker.publishBatch([bar(2)]);
    await statusOf(manager, 'a', ({ report }) => JSON.stringify(report['runs']) === '[[1,2]]');
    await pause(200);
    process.kill(manager.getWorkerStatus('a').pid ?? 0, 'SIGSTOP');
    const exit = await manager.told.exit('a');
    expect(exit).toMatchObject({ cause: 'stalled' });
    await statusOf(
      manager,
      'a',
      ({ restartCount, state }) => restartCount === 1 && state === 'running',
    );
    await manager.broker.publishBatch([bar(3)]);
    await statusOf(manager, 'a', ({ report }) => JSON.stringify(report['runs']) === '[[1,3]]');
  });

  it('leaves the restart budget and its delays as they were', async () => {
    const manager = await managerWith();
    const restartPolicy = {
      initialDelayMs: 100,
      factor: 2,
      jitter: 0,
      maxRestarts: 2,
      windowMs: 600_000,
    };
    await manager.startStrategy(fixture('remembers'), { restartPolicy }, 'a');
    const kill = (): unknown => process.kill(manager.getWorkerStatus('a').pid ?? 0, 'SIGKILL');
    const back = (times: number): Promise<unknown> =>
      statusOf(
        manager,
        'a',
        ({ restartCount, state }) => restartCount === times && state === 'running',
      );
    kill();
    await back(1);
    stepHostClock(stepMs);
    kill();
    await back(2);
    kill();
    await statusOf(manager, 'a', ({ quarantine }) => quarantine !== null);
    const triggers = manager.told.moves.map(({ move }) => move.trigger).join('\n');
    expect(triggers).toContain('restart 1 in 100 ms');
    expect(triggers).toContain('restart 2 in 200 ms');
    expect(manager.getWorkerStatus('a').quarantine).toContain('2 restarts within 600000 ms');
  });

  it('gives the budget back after its window of real time', async () => {
    const manager = await managerWith();
    const restartPolicy = { initialDelayMs: 1, maxRestarts: 1, windowMs: 1_500 };
    await manager.startStrategy(fixture('remembers'), { restartPolicy }, 'a');
    const kill = (): unknown => process.kill(manager.getWorkerStatus('a').pid ?? 0, 'SIGKILL');
    kill();
    await statusOf(
      manager,
      'a',
      ({ restartCount, state }) => restartCount === 1 && state === 'running',
    );
    stepHostClock(stepMs);
    await waitFor('the end of the window', () => used(manager) === 0);
    kill();
    await statusOf(
      manager,
      'a',
      ({ restartCount, state }) => restartCount === 2 && state === 'running',
    );
  });
});

/** Restarts of worker `a` within the window. */
function used(manager: Manager): number | undefined {
  return manager.supervisor.getReport().find(({ workerId }) => workerId === 'a')?.restartsInWindow;
}
