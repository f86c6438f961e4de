import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bar } from '../support/bars.ts';
import { filesOutside } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { isAlive, workersOf } from '../support/processes.ts';
import { waitFor } from '../support/wait.ts';

type Manager = Awaited<ReturnType<typeof startManager>>;

/** A strategy that remembers which bars it has seen; `version` and `more` differ. */
function strategy(version: number, more = ''): string {
  return `export default {
    name: 'version ${version}', symbols: ['BTC/USDT'], state: { runs: [], twice: 0, lost: 0 }, ${more}
    onBar(ctx, bar) {
      const run = ctx.state.runs.at(-1);
      if (run && bar.close <= run[1]) ctx.state.twice += 1;
      else if (run && bar.close === run[1] + 1) run[1] = bar.close;
      else ctx.state.runs.push([bar.close, bar.close]);
      ctx.report({ ...ctx.state, version: ${version} });
    },
    onGap(ctx, gap) { ctx.state.lost += gap.count; },
    onRecovered(ctx, event) { ctx.report({ recovered: event.cause }); },
    onStop(ctx) { ctx.log.info('stopping version ${version}'); },
  };`;
}

async function setUp(
  config: Parameters<Manager['startStrategy']>[1] = {},
  options: Parameters<typeof startManager>[0] = {},
): Promise<{ manager: Manager; file: string; pid: number }> {
  const file = join(filesOutside({ 's.mjs': strategy(1) }), 's.mjs');
  const manager = await startManager({ pool: { minSize: 1 }, ...options });
  onTestFinished(() => manager.stop());
  await manager.startStrategy(file, config, 'a');
  return { manager, file, pid: manager.getWorkerStatus('a').pid ?? 0 };
}

function publish(manager: Manager, from: number, to: number): void {
  for (let index = from; index <= to; index += 1) void manager.broker.publishBatch([bar(index)]);
}

const saw = (manager: Manager, last: number): Promise<unknown> =>
  statusOf(manager, 'a', ({ report }) => {
    const runs = (report['runs'] ?? []) as [number, number][];
    return runs.at(-1)?.[1] === last;
  });

describe.each(['shared-memory', 'zeromq'] as const)('reloadStrategy over %s', (marketTransport) => {
  it('puts a new version in the place of the old one without a gap, while data flows', async () => {
    const { manager, file, pid } = await setUp({}, { marketTransport });
    let last = 0;
    const timer = setInterval(() => {
      publish(manager, last + 1, last + 5);
      last += 5;
    }, 2);
    onTestFinished(() => clearInterval(timer));
    for (let version = 2; version <= 5; version += 1) {
      writeFileSync(file, strategy(version));
      await manager.reloadStrategy('a');
      await statusOf(manager, 'a', ({ report }) => report['version'] === version);
    }
    clearInterval(timer);
    await saw(manager, last);
    const status = manager.getWorkerStatus('a');
    expect(status).toMatchObject({ state: 'running', restartCount: 0, strategyName: 'version 5' });
    expect(status.report).toMatchObject({
      runs: [[1, last]],
      twice: 0,
      lost: 0,
      recovered: 'reload',
    });
    expect(isAlive(pid)).toBe(false);
    expect(manager.broker.getSubscribers('BTC/USDT', 'kline')).toEqual(['a']);
  });
});

