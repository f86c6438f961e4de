import { describe, expect, it } from 'vitest';
import { fixture, temporaryDirectory } from '../support/files.ts';
import { isAlive } from '../support/processes.ts';
import { endAfterTest, RemoteHost } from '../support/remote-host.ts';
import { waitFor } from '../support/wait.ts';
import { aloneStrategy, lastOf } from './support.ts';

/** Short enough to be waited for several times over, long enough for a busy machine. */
const TIMEOUT_MS = 1_000;
const HEALTH = { heartbeatIntervalMs: 50, heartbeatTimeoutMs: TIMEOUT_MS, checkIntervalMs: 100 };
const DEADLINES = { adoptMs: 30_000, commandMs: 30_000, readyMs: 30_000 };

type Options = ConstructorParameters<typeof RemoteHost>[0];

async function hostOn(home: string, options: Options = {}): Promise<RemoteHost> {
  const host = new RemoteHost({
    home,
    pool: { minSize: 1 },
    healthCheck: HEALTH,
    deadlines: DEADLINES,
    restartPolicy: { initialDelayMs: 1 },
    ...options,
  });
  await host.call('start');
  return host;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Workers that remember, each by its id, and the pids of their processes. */
async function remembering(host: RemoteHost, ids: readonly string[]): Promise<number[]> {
  const pids: number[] = [];
  for (const id of ids) {
    await host.call('startStrategy', fixture('remembers'), {}, id);
    const pid = (await host.status(id)).pid ?? 0;
    endAfterTest(pid);
    pids.push(pid);
  }
  await host.call('publish', 1, 20);
  for (const id of ids) await host.statusWhen(id, ({ report }) => lastOf(report) === 20);
  return pids;
}

async function expectSame(host: RemoteHost, id: string, pid: number, last: number): Promise<void> {
  const status = await host.statusWhen(id, ({ report }) => lastOf(report) === last);
  expect(status).toMatchObject({
    pid,
    state: 'running',
    restartCount: 0,
    report: { runs: [[1, last]], twice: 0, lost: 0 },
  });
}

describe.each([
  ['shared-memory', false],
  ['shared-memory', true],
  ['zeromq', false],
] as const)('with %s, survive: %s,', (marketTransport, survive) => {
  it('a machine that was suspended has nobody declared dead, and no data is lost', async () => {
    const host = await hostOn(temporaryDirectory(), { marketTransport, survive });
    const [a = 0, b = 0] = await remembering(host, ['a', 'b']);
    const published = host.call('publish', 21, 400);
    host.signal('SIGSTOP');
    for (const pid of [a, b]) process.kill(pid, 'SIGSTOP');
    await pause(3 * TIMEOUT_MS);
    host.signal('SIGCONT');
    // The host is back a moment before its workers are.
    await pause(TIMEOUT_MS / 4);
    for (const pid of [a, b]) process.kill(pid, 'SIGCONT');
    await published;
    await host.call('publish', 401, 410);
    await expectSame(host, 'a', a, 410);
    await expectSame(host, 'b', b, 410);
    await pause(2 * TIMEOUT_MS);
    await expectSame(host, 'a', a, 410);
  });

  it('a host that was made to stand still has nobody declared dead, and no data is lost', async () => {
    const host = await hostOn(temporaryDirectory(), { marketTransport, survive });
    const [pid = 0] = await remembering(host, ['a']);
    host.signal('SIGSTOP');
    await pause(3 * TIMEOUT_MS);
    expect(isAlive(pid)).toBe(true);
    host.signal('SIGCONT');
    await host.call('publish', 21, 30);
    await expectSame(host, 'a', pid, 30);
    await pause(2 * TIMEOUT_MS);
    await expectSame(host, 'a', pid, 30);
  });
});

describe('a worker that is made to stand still', () => {
  it('for longer than the timeout is killed as stalled, and comes back with its state', async () => {
    const host = await hostOn(temporaryDirectory());
    const [pid = 0, other = 0] = await remembering(host, ['a', 'b']);
    await pause(200);
    process.kill(pid, 'SIGSTOP');
    await host.statusWhen(
      'a',
      ({ restartCount, state }) => restartCount === 1 && state === 'running',
    );
    expect(isAlive(pid)).toBe(false);
    expect(await host.exits('a')).toMatchObject([
      { cause: 'stalled', reason: expect.stringContaining('stand still') as string },
    ]);
    await host.call('publish', 21, 25);
    const { report } = await host.statusWhen('a', (status) => lastOf(status.report) === 25);
    expect(report).toMatchObject({ runs: [[1, 25]], twice: 0, lost: 0 });
    await expectSame(host, 'b', other, 25);
  });

  it('is ended by the next host when its own was killed meanwhile; it is never there twice', async () => {
    const home = temporaryDirectory();
    const { file, twice } = aloneStrategy();
    const first = await hostOn(home, { survive: true });
    await first.call('startStrategy', file, {}, 'a');
    await first.call('publish', 1, 3);
    const { pid } = await first.statusWhen('a', ({ report }) => String(report['bars']) === '1,2,3');
    endAfterTest(pid);
    await pause(300);
    process.kill(pid ?? 0, 'SIGSTOP');
    await first.kill();
    const second = await hostOn(home, {
      survive: true,
      deadlines: { ...DEADLINES, adoptMs: 1_000 },
    });
    const status = await second.statusWhen('a', ({ state }) => state === 'running');
    expect(status.pid).not.toBe(pid);
    expect(isAlive(pid ?? 0)).toBe(false);
    endAfterTest(status.pid);
    const { report } = await second.statusWhen('a', (now) => 'knew' in now.report);
    expect(report['knew']).toEqual([1, 2, 3]);
    await second.call('stop');
    expect(twice()).toBe('');
  });

  it('and goes on while the next host waits for it has one place, its own or none', async () => {
    const home = temporaryDirectory();
    const { file, twice } = aloneStrategy();
    const first = await hostOn(home, { survive: true });
    await first.call('startStrategy', file, {}, 'a');
    const { pid } = await first.status('a');
    endAfterTest(pid);
    process.kill(pid ?? 0, 'SIGSTOP');
    await first.kill();
    const second = new RemoteHost({
      home,
      survive: true,
      pool: { minSize: 1 },
      deadlines: { ...DEADLINES, adoptMs: 500 },
    });
    const started = second.call('start');
    await pause(500);
    if (isAlive(pid ?? 0)) process.kill(pid ?? 0, 'SIGCONT');
    await started;
    const status = await second.statusWhen('a', ({ state }) => state === 'running');
    endAfterTest(status.pid);
    if (status.pid !== pid) await waitFor('its end', () => !isAlive(pid ?? 0));
    await second.call('stop');
    expect(twice()).toBe('');
  });
});
