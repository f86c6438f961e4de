import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WorkerManager } from '../../../src/host/worker-manager.ts';
import type { WorkerManagerOptions } from '../../../src/host/worker-manager-options.ts';
import { filesOutside, fixture, temporaryDirectory } from '../support/files.ts';
import { startManager } from '../support/managers.ts';
import { cpuMsOf, workersOf, isAlive } from '../support/processes.ts';
import { rejection, waitFor } from '../support/wait.ts';

/** What has a worker killed with its host, where the system has it. */
const SETPRIV = '/usr/bin/setpriv';

const SCRIPT = fileURLToPath(new URL('../support/host-script.mjs', import.meta.url));

// A place for temporary directories that nobody else on the machine makes any in.
const TEMPORARY = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
const temporaryBefore = process.env['TMPDIR'];
beforeAll(() => {
  process.env['TMPDIR'] = TEMPORARY;
});
afterAll(() => {
  if (temporaryBefore === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = temporaryBefore;
  rmSync(TEMPORARY, { recursive: true });
});

/** The temporary directories of managers that there are now. */
function runDirectories(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('quantcell-run-'));
}

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted();
}

/** Starts a manager in a process of its own and waits until its strategy runs. */
async function hostProcess(home: string, strategy = 'counts-bars', ...close: string[]) {
  const child = spawn(process.execPath, [SCRIPT, home, fixture(strategy), ...close], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { worker } = JSON.parse(line.toString()) as { worker: number };
  const pid = child.pid ?? 0;
  return { child, pid, worker, processes: workersOf(pid) };
}

/** What a home keeps: its lock, and its database with what SQLite has beside it. */
const KEPT = ['lock', 'quantcell.db', 'quantcell.db-shm', 'quantcell.db-wal'];

describe('a manager that was stopped', () => {
  it('leaves no process behind', async () => {
    const before = workersOf();
    const manager = await startManager({ pool: { minSize: 2 } });
    await manager.startStrategy(fixture('counts-bars'));
    expect(workersOf().length).toBeGreaterThanOrEqual(before.length + 3);
    await manager.stop();

    expect(workersOf()).toEqual(before);
  });

  it('leaves no temporary directory behind', async () => {
    const before = runDirectories();
    const manager = await startManager();
    await manager.startStrategy(fixture('counts-bars'));
    expect(runDirectories()).toHaveLength(before.length + 1);
    await manager.stop();

    expect(runDirectories()).toEqual(before);
  });

  it('leaves nothing but its lock, what it keeps and its logs in its home directory', async () => {
    const home = join(temporaryDirectory(), 'home');
    const manager = await startManager({ home });
    await manager.startStrategy(fixture('counts-bars'));
    expect(filesIn(home)).toEqual(expect.arrayContaining(['owner', 'run/control.sock']));
    await manager.stop();

    const logs = ['logs', 'logs/counts-bars-1.jsonl'];
    expect(filesIn(home)).toEqual([...KEPT, ...logs].toSorted());
  });

  it('keeps its home directory to its user', async () => {
    const home = join(temporaryDirectory(), 'home');
    const manager = await startManager({ home });
    onTestFinished(() => manager.stop());

    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(statSync(join(home, 'run')).mode & 0o777).toBe(0o700);
  });

  it('lets the process end by itself', async () => {
    const script = `
      import { WorkerManager } from '${new URL('../../../dist/index.js', import.meta.url).href}';
      const manager = new WorkerManager();
      await manager.start();
      await manager.startStrategy(${JSON.stringify(fixture('counts-bars'))});
      await manager.stop();
      console.log('stopped');
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: 'inherit',
    });
    const [code] = (await once(child, 'exit')) as [number];

    expect(code).toBe(0);
  });

  it('is stopped by `await using`', async () => {
    const before = workersOf();
    {
      await using manager = await startManager();
      await manager.startStrategy(fixture('counts-bars'));
      expect(workersOf().length).toBeGreaterThan(before.length);
    }

    expect(workersOf()).toEqual(before);
  });

  it('can be started again', async () => {
    await using manager = await startManager();
    await manager.startStrategy(fixture('counts-bars'), {}, 'a');
    await manager.stop();
    await manager.start();
    await manager.startStrategy(fixture('counts-bars'), {}, 'a');

    expect(manager.getWorkerStatus('a').state).toBe('running');
  });

  it('refuses what needs it started', async () => {
    const manager = await startManager();
    await manager.stop();

    expect((await rejection(manager.startStrategy(fixture('counts-bars')))).code).toBe(
      'NOT_STARTED',
    );
    const publish = async (): Promise<unknown> =>
      manager.publishMarketData('BTC/USDT', 'kline', { close: 1 });
    expect((await rejection(publish())).code).toBe('NOT_STARTED');
  });

  it('may be stopped twice, also at once', async () => {
    const before = workersOf();
    const manager = await startManager();
    await manager.startStrategy(fixture('counts-bars'));
    await Promise.all([manager.stop(), manager.stop()]);
    await manager.stop();

    expect(workersOf()).toEqual(before);
  });

  it('was started once, however often it was asked at once', async () => {
    const before = workersOf();
    const home = join(temporaryDirectory(), 'home');
    const manager = new WorkerManager({ home, pool: { minSize: 1 } });
    await Promise.all([manager.start(), manager.start()]);
    expect(manager.getStats().pool).toMatchObject({ idle: 1, starting: 0 });
    await manager.stop();

    expect(workersOf()).toEqual(before);
  });

  it('leaves nothing of a start that was under way', async () => {
    const before = workersOf();
    const manager = await startManager();
    const starting = rejection(manager.startStrategy(fixture('never-ready')));
    await waitFor('the process', () => manager.getAllStatus()[0]?.pid);
    await manager.stop();

    expect((await starting).code).toBe('WORKER_ENDED');
    expect(workersOf()).toEqual(before);
  });

  it('leaves nothing of a start that was just asked for', async () => {
    const before = workersOf();
    const manager = await startManager({ pool: { minSize: 0 } });
    const starting = rejection(manager.startStrategy(fixture('counts-bars')));
    await manager.stop();
    await starting;

    await waitFor('no process', () => workersOf().length === before.length);
  });
});

describe('a manager that can not be started', () => {
  async function refused(options: WorkerManagerOptions): Promise<Error & { code?: string }> {
    const children = workersOf();
    const directories = runDirectories();
    const manager = new WorkerManager(options);
    const error = await rejection(manager.start());
    expect(workersOf()).toEqual(children);
    expect(runDirectories()).toEqual(directories);
    return error;
  }

  it('is the second one on a home directory', async () => {
    const home = join(temporaryDirectory(), 'home');
    await using _first = await startManager({ home });
    const files = filesIn(home);
    const error = await refused({ home });

    expect(error.code).toBe('HOME_IN_USE');
    expect(error.message).toContain(`process ${process.pid}`);
    expect(filesIn(home)).toEqual(files);
  });

  it('has a home that is a file', async () => {
    const home = join(temporaryDirectory(), 'home');
    writeFileSync(home, '');

    expect((await refused({ home })).code).toBe('DIRECTORY_UNUSABLE');
  });

  it('has a home whose path is too long for a socket', async () => {
    const home = join(temporaryDirectory(), 'x'.repeat(100));
    const error = await refused({ home });

    expect(error.code).toBe('SOCKET_PATH_TOO_LONG');
    expect(error.message).toContain('107');
    expect(filesIn(home)).toEqual(KEPT);
  });

  it('wants a port that is in use', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const error = await refused({
      sockets: { kind: 'tcp', host: '127.0.0.1', ports: [0, port, 0] },
    });

    expect(error.code).toBe('ENDPOINT_IN_USE');
    expect(error.message).toContain(String(port));
  });

  it.each(['0.0.0.0', '192.168.0.1', 'example.com', '127.0.0.1.example.com', '*'])(
    'wants unencrypted sockets that others can reach: %s',
    async (host) => {
      const error = await refused({ sockets: { kind: 'tcp', host, ports: [0, 0, 0] } });

      expect(error.code).toBe('INVALID_ENDPOINT');
      expect(error.message).toContain(host);
    },
  );

  it('wants a port that is none', async () => {
    const error = await refused({
      sockets: { kind: 'tcp', host: '127.0.0.1', ports: [0, 70_000, 0] },
    });

    expect(error.code).toBe('INVALID_ENDPOINT');
  });

  it('has a pool whose processes do not start', async () => {
    const error = await refused({ workerExecArgv: ['--no-such-option'] });

    expect(error.code).toBe('PROCESS_START_FAILED');
    expect(error.message).toContain('--no-such-option');
  });

  it.each<[string, WorkerManagerOptions]>([
    ['maxWorkers', { maxWorkers: 0 }],
    ['historyLimit', { historyLimit: 0 }],
    ['deadlines.stopMs', { deadlines: { stopMs: 0 } }],
    ['workerExecArgv', { workerExecArgv: ['--inspect=0.0.0.0'] }],
    ['workerEnv', { workerEnv: { QUANTCELL_BINANCE_API_KEY: 'x' } }],
    ['restartPolicy.jitter', { restartPolicy: { jitter: 2 } }],
    ['healthCheck.heartbeatTimeoutMs', { healthCheck: { heartbeatTimeoutMs: 10 } }],
    ['pool.maxSize', { pool: { minSize: 5, maxSize: 2 } }],
  ])('has an option out of its range: %s', (option, options) => {
    const make = (): WorkerManager => new WorkerManager(options);

    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    expect(make).toThrow(option);
  });
});

describe('sockets on loopback ports', () => {
  it.each(['127.0.0.1', 'localhost', '::1', '[::1]'])(
    'work like those in a directory: %s',
    async (host) => {
      await using manager = await startManager({
        sockets: { kind: 'tcp', host, ports: [0, 0, 0] },
      });
      await manager.startStrategy(fixture('counts-bars'), {}, 'a');
      await manager.publishMarketData('BTC/USDT', 'kline', { close: 1 });

      await waitFor('the bar', () => manager.getWorkerStatus('a').report['bars'] === 1);
    },
  );
});

describe('a manager that was killed', () => {
  it('leaves no worker behind', async () => {
    const { child, worker, processes } = await hostProcess(join(temporaryDirectory(), 'home'));
    expect(processes).toContain(worker);
    child.kill('SIGKILL');

    await waitFor('the end of its processes', () => !processes.some(isAlive));
  });

  it('leaves no worker behind that is stuck in a loop', async ({ skip }) => {
    skip(!existsSync(SETPRIV), `${SETPRIV} is not there: such a worker goes on`);
    const home = join(temporaryDirectory(), 'home');
    const { child, worker } = await hostProcess(home, 'loops-forever', '1');
    onTestFinished(() => {
      if (isAlive(worker)) process.kill(worker, 'SIGKILL');
    });
    const startedMs = cpuMsOf(worker);
    // Only a loop uses so much; the host kills it as stalled some seconds later.
    await waitFor('the loop', () => cpuMsOf(worker) > startedMs + 500);
    child.kill('SIGKILL');

    await waitFor('the end of the worker', () => !isAlive(worker));
  });

  it('gives its home to the next one', async () => {
    const home = join(temporaryDirectory(), 'home');
    const { child, pid, worker, processes } = await hostProcess(home);
    const error = await rejection(new WorkerManager({ home }).start());
    expect(error.code).toBe('HOME_IN_USE');
    expect(error.message).toContain(`process ${pid}`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await using next = await startManager({ home });
    await next.startStrategy(fixture('counts-bars'), {}, 'a');

    expect(next.getWorkerStatus('a').state).toBe('running');
    await waitFor('the end of the worker before', () => !isAlive(worker));
    expect(processes.some(isAlive)).toBe(false);
  });

  it('leaves a temporary directory that the next one removes', async () => {
    const before = runDirectories();
    const script = `
      import { WorkerManager } from '${new URL('../../../dist/index.js', import.meta.url).href}';
      await new WorkerManager({ pool: { minSize: 0 }, maxWorkers: 1 }).start();
      process.kill(process.pid, 'SIGKILL');
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: 'inherit',
    });
    await once(child, 'exit');
    expect(runDirectories()).toHaveLength(before.length + 1);
    const manager = await startManager({ pool: { minSize: 0 } });
    await manager.stop();

    expect(runDirectories()).toEqual(before);
  });

  it('is not taken for one that is only being started', async () => {
    const fresh = join(tmpdir(), 'quantcell-run-test12');
    mkdirSync(fresh);
    onTestFinished(() => rmSync(fresh, { recursive: true, force: true }));
    const manager = await startManager({ pool: { minSize: 0 } });
    await manager.stop();

    expect(existsSync(fresh)).toBe(true);
  });
});

describe('a worker', () => {
  it('has an environment of its own, without what the host has', async () => {
    const path = join(
      filesOutside({
        'env.mjs':
          "export default { name: 'env', symbols: ['A/B'], onStart: (ctx) => ctx.report({ env: process.env }) };",
      }),
      'env.mjs',
    );
    process.env['QUANTCELL_TEST_SECRET'] = 'api key';
    onTestFinished(() => void delete process.env['QUANTCELL_TEST_SECRET']);
    await using manager = await startManager({ workerEnv: { MY_SETTING: '5' } });
    await manager.startStrategy(path, {}, 'a');

    const env = manager.getWorkerStatus('a').report['env'] as Record<string, string>;
    expect(env['MY_SETTING']).toBe('5');
    expect(Object.keys(env)).not.toContain('QUANTCELL_TEST_SECRET');
    expect(JSON.stringify(env)).not.toContain('api key');
  });
});
