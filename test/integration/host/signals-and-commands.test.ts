import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkerError } from '../../../src/host/errors.ts';
import { WorkerProcess } from '../../../src/host/worker-process.ts';
import { bars } from '../support/bars.ts';
import { fixture } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { rejection, waitFor } from '../support/wait.ts';

const ANSWERS = fixture('answers');

let manager: Awaited<ReturnType<typeof startManager>>;

beforeAll(async () => {
  manager = await startManager({ maxWorkers: 3 });
});
afterAll(() => manager.stop());

async function running(path = ANSWERS, config = {}) {
  await manager.startStrategy(path, config, 'a');
  return {
    [Symbol.asyncDispose]: async () => {
      await manager.stopWorker('a');
      manager.removeWorker('a');
    },
  };
}

describe('a signal', () => {
  it('has been taken in once it is answered', async () => {
    await using _worker = await running();
    const beforeMs = Date.now();
    await manager.signal('a', 'alert', { price: 7, tags: ['x', null] });
    await manager.signal('a', 'bare');

    const taken = (await manager.command('a', 'taken')) as { readonly at: number }[];
    expect(taken).toMatchObject([
      { type: 'signal', name: 'alert', data: { price: 7, tags: ['x', null] } },
      { type: 'signal', name: 'bare', data: null },
    ]);
    expect(taken[0]?.at).toBeGreaterThanOrEqual(beforeMs);
  });

  it('leads to a save of the state', async () => {
    await using _worker = await running();
    await manager.signal('a', 'alert');

    await waitFor('the state', () =>
      JSON.stringify(manager.readState('a')?.data ?? null).includes('"alert"'),
    );
  });

  it('is refused while the strategy is paused', async () => {
    await using _worker = await running();
    await manager.pauseWorker('a');
    const error = await rejection(manager.signal('a', 'alert'));

    expect([error.code, error.message]).toEqual([
      'ILLEGAL_TRANSITION',
      'the strategy is paused: it takes a signal while it is running',
    ]);
  });

  it('that the strategy throws at is told to whoever sent it, with the place', async () => {
    await using _worker = await running(ANSWERS, { maxConsecutiveErrors: 1 });
    const error = (await rejection(manager.signal('a', 'throw'))) as WorkerError;

    expect([error.code, error.message]).toEqual([
      'COMMAND_FAILED',
      'onSignal threw: no such signal here',
    ]);
    expect(error.remoteStack).toMatch(/answers\.ts:\d+:\d+/);
    // It goes on, also where a single error of its own would end it; the log and the listeners know of it.
    expect(manager.getWorkerStatus('a')).toMatchObject({
      state: 'running',
      counters: { errorCount: 1 },
      lastError: { where: 'onSignal' },
    });
    await waitFor('the line', () =>
      manager.told.messages('a').includes('onSignal threw: no such signal here'),
    );
    await waitFor('the fault', () =>
      manager.told.faults.some(({ fault }) => fault.where === 'onSignal'),
    );
  });
});

