import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { filesOutside, fixture, temporaryDirectory } from '../support/files.ts';
import { isAlive } from '../support/processes.ts';
import { endAfterTest, RemoteHost } from '../support/remote-host.ts';
import { rejection, waitFor } from '../support/wait.ts';

const LENIENT = {
  pool: { minSize: 1 },
  healthCheck: { heartbeatIntervalMs: 50, heartbeatTimeoutMs: 60_000 },
  deadlines: { adoptMs: 30_000, commandMs: 30_000, readyMs: 30_000 },
} as const;

type Options = ConstructorParameters<typeof RemoteHost>[0];

async function hostOn(home: string, options: Options = {}): Promise<RemoteHost> {
  const host = new RemoteHost({ home, survive: true, ...LENIENT, ...options });
  await host.call('start');
  return host;
}

/** Runs the strategy that remembers the bars 1 to 20, and the pid of its process. */
async function withRemembering(host: RemoteHost, config: object = {}): Promise<number> {
  await host.call('startStrategy', fixture('remembers'), config, 'a');
  await host.call('publish', 1, 20);
  const { pid } = await host.statusWhen('a', ({ report }) => lastOf(report) === 20);
  endAfterTest(pid);
  return pid ?? 0;
}

function lastOf(report: Readonly<Record<string, unknown>>): number | undefined {
  return ((report['runs'] ?? []) as [number, number][]).at(-1)?.[1];
}

describe.each(['shared-memory', 'zeromq'] as const)(
  'a worker that outlives its host, over %s',
  (marketTransport) => {
    it('is taken over by the next one as it is, and misses nothing', async () => {
      const home = temporaryDirectory();
      const first = await hostOn(home, { marketTransport });
      const pid = await withRemembering(first);
      await first.kill();
      expect(isAlive(pid)).toBe(true);
      const second = await hostOn(home, { marketTransport });
      expect(await second.status('a')).toMatchObject({
        pid,
        state: 'running',
        strategyName: 'remembers',
      });
      await second.call('publish', 21, 40);
      const { report, restartCount } = await second.statusWhen(
        'a',
        (status) => lastOf(status.report) === 40,
      );
      expect(report).toMatchObject({ runs: [[1, 40]], twice: 0, lost: 0 });
      expect(report['told']).toEqual(['start knowing [] after ']);
      expect(restartCount).toBe(0);
      await second.call('stop');
      expect(isAlive(pid)).toBe(false);
    });

    it('is taken over again and again', async () => {
      const home = temporaryDirectory();
      let host = await hostOn(home, { marketTransport });
      const pid = await withRemembering(host);
      for (let round = 1; round <= 4; round += 1) {
        await host.kill();
        host = await hostOn(home, { marketTransport });
        await host.call('publish', 20 + round, 20 + round);
        await host.statusWhen('a', ({ report }) => lastOf(report) === 20 + round);
      }
      expect(await host.status('a')).toMatchObject({
        pid,
        report: { runs: [[1, 24]], twice: 0, lost: 0 },
      });
    });
  },
);

