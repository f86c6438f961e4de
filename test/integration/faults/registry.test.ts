import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOutside, fixture, temporaryDirectory } from '../support/files.ts';
import { isAlive } from '../support/processes.ts';
import { RemoteHost } from '../support/remote-host.ts';
import { waitFor } from '../support/wait.ts';
import { aloneStrategy, lastOf, processesOn } from './support.ts';

type Options = ConstructorParameters<typeof RemoteHost>[0];

const OPTIONS: Options = {
  maxWorkers: 40,
  pool: { minSize: 1 },
  healthCheck: { heartbeatIntervalMs: 100, heartbeatTimeoutMs: 60_000 },
  deadlines: { connectMs: 60_000, readyMs: 60_000, commandMs: 60_000, adoptMs: 60_000 },
};

function hostOn(home: string, options: Options = {}): RemoteHost {
  return new RemoteHost({ home, ...OPTIONS, ...options });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const GOOD = `export default { name: 'good', symbols: ['BTC/USDT'] };`;

/** How a host ends before the next one starts. */
const ENDS = {
  stop: async (host: RemoteHost): Promise<void> => {
    await host.call('stop');
    await host.kill();
  },
  kill: (host: RemoteHost): Promise<void> => host.kill(),
} as const;

describe.each(['stop', 'kill'] as const)(
  'after a %s of its host, the next one on the home',
  (end) => {
    it('runs what ran, pauses what was paused, and leaves what was stopped and quarantined', async () => {
      const home = temporaryDirectory();
      const marker = join(temporaryDirectory(), 'marker');
      const first = hostOn(home);
      await first.call('start');
      for (const id of ['runs', 'stopped', 'paused']) {
        await first.call('startStrategy', fixture('remembers'), { params: { of: id } }, id);
      }
      const params = { marker };
      const bad = { params, restartPolicy: { initialDelayMs: 1 } };
      await first.call('startStrategy', fixture('fails-the-second-time'), bad, 'bad');
      await first.call('publish', 1, 5);
      for (const id of ['runs', 'stopped', 'paused']) {
        await first.statusWhen(id, ({ report }) => lastOf(report) === 5);
      }
      await first.call('pauseWorker', 'paused');
      await first.call('stopWorker', 'stopped');
      writeFileSync(marker, '');
      process.kill((await first.status('bad')).pid ?? 0, 'SIGKILL');
      const before = await first.statusWhen('bad', ({ quarantine }) => quarantine !== null);
      const exits = await first.exits('bad');
      expect(exits.map(({ cause }) => cause)).toEqual(['signal', 'init-failed']);
      // What would now work is not tried: it takes a person.
      rmSync(marker);
      await ENDS[end](first);

      const second = hostOn(home);
      await second.call('start');
      expect(await second.status('runs')).toMatchObject({
        state: 'running',
        params: { of: 'runs' },
      });
      expect(await second.status('stopped')).toMatchObject({ state: 'stopped', pid: null });
      expect(await second.status('paused')).toMatchObject({ state: 'paused' });
      expect(await second.status('bad')).toMatchObject({
        state: 'error',
        pid: null,
        quarantine: before.quarantine,
        restartCount: before.restartCount,
        createdAt: before.createdAt,
      });
      expect(await second.exits('bad')).toEqual(exits);
      expect(await second.exits('stopped')).toMatchObject([{ cause: 'stopped', expected: true }]);
      await second.call('publish', 6, 7);
      const runs = await second.statusWhen('runs', ({ report }) => lastOf(report) === 7);
      expect(runs.report).toMatchObject({ runs: [[1, 7]], twice: 0, lost: 0 });
      await second.call('restartWorker', 'bad');
      expect(await second.status('bad')).toMatchObject({ state: 'running', quarantine: null });
      await second.call('stop');
      expect(processesOn(home)).toEqual([]);
    });

    it('quarantines a worker whose file is gone or broken, with the reason, and runs the others', async () => {
      const home = temporaryDirectory();
      const directory = filesOutside({
        'gone.mjs': GOOD,
        'syntax.mjs': GOOD,
        'throws.mjs': GOOD,
        'other.mjs': GOOD,
      });
      const first = hostOn(home);
      await first.call('start');
      for (const id of ['gone', 'syntax', 'throws', 'other']) {
        await first.call('startStrategy', join(directory, `${id}.mjs`), {}, id);
      }
      await ENDS[end](first);
      rmSync(join(directory, 'gone.mjs'));
      writeFileSync(join(directory, 'syntax.mjs'), 'export default {');
      writeFileSync(join(directory, 'throws.mjs'), `throw new Error('at the top');`);

      const second = hostOn(home);
      await second.call('start');
      expect(await second.call('getRunningWorkers')).toEqual(['other']);
      for (const [id, reason] of [
        ['gone', /there is no strategy file ".*gone\.mjs"/],
        ['syntax', /syntax\.mjs does not compile: syntax\.mjs:1:\d+/],
        ['throws', /at the top/],
      ] as const) {
        const { state, pid, quarantine } = await second.status(id);
        expect({ state, pid }).toEqual({ state: 'error', pid: null });
        expect(quarantine).toMatch(reason);
      }
      writeFileSync(join(directory, 'syntax.mjs'), GOOD);
      await second.call('restartWorker', 'syntax');
      expect((await second.status('syntax')).state).toBe('running');
      await second.call('stop');
    });

    it('knows nothing of a start that was rejected', async () => {
      const home = temporaryDirectory();
      const first = hostOn(home);
      await first.call('start');
      await expect(
        first.call('startStrategy', fixture('init-throws'), {}, 'rejected'),
      ).rejects.toThrow();
      expect(await first.call('getAllStatus')).toEqual([]);
      await ENDS[end](first);
      const second = hostOn(home);
      await second.call('start');
      expect(await second.call('getAllStatus')).toEqual([]);
      await second.call('stop');
    });

    it('has the worker of before after a start under its id that was rejected', async () => {
      const home = temporaryDirectory();
      const first = hostOn(home);
      await first.call('start');
      await first.call('startStrategy', fixture('remembers'), {}, 'a');
      await first.call('publish', 1, 5);
      await first.statusWhen('a', ({ report }) => lastOf(report) === 5);
      await first.call('stopWorker', 'a');
      await expect(first.call('startStrategy', fixture('init-throws'), {}, 'a')).rejects.toThrow();
      expect(await first.status('a')).toMatchObject({ state: 'stopped' });
      await ENDS[end](first);
      const second = hostOn(home);
      await second.call('start');
      const strategyPath = fixture('remembers');
      expect(await second.status('a')).toMatchObject({ state: 'stopped', strategyPath });
      await second.call('restartWorker', 'a');
      await second.call('publish', 6, 6);
      const { report } = await second.statusWhen('a', (status) => lastOf(status.report) === 6);
      expect(report).toMatchObject({ runs: [[1, 6]], lost: 0 });
      await second.call('stop');
    });

    it('brings 30 workers back with their states', async () => {
      const home = temporaryDirectory();
      const ids = Array.from({ length: 30 }, (_, index) => `w${index}`);
      const first = hostOn(home);
      await first.call('start');
      for (const id of ids) await first.call('startStrategy', fixture('remembers'), {}, id);
      await first.call('publish', 1, 10);
      for (const id of ids) await first.statusWhen(id, ({ report }) => lastOf(report) === 10);
      await pause(1_000);
      await ENDS[end](first);
      const second = hostOn(home);
      await second.call('start');
      expect((await second.call<string[]>('getRunningWorkers')).toSorted()).toEqual(ids.toSorted());
      await second.call('publish', 11, 12);
      for (const id of ids) {
        const { report } = await second.statusWhen(id, (status) => lastOf(status.report) === 12);
        expect(report).toMatchObject({ runs: [[1, 12]], twice: 0, lost: 0 });
      }
      await second.call('stop');
      expect(processesOn(home)).toEqual([]);
    });
  },
);

describe.each([false, true])(
  'with survive: %s, a host that is killed again and again while it starts',
  (survive) => {
    it('never has a worker twice, and all come back in the end', async () => {
      const home = temporaryDirectory();
      const ids = ['a', 'b', 'c', 'd'];
      const { file, twice } = aloneStrategy();
      const first = hostOn(home, { survive });
      await first.call('start');
      for (const id of ids) await first.call('startStrategy', file, {}, id);
      await first.call('publish', 1, 3);
      for (const id of ids)
        await first.statusWhen(id, ({ report }) => String(report['bars']) === '1,2,3');
      await pause(500);
      await first.kill();
      for (let round = 0; round < 10; round += 1) {
        const host = hostOn(home, { survive });
        host.call('start').catch(() => undefined);
        // Over the whole of a start, which takes about a second and a half.
        await pause(round * 150 + Math.random() * 150);
        await host.kill();
      }
      const last = hostOn(home, { survive });
      await last.call('start');
      await waitFor('the end of what was there before', () => processesOn(home).every(isAlive));
      expect((await last.call<string[]>('getRunningWorkers')).toSorted()).toEqual(ids);
      await last.call('publish', 4, 4);
      for (const id of ids) {
        await last.statusWhen(id, ({ report }) => String(report['bars']) === '1,2,3,4');
      }
      await last.call('stop');
      expect(processesOn(home)).toEqual([]);
      expect(twice()).toBe('');
    });
  },
);

it('two hosts with a strategy of the same name are found by what looks for them here', async () => {
  const { file, twice } = aloneStrategy();
  for (const home of [temporaryDirectory(), temporaryDirectory()]) {
    const host = hostOn(home);
    await host.call('start');
    await host.call('startStrategy', file, {}, 'a');
  }
  await waitFor('the word of it', () => twice() !== '');
});