describe('reloadStrategy', () => {
  it('does not run onStop: the strategy goes on', async () => {
    const { manager, file } = await setUp();
    writeFileSync(file, strategy(2));
    await manager.reloadStrategy('a');
    await manager.stopWorker('a');
    await waitFor('the last line', () => manager.told.messages('a').includes('stopping version 2'));
    expect(manager.told.messages('a')).not.toContain('stopping version 1');
  });

  it('keeps a paused worker paused', async () => {
    const { manager, file } = await setUp();
    publish(manager, 1, 3);
    await saw(manager, 3);
    await manager.pauseWorker('a');
    writeFileSync(file, strategy(2));
    await manager.reloadStrategy('a');
    expect(manager.getWorkerStatus('a').state).toBe('paused');
    await manager.resumeWorker('a');
    publish(manager, 4, 5);
    await saw(manager, 5);
    expect(manager.getWorkerStatus('a').report).toMatchObject({ runs: [[1, 5]], version: 2 });
  });

  it.each([
    ['does not compile', 'this is no JavaScript (', /does not compile/],
    ['throws at load', 'throw new Error("at load")', /at load/],
    ['throws in onInit', strategy(2, 'onInit() { throw new Error("in init"); },'), /in init/],
    ['throws in onStart', strategy(2, 'onStart() { throw new Error("in start"); },'), /in start/],
    ['has another stateVersion and no onLoad', strategy(2, 'stateVersion: 2,'), /no onLoad/],
    [
      'exits in onStart',
      strategy(2, 'onStart() { process.exit(3); },'),
      /ended while it was started/,
    ],
  ])('leaves the old version undisturbed if the new one %s', async (_what, text, reason) => {
    const { manager, file, pid } = await setUp();
    publish(manager, 1, 10);
    await saw(manager, 10);
    writeFileSync(file, text);
    await expect(manager.reloadStrategy('a')).rejects.toThrow(reason);
    publish(manager, 11, 20);
    await saw(manager, 20);
    const status = manager.getWorkerStatus('a');
    expect(status).toMatchObject({ pid, state: 'running', restartCount: 0, quarantine: null });
    expect(status.report).toMatchObject({ runs: [[1, 20]], twice: 0, lost: 0, version: 1 });
    await waitFor('the end of the other process', () => workersOf().length <= 3);
  });

  it('leaves the old version undisturbed if the new one is not ready in time', async () => {
    const { manager, file, pid } = await setUp({}, { deadlines: { readyMs: 1_000 } });
    writeFileSync(file, strategy(2, 'onStart: () => new Promise(() => {}),'));
    await expect(manager.reloadStrategy('a')).rejects.toMatchObject({ code: 'NEVER_READY' });
    publish(manager, 1, 5);
    await saw(manager, 5);
    expect(manager.getWorkerStatus('a')).toMatchObject({ pid, state: 'running' });
  });

  it('leaves the old version undisturbed if its state can not be handed over', async () => {
    const { manager, file, pid } = await setUp({ keepState: { maxBytes: 30 } });
    publish(manager, 1, 3);
    await saw(manager, 3);
    writeFileSync(file, strategy(2));
    await expect(manager.reloadStrategy('a')).rejects.toMatchObject({ code: 'STATE_NOT_SAVED' });
    expect(manager.getWorkerStatus('a')).toMatchObject({ pid, state: 'running' });
  });

  it('is refused for a worker that does not run', async () => {
    const { manager } = await setUp();
    await manager.stopWorker('a');
    await expect(manager.reloadStrategy('a')).rejects.toThrow(
      /worker "a" is stopped: only one that runs or is paused can be reloaded/,
    );
  });

  it('is given up for a stop that comes between', async () => {
    const { manager, file } = await setUp();
    writeFileSync(file, strategy(2, 'onStart: () => new Promise((r) => setTimeout(r, 300)),'));
    const reloading = manager.reloadStrategy('a').catch((error: Error) => error);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await manager.stopWorker('a');
    expect(await reloading).toBeInstanceOf(Error);
    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'stopped', pid: null });
    await waitFor('the end of the other process', () => workersOf().length <= 2);
  });

  it('survives a SIGKILL right after it, with the new version', async () => {
    const { manager, file } = await setUp({ restartPolicy: { initialDelayMs: 1 } });
    publish(manager, 1, 10);
    await saw(manager, 10);
    writeFileSync(file, strategy(2));
    await manager.reloadStrategy('a');
    process.kill(manager.getWorkerStatus('a').pid ?? 0, 'SIGKILL');
    await statusOf(
      manager,
      'a',
      ({ state, restartCount }) => restartCount === 1 && state === 'running',
    );
    publish(manager, 11, 12);
    await saw(manager, 12);
    expect(manager.getWorkerStatus('a').report).toMatchObject({ runs: [[1, 12]], version: 2 });
  });
});

describe('watch', () => {
  it('reloads when the file changes, and says why it does not', async () => {
    const { manager, file } = await setUp({ watch: true });
    writeFileSync(file, strategy(2));
    await statusOf(manager, 'a', ({ strategyName }) => strategyName === 'version 2');
    writeFileSync(file, 'broken (');
    await waitFor('the log line', () =>
      manager.told.messages('a').find((message) => message.includes('the version before goes on')),
    );
    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'running' });
    writeFileSync(file, strategy(3));
    await statusOf(manager, 'a', ({ strategyName }) => strategyName === 'version 3');
  });
});
