import { describe, expect, it, onTestFinished } from 'vitest';
import { bar } from '../support/bars.ts';
import { filesOutside, fixture, temporaryDirectory } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { waitFor } from '../support/wait.ts';

const SOON = { initialDelayMs: 1, jitter: 0, maxRestarts: 100 };
type Manager = Awaited<ReturnType<typeof startManager>>;

async function managerWith(options: Parameters<typeof startManager>[0] = {}): Promise<Manager> {
  const manager = await startManager({ pool: { minSize: 1 }, ...options });
  onTestFinished(() => manager.stop());
  return manager;
}

/** Publishes bars numbered by their close. */
async function publish(manager: Manager, from: number, to: number): Promise<void> {
  for (let close = from; close <= to; close += 1) await manager.broker.publishBatch([bar(close)]);
}

const saw = (manager: Manager, last: number): Promise<unknown> =>
  statusOf(manager, 'a', ({ report }) => {
    const runs = (report['runs'] ?? []) as [number, number][];
    return runs.at(-1)?.[1] === last;
  });

/** Waits until what the strategy has seen so far is saved. */
const saved = (manager: Manager, last: number): Promise<unknown> =>
  saw(manager, last).then(() => new Promise((resolve) => setTimeout(resolve, 100)));

function kill(manager: Manager): void {
  process.kill(manager.getWorkerStatus('a').pid ?? 0, 'SIGKILL');
}

const afterRestart = (manager: Manager, restarts = 1): Promise<unknown> =>
  statusOf(
    manager,
    'a',
    ({ state, restartCount }) => state === 'running' && restartCount === restarts,
  );

describe.each(['shared-memory', 'zeromq'] as const)('state over %s', (marketTransport) => {
  it('survives SIGKILL; what came meanwhile is counted once', async () => {
    const manager = await managerWith({ marketTransport });
    await manager.startStrategy(fixture('remembers'), { warmup: 3, restartPolicy: SOON }, 'a');
    await publish(manager, 1, 20);
    await saved(manager, 20);
    kill(manager);
    await manager.told.exit('a');
    await publish(manager, 21, 30);
    await afterRestart(manager);
    await publish(manager, 31, 40);
    await saw(manager, 40);
    const { report } = manager.getWorkerStatus('a');
    expect(report).toMatchObject({ runs: [[1, 40]], twice: 0, lost: 0 });
    expect(report['told']).toEqual([
      'start knowing [[1,20]] after 18 19 20',
      expect.stringMatching(/^recovered by restart: \d+ caught up, 0 missed$/),
    ]);
  });

  it('is not older than what was published while it runs, over many kills', async () => {
    const manager = await managerWith({ marketTransport });
    await manager.startStrategy(fixture('remembers'), { restartPolicy: SOON }, 'a');
    let last = 0;
    for (let round = 1; round <= 8; round += 1) {
      await publish(manager, last + 1, last + 25);
      last += 25;
      await saw(manager, last);
      kill(manager);
      await publish(manager, last + 1, last + 5);
      last += 5;
      await afterRestart(manager, round);
    }
    await saw(manager, last);
    const { report } = manager.getWorkerStatus('a');
    expect(report).toMatchObject({ runs: [[1, last]], twice: 0, lost: 0 });
  });

  it('tells of what is too long ago to be had', async () => {
    const manager = await managerWith({ marketTransport, historyLimit: 4 });
    await manager.startStrategy(fixture('remembers'), { restartPolicy: SOON }, 'a');
    await publish(manager, 1, 10);
    await saved(manager, 10);
    kill(manager);
    await manager.told.exit('a');
    await publish(manager, 11, 20);
    await afterRestart(manager);
    await saw(manager, 20);
    const { report } = manager.getWorkerStatus('a');
    const lost = report['lost'] as number;
    expect(report['runs']).toEqual([
      [1, 10],
      [11 + lost, 20],
    ]);
  });
});

