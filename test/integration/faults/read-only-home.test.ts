import { describe, expect, it, onTestFinished } from 'vitest';
import { bar } from '../support/bars.ts';
import { fixture } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { isAlive, workersOf } from '../support/processes.ts';
import { RemoteHost } from '../support/remote-host.ts';
import { waitFor } from '../support/wait.ts';
import {
  BreakableDisk,
  lastOf,
  noBrokenDisks,
  noMounts,
  processesOn,
  SmallDisk,
} from './support.ts';

type Manager = Awaited<ReturnType<typeof startManager>>;

async function managerOn(home: string): Promise<Manager> {
  const manager = await startManager({ home, pool: { minSize: 1 } });
  onTestFinished(() => manager.stop());
  return manager;
}

async function publish(manager: Manager, from: number, to: number): Promise<void> {
  for (let close = from; close <= to; close += 1) await manager.broker.publishBatch([bar(close)]);
}

const saw = (manager: Manager, last: number): Promise<unknown> =>
  statusOf(manager, 'a', ({ report }) => lastOf(report) === last);

/** A home in which `remembers` has seen the bars 1 to 10, and nobody is. */
async function usedHome(disk: SmallDisk): Promise<void> {
  const host = new RemoteHost({ home: disk.home, pool: { minSize: 1 } });
  await host.call('start');
  await host.call('startStrategy', fixture('remembers'), {}, 'a');
  await host.call('publish', 1, 10);
  await host.statusWhen('a', ({ report }) => lastOf(report) === 10);
  await host.call('stop');
  await host.kill();
}

describe.skipIf(noMounts !== undefined)('a home that can not be written', () => {
  it.each(['new', 'used'])(
    'keeps a host from being started on it, with a code: %s',
    async (kind) => {
      const disk = new SmallDisk();
      if (kind === 'used') await usedHome(disk);
      disk.remount('ro');
      const host = new RemoteHost({ home: disk.home, pool: { minSize: 1 } });
      await expect(host.call('start')).rejects.toThrow(/^can't (use|lock) ".*home/);
      // And again: nothing of the first attempt is in the way.
      const refused = { code: expect.stringMatching(/^(DIRECTORY|DATABASE)_UNUSABLE$/) as string };
      await expect(host.call('start')).rejects.toMatchObject(refused);
      expect(workersOf(host.pid)).toEqual([]);
      expect(processesOn(disk.home)).toEqual([]);
    },
  );

  it('is used with its states by the same host once it can be written', async () => {
    const disk = new SmallDisk();
    await usedHome(disk);
    disk.remount('ro');
    const host = new RemoteHost({ home: disk.home, pool: { minSize: 1 } });
    await expect(host.call('start')).rejects.toThrow(/can't/);
    disk.remount('rw');
    await host.call('start');
    await host.call('publish', 11, 12);
    const { report } = await host.statusWhen('a', (status) => lastOf(status.report) === 12);
    expect(report).toMatchObject({ runs: [[1, 12]], lost: 0 });
  });

  it('that a strategy is put into by a path through a file is refused as well', async () => {
    const manager = startManager({ home: `${fixture('remembers')}/home` });
    await expect(manager).rejects.toMatchObject({ code: 'DIRECTORY_UNUSABLE' });
  });
});

describe.skipIf(noBrokenDisks !== undefined)('a home that can not be written any more', () => {
  it('costs a strategy that runs nothing but its saves, and its log says so', async () => {
    const disk = new BreakableDisk();
    const manager = await managerOn(disk.home);
    await manager.startStrategy(fixture('remembers'), {}, 'a');
    const { pid } = manager.getWorkerStatus('a');
    disk.break();
    await publish(manager, 1, 50);
    await saw(manager, 50);
    await waitFor('the line that says so', () =>
      manager.told.messages('a').some((text) => text.includes('the state was not saved')),
    );
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

  it('keeps strategies from being started and restarted, with a code', async () => {
    const disk = new BreakableDisk();
    const manager = await managerOn(disk.home);
    await manager.startStrategy(fixture('remembers'), {}, 'a');
    disk.break();
    // What is in the way first: the file of a process's output, or the database.
    const code = expect.stringMatching(/^(DATABASE_UNUSABLE|PROCESS_START_FAILED)$/) as string;
    const refused = { code, message: expect.stringMatching(/read-?only|disk I\/O/i) as string };
    await expect(manager.startStrategy(fixture('remembers'), {}, 'b')).rejects.toMatchObject(
      refused,
    );
    expect(manager.getAllStatus().map(({ workerId }) => workerId)).toEqual(['a']);
    await expect(manager.startStrategy(fixture('tells-all'), {}, 'c')).rejects.toMatchObject({
      code: 'DIRECTORY_UNUSABLE',
    });
    await expect(manager.restartWorker('a')).rejects.toMatchObject(refused);
    expect(manager.getRunningWorkers()).toEqual([]);
  });

  it('does not keep a host from being stopped; repaired, it has what was saved before', async () => {
    const disk = new BreakableDisk();
    const first = new RemoteHost({ home: disk.home, pool: { minSize: 1 } });
    await first.call('start');
    await first.call('startStrategy', fixture('remembers'), { keepState: { sync: true } }, 'a');
    await first.call('publish', 1, 10);
    const { pid } = await first.statusWhen('a', ({ report }) => lastOf(report) === 10);
    await new Promise((resolve) => setTimeout(resolve, 500));
    disk.break();
    await first.call('stop');
    expect(isAlive(pid ?? 0)).toBe(false);
    expect(workersOf(first.pid)).toEqual([]);
    await first.kill();
    disk.repair();
    const second = new RemoteHost({ home: disk.home, pool: { minSize: 1 } });
    await second.call('start');
    const { report } = await second.statusWhen('a', ({ report: now }) => 'told' in now);
    expect((report['told'] as string[])[0]).toContain('[[1,10]]');
    await second.call('stop');
    await second.kill();
  });
});

it.runIf(noBrokenDisks !== undefined)(`is not tested: ${noBrokenDisks}`, ({ skip }) => skip());