describe('a worker that outlives its host', () => {
  it('stays paused, and can be resumed by the next one', async () => {
    const home = temporaryDirectory();
    const first = await hostOn(home);
    const pid = await withRemembering(first);
    await first.call('pauseWorker', 'a');
    await first.kill();
    const second = await hostOn(home);
    expect(await second.status('a')).toMatchObject({ pid, state: 'paused' });
    await second.call('resumeWorker', 'a');
    await second.call('publish', 21, 22);
    await second.statusWhen('a', ({ report }) => lastOf(report) === 22);
  });

  it('is restarted with its state if it is killed after it was taken over', async () => {
    const home = temporaryDirectory();
    const first = await hostOn(home);
    const pid = await withRemembering(first, { restartPolicy: { initialDelayMs: 1 } });
    await first.kill();
    const second = await hostOn(home);
    await second.call('publish', 21, 30);
    await second.statusWhen('a', ({ report }) => lastOf(report) === 30);
    process.kill(pid, 'SIGKILL');
    const { report } = await second.statusWhen(
      'a',
      (status) => status.restartCount === 1 && status.state === 'running',
    );
    expect(report).toMatchObject({ runs: [[1, 30]], twice: 0, lost: 0 });
    expect(await second.exits('a')).toMatchObject([{ cause: 'vanished' }]);
  });

  it('is restarted with its state if it is killed while there is no host', async () => {
    const home = temporaryDirectory();
    const first = await hostOn(home);
    const pid = await withRemembering(first);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await first.kill();
    process.kill(pid, 'SIGKILL');
    await waitFor('its end', () => !isAlive(pid));
    const second = await hostOn(home);
    expect(await second.status('a')).toMatchObject({ state: 'running', restartCount: 1 });
    await second.call('publish', 21, 22);
    const { report } = await second.statusWhen('a', (status) => lastOf(status.report) === 22);
    expect(report).toMatchObject({ runs: [[1, 22]], twice: 0 });
  });

  it('runs onStop and ends if no host comes, and leaves its state for a later one', async () => {
    const home = temporaryDirectory();
    const first = await hostOn(home, { orphanGraceMs: 300 });
    const pid = await withRemembering(first);
    await first.kill();
    await waitFor('its end', () => !isAlive(pid));
    const second = await hostOn(home);
    expect((await second.exits('a'))[0]).toMatchObject({
      cause: 'orphaned',
      reason: 'no host came within 300 ms',
    });
    await second.call('publish', 21, 22);
    const { report } = await second.statusWhen('a', (status) => lastOf(status.report) === 22);
    expect(report).toMatchObject({ runs: [[1, 22]], twice: 0, lost: 0 });
    expect(readdirSync(join(home, 'left-states'))).toEqual([]);
  });

  it('that is stuck is ended by the next host and restarted', async () => {
    const home = temporaryDirectory();
    const file = join(
      filesOutside({
        's.mjs': `import { existsSync, writeFileSync } from 'node:fs';
          export default { name: 'loops once', symbols: ['BTC/USDT'], 
            onBar(ctx) {
              if (existsSync(ctx.params.flag)) return;
              writeFileSync(ctx.params.flag, 'looped');
              for (;;);
            } };`,
      }),
      's.mjs',
    );
    const flag = join(temporaryDirectory(), 'flag');
    const first = await hostOn(home);
    await first.call('startStrategy', file, { params: { flag } }, 'a');
    const { pid } = await first.status('a');
    endAfterTest(pid);
    await first.call('publish', 1, 1);
    await waitFor('the loop', () => existsSync(flag));
    await first.kill();
    const second = await hostOn(home, { deadlines: { ...LENIENT.deadlines, adoptMs: 500 } });
    const status = await second.status('a');
    expect(status.pid).not.toBe(pid);
    expect(status.state).toBe('running');
    expect(isAlive(pid ?? 0)).toBe(false);
  });

  it('that is stuck before it runs is ended by the kernel', { timeout: 180_000 }, async () => {
    // No event loop turns, and no processor is used up.
    const file = join(
      filesOutside({
        's.mjs': `import { writeFileSync } from 'node:fs';
          export default { name: 'never ready', symbols: ['BTC/USDT'],
            onInit(ctx) {
              writeFileSync(ctx.params.pidFile, String(process.pid));
              for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
            } };`,
      }),
      's.mjs',
    );
    const pidFile = join(temporaryDirectory(), 'pid');
    const host = await hostOn(temporaryDirectory(), { orphanGraceMs: 300 });
    const started = rejection(host.call('startStrategy', file, { params: { pidFile } }, 'a'));
    const pid = Number(
      await waitFor('its pid', () => existsSync(pidFile) && readFileSync(pidFile, 'utf8')),
    );
    endAfterTest(pid);
    await host.kill();
    await started;
    // Half a minute after it was told what to run. There is no host that would end it.
    while (isAlive(pid)) await delay(500);
  });

  it('that saved its state to a file meanwhile has the next host save all of it', async () => {
    const home = temporaryDirectory();
    const file = join(
      filesOutside({
        's.mjs': `export default { name: 'slow', symbols: ['BTC/USDT'], state: { seen: [] },
            async onBar(ctx, bar) {
              if (ctx.params.slow) await new Promise((done) => setTimeout(done, 200));
              ctx.state.seen.push(bar.close);
              ctx.report({ seen: ctx.state.seen });
            } };`,
      }),
      's.mjs',
    );
    const first = await hostOn(home);
    const config = { params: { slow: true }, restartPolicy: { initialDelayMs: 1 } };
    await first.call('startStrategy', file, config, 'a');
    const { pid } = await first.status('a');
    endAfterTest(pid);
    await first.call('publish', 1, 10);
    await first.statusWhen('a', ({ report }) => report['seen'] !== undefined);
    await first.kill();
    // It goes on with what was published, while the next host waits for it.
    const second = await hostOn(home);
    const all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const isAll = (report: Readonly<Record<string, unknown>>): boolean =>
      JSON.stringify(report['seen']) === JSON.stringify(all);
    await second.statusWhen('a', ({ report }) => isAll(report));
    await new Promise((resolve) => setTimeout(resolve, 200));
    process.kill(pid ?? 0, 'SIGKILL');
    await second.statusWhen(
      'a',
      (status) => status.restartCount === 1 && status.state === 'running',
    );
    await second.call('publish', 11, 11);
    const { report } = await second.statusWhen('a', (status) =>
      ((status.report['seen'] ?? []) as number[]).includes(11),
    );
    expect(report['seen']).toEqual([...all, 11]);
    expect(readdirSync(join(home, 'left-states'))).toEqual([]);
  });

  it('that is idle in the pool ends with its host', async () => {
    const home = temporaryDirectory();
    const host = await hostOn(home);
    const { pid } = host;
    await host.kill();
    await waitFor('the end of its processes', () => processesOn(home) === 0);
    expect(isAlive(pid)).toBe(false);
  });

  it('is refused by nobody else: two hosts are never on one home', async () => {
    const home = temporaryDirectory();
    await hostOn(home);
    await expect(hostOn(home)).rejects.toThrow(/is in use by process \d+/);
  });
});