describe('state', () => {
  it('is on the disk before the next event with sync', async () => {
    const manager = await managerWith();
    const config = { keepState: { sync: true }, restartPolicy: SOON };
    await manager.startStrategy(fixture('remembers'), config, 'a');
    await publish(manager, 1, 50);
    await saw(manager, 50);
    kill(manager);
    await afterRestart(manager);
    const { report } = manager.getWorkerStatus('a');
    expect(report).toMatchObject({ runs: [[1, 50]], twice: 0, lost: 0 });
  });

  it('is kept over an orderly stop and a new start of the manager, with the home', async () => {
    const home = temporaryDirectory();
    const first = await managerWith({ home });
    await first.startStrategy(fixture('remembers'), {}, 'a');
    await publish(first, 1, 10);
    await saw(first, 10);
    await first.stop();
    const second = await managerWith({ home });
    expect(second.getWorkerStatus('a').state).toBe('running');
    await publish(second, 11, 20);
    await saw(second, 20);
    expect(second.getWorkerStatus('a').report).toMatchObject({ runs: [[1, 20]], lost: 0 });
  });

  it('is kept for a worker that is started again under its id, not for another strategy', async () => {
    const manager = await managerWith();
    await manager.startStrategy(fixture('remembers'), {}, 'a');
    await publish(manager, 1, 10);
    await saw(manager, 10);
    await manager.stopWorker('a');
    await manager.startStrategy(fixture('remembers'), {}, 'a');
    await publish(manager, 11, 12);
    await saw(manager, 12);
    expect(manager.getWorkerStatus('a').report).toMatchObject({ runs: [[1, 12]] });
    await manager.stopWorker('a');
    await manager.startStrategy(fixture('tells-all'), {}, 'a');
    await manager.stopWorker('a');
    await manager.startStrategy(fixture('remembers'), {}, 'a');
    await publish(manager, 13, 13);
    await saw(manager, 13);
    const { runs } = manager.getWorkerStatus('a').report as { runs: [number, number][] };
    expect(runs.at(-1)?.[1]).toBe(13);
    expect(runs[0]?.[0]).toBeGreaterThan(1);
  });

  it('is forgotten with keepState: false', async () => {
    const manager = await managerWith();
    const config = { keepState: false, restartPolicy: SOON };
    await manager.startStrategy(fixture('remembers'), config, 'a');
    await publish(manager, 1, 10);
    await saved(manager, 10);
    kill(manager);
    await afterRestart(manager);
    await publish(manager, 11, 11);
    const { report } = (await saw(manager, 11)) as { report: Record<string, unknown> };
    expect((report['runs'] as [number, number][])[0]?.[0]).toBeGreaterThan(1);
  });

  it('goes on paused if it was paused', async () => {
    const manager = await managerWith();
    await manager.startStrategy(fixture('remembers'), { restartPolicy: SOON }, 'a');
    await publish(manager, 1, 5);
    await saved(manager, 5);
    await manager.pauseWorker('a');
    kill(manager);
    await manager.told.exit('a');
    await statusOf(
      manager,
      'a',
      ({ state, restartCount }) => restartCount === 1 && state === 'paused',
    );
    await publish(manager, 6, 9);
    // What it is told and what it is shown come by different ways.
    await statusOf(manager, 'a', ({ counters }) => counters.messagesSkipped === 4);
    await manager.resumeWorker('a');
    await publish(manager, 10, 12);
    await saw(manager, 12);
    const { report } = manager.getWorkerStatus('a');
    expect(report['runs']).toEqual([
      [1, 5],
      [10, 12],
    ]);
  });

  it('that is too large is not saved, and the log says so', async () => {
    const directory = filesOutside({
      's.mjs': `export default { name: 'grows', symbols: ['BTC/USDT'], state: { list: [] },
        onBar(ctx, bar) { ctx.state.list.push('x'.repeat(bar.close)); ctx.report({ n: ctx.state.list.length }); } };`,
    });
    const manager = await managerWith();
    const config = { keepState: { maxBytes: 1_000 }, restartPolicy: SOON };
    await manager.startStrategy(`${directory}/s.mjs`, config, 'a');
    await publish(manager, 10, 11);
    await statusOf(manager, 'a', ({ report }) => report['n'] === 2);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await publish(manager, 2_000, 2_000);
    const text = await waitFor('the log line', () =>
      manager.told.messages('a').find((message) => message.includes('keepState.maxBytes')),
    );
    expect(text).toMatch(/ctx\.state takes \d+ bytes, at most 1000 are kept/);
    kill(manager);
    await afterRestart(manager);
    await publish(manager, 12, 12);
    await statusOf(manager, 'a', ({ report }) => report['n'] === 4 || report['n'] === 3);
  });

  it('that is no plain data is named by its place in the log', async () => {
    const directory = filesOutside({
      's.mjs': `export default { name: 'odd', symbols: ['BTC/USDT'],
        onBar(ctx) { ctx.state.deep = { list: [1, () => 2] }; } };`,
    });
    const manager = await managerWith();
    await manager.startStrategy(`${directory}/s.mjs`, {}, 'a');
    await publish(manager, 1, 1);
    const text = await waitFor('the log line', () =>
      manager.told.messages('a').find((message) => message.includes('ctx.state.deep.list[1]')),
    );
    expect(text).toContain("can't be kept");
  });

  it('of an older version goes through onLoad; of a newer one it ends the start', async () => {
    const home = temporaryDirectory();
    const strategy = (version: number, onLoad = ''): string =>
      `export default { name: 'v', symbols: ['BTC/USDT'], stateVersion: ${version}, ${onLoad}
        onStart(ctx) { ctx.report({ state: { ...ctx.state } }); ctx.state.seen = ${version}; } };`;
    const directory = filesOutside({ 's.mjs': strategy(2) });
    const file = `${directory}/s.mjs`;
    const manager = await managerWith({ home });
    await manager.startStrategy(file, {}, 'a');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(file, strategy(3));
    await expect(manager.restartWorker('a')).rejects.toThrow(
      /saved with stateVersion 2, this file has 3 and no onLoad/,
    );
    writeFileSync(file, strategy(3, 'onLoad: (ctx, state, from) => ({ old: state, from }),'));
    await manager.restartWorker('a');
    expect(manager.getWorkerStatus('a').report['state']).toEqual({ old: { seen: 2 }, from: 2 });
    writeFileSync(file, strategy(1));
    await expect(manager.restartWorker('a')).rejects.toThrow(
      /saved with stateVersion 3, this file has 1: run the newer file/,
    );
    writeFileSync(file, strategy(3));
    await manager.restartWorker('a');
    expect(manager.getWorkerStatus('a').report['state']).toMatchObject({ seen: 3, from: 2 });
  });
});
