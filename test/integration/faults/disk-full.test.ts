import { readdirSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bar } from '../support/bars.ts';
import { fixture } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { endAfterTest, RemoteHost } from '../support/remote-host.ts';
import { isAlive, workersOf } from '../support/processes.ts';
import { waitFor } from '../support/wait.ts';
import { lastOf, noMounts, SmallDisk } from './support.ts';

const SOON = { initialDelayMs: 1, jitter: 0, maxRestarts: 100 };
type Manager = Awaited<ReturnType<typeof startManager>>;

async function managerOn(home: string): Promise<Manager> {
  const manager = await startManager({ home, pool: { minSize: 1 } });
  onTestFinished(() => manager.stop());
  return manager;
}

async function publish(manager: Manager, from: number, to: number): Promise<void> {
  for (let close = from; close <= to; close += 1) await manager.broker.publishBatch([bar(close)]);
}

const saw = (manager: Manager, last: number, workerId = 'a'): Promise<unknown> =>
  statusOf(manager, workerId, ({ report }) => lastOf(report) === last);

const notSaved = (manager: Manager): Promise<string> =>
  waitFor('the line that says so', () =>
    manager.told.messages('a').find((text) => text.includes('the state was not saved')),
  );

describe.skipIf(noMounts !== undefined)('a disk that is full', () => {
  it('costs the strategy nothing but its saves, and its log says so', async () => {
    const disk = new SmallDisk();
    const manager = await managerOn(disk.home);
    await manager.startStrategy(fixture('remembers'), {}, 'a');
    const { pid } = manager.getWorkerStatus('a');
    disk.fill();
    await publish(manager, 1, 50);
    await saw(manager, 50);
    expect(await notSaved(manager)).toContain('the disk is full');
    await publish(manager, 51, 60);
    await saw(manager, 60);
    expect(manager.getWorkerStatus('a')).toMatchObject({
      pid,
      state: 'running',
      restartCount: 0,
      report: { runs: [[1, 60]], lost: 0 },
      counters: { errorCount: 0 },
    });
  });

  it('keeps a strategy from being started, and leaves nothing of it behind', async () => {
    const disk = new SmallDisk();
    const manager = await managerOn(disk.home);
    // Compiled before: that is not what there is no room for.
    await manager.startStrategy(fixture('remembers'), {}, 'a');
    disk.fill();
    await expect(manager.startStrategy(fixture('remembers'), {}, 'b')).rejects.toMatchObject({
      code: 'DATABASE_UNUSABLE',
      message: expect.stringContaining('the disk is full') as string,
    });
    expect(manager.getAllStatus().map(({ workerId }) => workerId)).toEqual(['a']);
    expect(manager.broker.getSubscribers('BTC/USDT', 'kline')).toEqual(['a']);
    const { pid } = manager.getWorkerStatus('a');
    // The pool may have an idle one.
    await waitFor('its end', () => manager.getStats().pool.busy === 1);
    disk.makeRoom();
    await manager.startStrategy(fixture('remembers'), {}, 'b');
    expect(manager.getWorkerStatus('b').state).toBe('running');
    expect(manager.getWorkerStatus('a')).toMatchObject({ pid, state: 'running' });
  });

  it('fails a strategy that is to be compiled with a code, and leaves nothing of it behind', async () => {
    const disk = new SmallDisk();
    const manager = await managerOn(disk.home);
    disk.fill();
    await expect(manager.startStrategy(fixture('remembers'), {}, 'b')).rejects.toMatchObject({
      code: expect.stringMatching(/^(DATABASE|DIRECTORY)_UNUSABLE$/) as string,
      message: expect.stringMatching(/disk is full|no space left/i) as string,
    });
    expect(manager.getAllStatus()).toEqual([]);
    disk.makeRoom();
    await manager.startStrategy(fixture('remembers'), {}, 'b');
    expect(manager.getWorkerStatus('b').state).toBe('running');
  });

  it('fails a restart that is asked for; with room again it works', async () => {
    const disk = new SmallDisk();
    const manager = await managerOn(disk.home);
    await manager.startStrategy(fixture('remembers'), {}, 'a');
    await publish(manager, 1, 10);
    await saw(manager, 10);
    disk.fill();
    await expect(manager.restartWorker('a')).rejects.toMatchObject({
      code: 'DATABASE_UNUSABLE',
      message: expect.stringContaining('the disk is full') as string,
    });
    disk.makeRoom();
    await manager.restartWorker('a');
    await publish(manager, 11, 12);
    await saw(manager, 12);
    expect(manager.getWorkerStatus('a').state).toBe('running');
  });

  it('does not keep a strategy that was killed from coming back once there is room', async () => {
    const disk = new SmallDisk();
    const manager = await managerOn(disk.home);
    const restartPolicy = { initialDelayMs: 100, maxDelayMs: 500, maxRestarts: 1_000 };
    await manager.startStrategy(fixture('remembers'), { restartPolicy }, 'a');
    await publish(manager, 1, 10);
    await saw(manager, 10);
    await new Promise((resolve) => setTimeout(resolve, 200));
    disk.fill();
    process.kill(manager.getWorkerStatus('a').pid ?? 0, 'SIGKILL');
    await manager.told.exit('a');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    disk.makeRoom();
    await statusOf(manager, 'a', ({ state }) => state === 'running');
    await publish(manager, 11, 12);
    await saw(manager, 12);
    expect(manager.getWorkerStatus('a').report).toMatchObject({ runs: [[1, 12]], lost: 0 });
  });

  it('loses nothing of what was saved after there was room again', async () => {
    const disk = new SmallDisk();
    const manager = await managerOn(disk.home);
    await manager.startStrategy(fixture('remembers'), { restartPolicy: SOON }, 'a');
    disk.fill();
    await publish(manager, 1, 20);
    await saw(manager, 20);
    await notSaved(manager);
    disk.makeRoom();
    // A sync save is the proof: the stop of another worker would be none of this one's.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    process.kill(manager.getWorkerStatus('a').pid ?? 0, 'SIGKILL');
    await manager.told.exit('a');
    await publish(manager, 21, 30);
    await statusOf(
      manager,
      'a',
      ({ restartCount, state }) => restartCount === 1 && state === 'running',
    );
    await saw(manager, 30);
    const { report } = manager.getWorkerStatus('a');
    expect(report).toMatchObject({ runs: [[1, 30]], twice: 0, lost: 0 });
    expect((report['told'] as string[])[0]).toContain('[[1,20]]');
  });

  it('costs log lines, which are counted, and no strategy anything', async () => {
    const disk = new SmallDisk();
    const manager = await managerOn(disk.home);
    await manager.startStrategy(fixture('logs-bars'), {}, 'a');
    const { pid } = manager.getWorkerStatus('a');
    disk.fill();
    // Its last page on the disk may still have room for some.
    let bars = 0;
    await waitFor('lines that were lost', () => {
      bars += 1;
      void publish(manager, bars, bars);
      return manager.getWorkerStatus('a').counters.logWritesFailed > 0;
    });
    const { counters, ...status } = await statusOf(
      manager,
      'a',
      (now) => now.counters.messagesProcessed >= bars,
    );
    expect(status).toMatchObject({ pid, state: 'running', restartCount: 0 });
    expect(counters.errorCount).toBe(0);
  });

  it('is no reason for a host to end, nor for its workers, and a stop works', async () => {
    const disk = new SmallDisk();
    const manager = await managerOn(disk.home);
    await manager.startStrategy(fixture('remembers'), {}, 'a');
    disk.fill();
    await publish(manager, 1, 5);
    await saw(manager, 5);
    const { pid } = manager.getWorkerStatus('a');
    await manager.stop();
    expect(isAlive(pid ?? 0)).toBe(false);
    disk.makeRoom();
    await manager.start();
    expect(manager.getWorkerStatus('a').state).toBe('running');
  });

  it('keeps a host from being started with a code, without a process; with room it starts with the states', async () => {
    const disk = new SmallDisk();
    const first = new RemoteHost({ home: disk.home, pool: { minSize: 1 } });
    await first.call('start');
    await first.call('startStrategy', fixture('remembers'), {}, 'a');
    await first.call('publish', 1, 10);
    const { pid } = await first.statusWhen('a', ({ report }) => lastOf(report) === 10);
    endAfterTest(pid);
    await first.call('stop');
    disk.fill();
    const second = new RemoteHost({ home: disk.home, pool: { minSize: 1 } });
    await expect(second.call('start')).rejects.toThrow(/disk is full|no space left/i);
    expect(workersOf(second.pid)).toEqual([]);
    disk.makeRoom();
    await second.call('start');
    await second.call('publish', 11, 12);
    const { report } = await second.statusWhen('a', (status) => lastOf(status.report) === 12);
    expect(report).toMatchObject({ runs: [[1, 12]], lost: 0 });
    expect(readdirSync(disk.home)).toContain('quantcell.db');
  });
});

it.runIf(noMounts !== undefined)(`is not tested: ${noMounts}`, ({ skip }) => skip());