describe('a worker of a host without survive', () => {
  it('ends with it, and is restored with its state by the next one', async () => {
    const home = temporaryDirectory();
    const first = await hostOn(home, { survive: false });
    const pid = await withRemembering(first);
    // The last bars are in no saved state: they come from the memory that the killed host shared.
    await first.kill();
    await waitFor('its end', () => !isAlive(pid));
    const second = await hostOn(home, { survive: false });
    await second.call('publish', 21, 22);
    const { report } = await second.statusWhen('a', (status) => lastOf(status.report) === 22);
    expect(report).toMatchObject({ runs: [[1, 22]], twice: 0, lost: 0 });
  });

  it('has its history from before, also in a new worker', async () => {
    const home = temporaryDirectory();
    const first = await hostOn(home, { survive: false });
    await withRemembering(first);
    await first.kill();
    const second = await hostOn(home, { survive: false });
    await second.call('startStrategy', fixture('remembers'), { warmup: 5 }, 'b');
    const { report } = await second.status('b');
    expect(report['told']).toEqual(['start knowing [] after 16 17 18 19 20']);
  });
});

/** Processes that have a file of the home open as their output. */
function processesOn(home: string): number {
  return readdirSync('/proc').filter(
    (name) =>
      /^\d+$/.test(name) && existsSync(`/proc/${name}/fd/1`) && outputOf(name).startsWith(home),
  ).length;
}

function outputOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/1`);
  } catch {
    return '';
  }
}