describe('a command', () => {
  it('is answered with what the strategy returns', async () => {
    await using _worker = await running();

    expect(await manager.command('a', 'echo', [1, { b: 'c' }])).toMatchObject({
      type: 'command',
      name: 'echo',
      args: [1, { b: 'c' }],
    });
    expect(await manager.command('a', 'nothing')).toBe(null);
  });

  it('is answered while the strategy is paused', async () => {
    await using _worker = await running();
    await manager.pauseWorker('a');

    expect(await manager.command('a', 'echo')).toMatchObject({ name: 'echo', args: null });
  });

  it('is answered before a pause that was asked for after it is done', async () => {
    await using _worker = await running();
    const answer = manager.command('a', 'wait', 300);
    await manager.pauseWorker('a');

    expect(await answer).toBe('waited');
    expect(manager.getWorkerStatus('a').state).toBe('paused');
  });

  it('is shown between two events', async () => {
    await using _worker = await running();
    void manager.broker.publishBatch(bars(1, 1));
    await statusOf(manager, 'a', ({ report }) => report['bar'] === 'begun');

    expect(await manager.command('a', 'bars')).toBe(1);
  });

  it('waits for a reload, and goes to the process after it', async () => {
    await using _worker = await running();
    await manager.signal('a', 'before');
    const { pid } = manager.getWorkerStatus('a');
    const reloaded = manager.reloadStrategy('a');
    const taken = manager.command('a', 'taken');

    expect(await taken).toMatchObject([{ name: 'before' }]);
    await reloaded;
    expect(manager.getWorkerStatus('a').pid).not.toBe(pid);
  });

  it('says what went wrong', async () => {
    await using _worker = await running();
    const errors = await Promise.all(
      ['throw', 'map', 'large'].map((name) => rejection(manager.command('a', name))),
    );

    expect(errors.map(({ code, message }) => [code, message])).toEqual([
      ['COMMAND_FAILED', 'onCommand threw: too far'],
      [
        'NOT_PLAIN_DATA',
        `onCommand answered "map" with what can't be sent: the answer.in is an object of Map: expected texts, finite numbers, booleans, null, and lists and plain objects of these`,
      ],
      [
        'NOT_PLAIN_DATA',
        `onCommand answered "large" with what can't be sent: the answer takes 600002 bytes of JSON: expected at most 524288`,
      ],
    ]);
    expect(manager.getWorkerStatus('a').state).toBe('running');
  });

  it.each([
    [{ at: new Date(0) }, 'args.at is an object of Date: expected texts'],
    [[1, 5n], 'args[1] is 5n: expected texts'],
    [Number.NaN, 'args is NaN: expected texts'],
    ['x'.repeat(600_000), 'args takes 600002 bytes of JSON: expected at most 524288'],
  ])('is refused with arguments that are not plain data', async (args, what) => {
    await using _worker = await running();
    const error = await rejection(manager.command('a', 'echo', args));

    expect([error.code, error.message.startsWith(what)]).toEqual(['NOT_PLAIN_DATA', true]);
  });

  it.each(['', 'x'.repeat(65)])('is refused with the name %j', async (name) => {
    await using _worker = await running();
    expect((await rejection(manager.command('a', name))).code).toBe('INVALID_OPTION');
    expect((await rejection(manager.signal('a', name))).code).toBe('INVALID_OPTION');
  });

  it('is refused by a strategy that takes none', async () => {
    await using _worker = await running(fixture('tells-all'));
    const command = await rejection(manager.command('a', 'echo'));
    const signal = await rejection(manager.signal('a', 'alert'));

    expect([command.code, command.message]).toEqual([
      'NO_CALLBACK',
      'strategy "tells all" has no onCommand: it takes no command',
    ]);
    expect(signal.code).toBe('NO_CALLBACK');
  });

  it('is refused by a worker that does not run, or is not known', async () => {
    await manager.createWorker(ANSWERS, {}, 'b');
    const error = await rejection(manager.command('b', 'echo'));
    manager.removeWorker('b');

    expect([error.code, error.message]).toEqual([
      'ILLEGAL_TRANSITION',
      'worker "b" is stopped: only one that runs takes a command',
    ]);
    expect((await rejection(manager.signal('b', 'alert'))).code).toBe('UNKNOWN_WORKER');
  });

  it('fails if the worker ends before it is answered', async () => {
    await using _worker = await running();
    const error = rejection(manager.command('a', 'hang'));
    await waitFor('its process', () => manager.getWorker('a').isAlive);
    void manager.getWorker('a').kill();

    expect((await error).code).toBe('WORKER_ENDED');
  });
});

it('a command that is not answered in time fails, and its strategy is stalled once its callback may take no longer', async () => {
  await using impatient = await startManager({ deadlines: { commandMs: 300 }, maxWorkers: 1 });
  await impatient.startStrategy(
    ANSWERS,
    { callbackTimeoutMs: 1_000, restartPolicy: { mode: 'temporary' } },
    'a',
  );

  expect((await rejection(impatient.command('a', 'hang'))).code).toBe('COMMAND_TIMED_OUT');
  await statusOf(impatient, 'a', ({ lastExit }) => lastExit?.cause === 'stalled');
});

it('a single worker process takes both', async () => {
  await using worker = new WorkerProcess({ workerId: 'a', strategyPath: ANSWERS });
  await worker.start();
  await worker.signal('alert', 1);

  expect(await worker.command('taken')).toMatchObject([{ name: 'alert', data: 1 }]);
});
