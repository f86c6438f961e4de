import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HostServices } from '../../../src/host/host-services.ts';
import { ProcessPool } from '../../../src/host/process-pool.ts';
import { fixture } from '../support/files.ts';
import { isAlive, workersOf } from '../support/processes.ts';
import { rejection, waitFor } from '../support/wait.ts';

const COUNTS_BARS = fixture('counts-bars');

describe('a pool with sockets of its own', () => {
  it('has its idle processes started and connected', async () => {
    await using pool = new ProcessPool({ minSize: 2 });
    await pool.start();

    expect(pool.getStats()).toEqual({
      idle: 2,
      busy: 0,
      starting: 0,
      started: 2,
      hits: 0,
      misses: 0,
      broken: 0,
    });
    expect(workersOf()).toHaveLength(2);
  });

  it('runs a strategy in one of them and fills the place again', async () => {
    await using pool = new ProcessPool({ minSize: 1, maxSize: 3 });
    await pool.start();
    const [idle] = workersOf();
    const worker = await pool.acquire(COUNTS_BARS, {}, 'a');

    expect(worker.pid).toBe(idle);
    expect(worker.state).toBe('running');
    expect(pool.getStats()).toMatchObject({ busy: 1, hits: 1, misses: 0 });
    await waitFor('a new idle process', () => pool.getStats().idle === 1);
  });

  it('ends the process of a worker that is released, and never uses it again', async () => {
    await using pool = new ProcessPool({ minSize: 1, maxSize: 3 });
    await pool.start();
    const first = await pool.acquire(COUNTS_BARS, {}, 'a');
    const pid = first.pid ?? 0;
    await pool.release('a');
    expect(isAlive(pid)).toBe(false);
    expect(first.exit).toMatchObject({ cause: 'stopped', expected: true });
    const second = await pool.acquire(COUNTS_BARS, {}, 'a');

    expect(second.pid).not.toBe(pid);
    expect(pool.getStats()).toMatchObject({ busy: 1 });
  });

  it('starts a process for a worker when none is idle', async () => {
    await using pool = new ProcessPool({ minSize: 0, maxSize: 1 });
    await pool.start();
    const worker = await pool.acquire(COUNTS_BARS);

    expect(worker.workerId).toMatch(/^worker-[0-9a-f]{8}$/);
    expect(worker.state).toBe('running');
    expect(pool.getStats()).toMatchObject({ hits: 0, misses: 1, busy: 1 });
  });

  it('has no more processes than it may', async () => {
    await using pool = new ProcessPool({ minSize: 1, maxSize: 2 });
    await pool.start();
    await Promise.all([pool.acquire(COUNTS_BARS, {}, 'a'), pool.acquire(COUNTS_BARS, {}, 'b')]);
    const error = await rejection(pool.acquire(COUNTS_BARS, {}, 'c'));

    expect(error.code).toBe('POOL_LIMIT_REACHED');
    expect(error.message).toContain('2');
    await pool.release('a');
    await pool.acquire(COUNTS_BARS, {}, 'c');
  });

  it('gives a process that is being made ready to whoever needs one now', async () => {
    await using pool = new ProcessPool({ minSize: 1, maxSize: 1 });
    await pool.start();
    const first = await pool.acquire(COUNTS_BARS, {}, 'a');
    await first.stop();
    await waitFor('a refill', () => pool.getStats().starting === 1);
    const second = await pool.acquire(COUNTS_BARS, {}, 'b');

    expect(second.state).toBe('running');
    expect(pool.getStats()).toMatchObject({ started: 2, busy: 1, idle: 0 });
  });

  it('refuses an id that is taken, and the release of one that is not', async () => {
    await using pool = new ProcessPool({ minSize: 1 });
    await pool.start();
    await pool.acquire(COUNTS_BARS, {}, 'a');

    expect((await rejection(pool.acquire(COUNTS_BARS, {}, 'a'))).code).toBe('DUPLICATE_WORKER_ID');
    expect((await rejection(pool.release('b'))).code).toBe('UNKNOWN_WORKER');
  });

  it('takes no process for a strategy that can not run', async () => {
    await using pool = new ProcessPool({ minSize: 1 });
    await pool.start();
    const before = pool.getStats();
    const error = await rejection(
      pool.acquire(fixture('with-params'), { params: { n1: 'abc' } }, 'a'),
    );

    expect(error.code).toBe('INVALID_PARAMS');
    expect(pool.getStats()).toEqual(before);
    await pool.acquire(fixture('with-params'), {}, 'a');
  });

  it('is refused what it can not do before it was started and after it was stopped', async () => {
    const pool = new ProcessPool({ minSize: 0 });
    expect((await rejection(pool.take())).code).toBe('NOT_STARTED');
    await pool.start();
    await pool.stop();

    expect((await rejection(pool.take())).code).toBe('NOT_STARTED');
  });

  it('ends every process when it is stopped, those at work in good order', async () => {
    const pool = new ProcessPool({ minSize: 2 });
    await pool.start();
    const worker = await pool.acquire(COUNTS_BARS);
    await pool.stop();

    expect(workersOf()).toEqual([]);
    expect(worker.exit).toMatchObject({ cause: 'stopped', stoppedBy: 'message' });
    expect(pool.getStats()).toMatchObject({ idle: 0, busy: 0 });
  });

  it('is started once, however often it is asked at once', async () => {
    await using pool = new ProcessPool({ minSize: 1 });
    await Promise.all([pool.start(), pool.start()]);

    expect(pool.getStats()).toMatchObject({ idle: 1, started: 1 });
  });

  it('leaves no process when one of them does not start', async () => {
    const pool = new ProcessPool({ minSize: 2 }, { workerExecArgv: ['--no-such-option'] });

    expect((await rejection(pool.start())).code).toBe('PROCESS_START_FAILED');
    expect(workersOf()).toEqual([]);
  });
});

describe('an idle process', () => {
  let services: HostServices;
  let pool: ProcessPool;

  beforeEach(async () => {
    services = new HostServices();
    await services.start();
    pool = new ProcessPool({ minSize: 1, maxSize: 3 }, services);
    await pool.start();
  });
  afterEach(async () => {
    await pool.stop();
    await services.stop();
  });

  it('that ends by itself is counted and replaced', async () => {
    const [pid = 0] = workersOf();
    process.kill(pid, 'SIGKILL');

    await waitFor('another', () => pool.getStats().broken === 1 && pool.getStats().idle === 1);
    expect(workersOf()).not.toContain(pid);
    const worker = await pool.acquire(COUNTS_BARS);
    expect(worker.state).toBe('running');
  });

  it('that is asked to end from outside ends', async () => {
    const [pid = 0] = workersOf();
    process.kill(pid, 'SIGTERM');

    await waitFor('its end', () => pool.getStats().broken === 1);
  });

  it('stays as long as there are no more than the pool keeps', async () => {
    const [pid = 0] = workersOf();
    await pool.acquire(COUNTS_BARS, {}, 'a');
    await waitFor('another', () => pool.getStats().idle === 1);
    await pool.release('a');
    await pool.acquire(COUNTS_BARS, {}, 'b');
    await waitFor('another', () => pool.getStats().idle === 1);

    expect(isAlive(pid)).toBe(false);
    expect(pool.getStats().idle).toBe(1);
  });
});
