import { describe, expect, it } from 'vitest';
import { WorkerProcess } from '../../../src/host/worker-process.ts';
import type { WorkerConfig } from '../../../src/host/worker-config.ts';
import { filesOutside, fixture } from '../support/files.ts';
import { isAlive, workersOf } from '../support/processes.ts';
import { rejection, waitFor } from '../support/wait.ts';

/** A worker process by itself, with sockets of its own. */
function workerProcess(
  name = 'tells-all',
  config: WorkerConfig = {},
  stopMs = 60_000,
): WorkerProcess {
  return new WorkerProcess({
    workerId: 'a',
    strategyPath: fixture(name),
    config,
    host: { deadlines: { stopMs }, healthCheck: { heartbeatIntervalMs: 50 } },
  });
}

describe('a worker process by itself', () => {
  it('has no process before it is started', () => {
    const worker = workerProcess();

    expect(worker.isAlive).toBe(false);
    expect(worker.pid).toBeUndefined();
    expect(worker.exit).toBeNull();
    expect(worker.state).toBe('initializing');
  });

  it('runs once it is started', async () => {
    await using worker = workerProcess();
    await worker.start();

    expect(worker.isAlive).toBe(true);
    expect(isAlive(worker.pid ?? 0)).toBe(true);
    expect(worker.status).toMatchObject({
      workerId: 'a',
      state: 'running',
      report: { seen: ['init', 'start'] },
    });
  });

  it('says how it ended when it was stopped', async () => {
    const worker = workerProcess();
    await worker.start();
    const exit = await worker.stop('the test is over');

    expect(exit).toMatchObject({ cause: 'stopped', expected: true, code: 0, stoppedBy: 'message' });
    expect(worker.exit).toEqual(exit);
    expect(await worker.join()).toEqual(exit);
    expect(worker.state).toBe('stopped');
    expect(workersOf()).toEqual([]);
  });

  it('passes on why it is stopped', async () => {
    const worker = workerProcess('class-form');
    const lines: string[] = [];
    worker.on('log', ({ message }) => lines.push(message));
    await worker.start();
    await worker.stop('the test is over');

    await waitFor('the line', () => lines.includes('stopped because: the test is over'));
  });

  it('pauses and resumes', async () => {
    await using worker = workerProcess();
    await worker.start();
    await worker.pause();
    expect(worker.state).toBe('paused');
    await worker.resume();

    expect(worker.state).toBe('running');
  });

  it('tells its moves, its log and its end', async () => {
    const worker = workerProcess();
    const told: string[] = [];
    worker.on('transition', ({ to }) => told.push(to));
    worker.on('exit', ({ cause }) => told.push(`exit: ${cause}`));
    await worker.start();
    await worker.stop();

    expect(told).toEqual([
      'initialized',
      'starting',
      'running',
      'stopping',
      'stopped',
      'exit: stopped',
    ]);
  });

  it('is killed at once', async () => {
    const worker = workerProcess('ignores-stop');
    await worker.start();
    const exit = await worker.kill();

    expect(exit).toMatchObject({ cause: 'killed', expected: false, signal: 'SIGKILL' });
    expect(worker.state).toBe('error');
  });

  it('can be waited for, but no longer than is said', async () => {
    await using worker = workerProcess();
    await worker.start();
    const error = await rejection(worker.join(20));
    expect(error.code).toBe('JOIN_TIMED_OUT');
    expect(error.message).toContain('20 ms');
    const joined = worker.join();
    await worker.stop();

    expect((await joined).cause).toBe('stopped');
  });

  it('is started once', async () => {
    await using worker = workerProcess();
    await worker.start();

    expect((await rejection(worker.start())).code).toBe('ALREADY_STARTED');
    expect(worker.state).toBe('running');
  });

  it('refuses commands before it is started', async () => {
    const worker = workerProcess();

    for (const command of [
      worker.pause(),
      worker.resume(),
      worker.stop(),
      worker.updateParams({}),
    ]) {
      expect((await rejection(command)).code).toBe('NOT_STARTED');
    }
  });

  it('refuses commands after it has ended', async () => {
    const worker = workerProcess();
    await worker.start();
    await worker.stop();

    for (const command of [
      worker.pause(),
      worker.resume(),
      worker.updateParams({}),
      worker.reloadConfig({}),
    ]) {
      expect((await rejection(command)).code).toBe('WORKER_ENDED');
    }
    expect((await worker.stop()).cause).toBe('stopped');
  });

  it('leaves nothing when its strategy can not run', async () => {
    const worker = workerProcess('no-default-export');

    expect((await rejection(worker.start())).code).toBe('BAD_STRATEGY');
    expect(workersOf()).toEqual([]);
  });

  it('leaves nothing when its strategy fails in onInit', async () => {
    const worker = workerProcess('init-throws');

    expect((await rejection(worker.start())).code).toBe('WORKER_ENDED');
    expect(worker.exit).toMatchObject({ cause: 'init-failed', expected: false });
    expect(workersOf()).toEqual([]);
  });

  it('ends when it is stopped while it is being started', async () => {
    const worker = workerProcess('never-ready');
    const starting = rejection(worker.start());
    const exit = await worker.stop();

    expect(exit).toMatchObject({ cause: 'stopped', expected: true });
    expect((await starting).code).toBe('WORKER_ENDED');
    await waitFor('no process', () => workersOf().length === 0);
  });

  it('tells an end of its own from a stop that comes too late', async () => {
    const worker = workerProcess();
    await worker.start();
    process.kill(worker.pid ?? 0, 'SIGKILL');
    await waitFor('its end', () => !worker.isAlive);
    const exit = await worker.stop();

    expect(exit).toMatchObject({ cause: 'signal', expected: false, stoppedBy: null });
  });

  it('refuses a strange id', () => {
    const make = (): WorkerProcess => new WorkerProcess({ workerId: 'a/b', strategyPath: 'a.ts' });

    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_WORKER_ID' }));
  });

  it('is refused when its file is not there', async () => {
    const directory = filesOutside({});
    const worker = new WorkerProcess({ workerId: 'a', strategyPath: `${directory}/a.ts` });

    expect((await rejection(worker.start())).code).toBe('STRATEGY_NOT_FOUND');
  });
});
