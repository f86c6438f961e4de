import { describe, expect, it } from 'vitest';
import type { Logger } from '../../../../src/base/logger.ts';
import type { OrderListener, OrderPort, RequestStanding } from '../../../../src/host/order-port.ts';
import { OrderRouter } from '../../../../src/host/orders/order-router.ts';
import type { OrderLine, OrderLineParts } from '../../../../src/host/orders/order-line.ts';
import { IpcError } from '../../../../src/ipc/errors.ts';
import { WorkerState } from '../../../../src/lifecycle/worker-state.ts';
import type { OrderReply } from '../../../../src/model/order-request.ts';
import type { OrderUpdate } from '../../../../src/model/order-update.ts';
import type { WireOrderRequest } from '../../../../src/protocol/orders.ts';
import { ACCOUNT, startOf, update } from '../../worker/trading/support.ts';

interface Rig {
  readonly line: OrderLine;
  readonly router: OrderRouter;
  /** What the process was told: type and what it is about. */
  readonly said: unknown[][];
  readonly asked: RequestStanding[];
  readonly updates: OrderUpdate[];
  readonly listener: () => OrderListener;
  readonly calls: string[];
  readonly lines: string[];
}

interface RigOptions {
  readonly port?: 'none' | Partial<OrderPort>;
  readonly standing?: OrderLineParts['standing'];
  readonly paused?: boolean;
  readonly tell?: (type: string) => Promise<void> | undefined;
}

function rigOf({ port = {}, standing, paused = false, tell }: RigOptions = {}): Rig {
  const said: unknown[][] = [];
  const asked: RequestStanding[] = [];
  const updates: OrderUpdate[] = [];
  const calls: string[] = [];
  const lines: string[] = [];
  let listener: OrderListener | undefined;
  const ports: OrderPort = {
    listen: (given) => void (listener = given),
    beginRun: () => Promise.resolve('kN'),
    request: (_workerId, _request, given) => {
      asked.push(given);
      return Promise.resolve({ outcomes: [], quietUntilMs: 7 });
    },
    snapshot: () => ({ ...startOf().snapshot, lastSeq: updates.length }),
    updatesSince: (_workerId, seq) => updates.slice(seq),
    workerDown: (workerId, stopped) => void calls.push(`${workerId} down ${stopped}`),
    workerUp: (workerId) => void calls.push(`${workerId} up`),
    ...(port === 'none' ? {} : port),
  };
  const logger: Logger = { log: (_level, message) => void lines.push(message) };
  const router = new OrderRouter(port === 'none' ? undefined : ports, logger);
  const line = router.open({
    workerId: 'a',
    symbols: () => ['BTC/USDT'],
    paused,
    standing: standing ?? (() => ({ state: WorkerState.RUNNING, revision: 3 })),
    tell: async (type, payload) => {
      await tell?.(type);
      const of = payload as { updates?: OrderUpdate[]; replyTo?: string };
      said.push([type, of.updates?.map(({ seq }) => seq) ?? of.replyTo ?? 'account']);
    },
  });
  return {
    line,
    router,
    said,
    asked,
    updates,
    listener: () => listener as OrderListener,
    calls,
    lines,
  };
}

/** Something happens to an order of worker a. */
function happen({ updates, listener }: Rig, workerId = 'a'): void {
  const next = update(updates.length + 1);
  updates.push(next);
  listener().onUpdate(workerId, next);
}

const REQUEST: WireOrderRequest = {
  requestId: 'r-1',
  request: { action: 'cancel-all', symbol: null },
  moment: { catchingUp: false, replay: null },
};

const turns = async (count = 5): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('a process that begins', () => {
  it('begins with a snapshot, and is told whatever comes after it', async () => {
    const rig = rigOf();
    happen(rig);
    happen(rig);
    const begin = await rig.line.begin(1);
    happen(rig);
    expect(begin()).toMatchObject({
      idPrefix: 'kN',
      doneSeq: 1,
      snapshot: { lastSeq: 3 },
      missed: [{ seq: 2 }, { seq: 3 }],
    });
    happen(rig);
    happen(rig);
    await turns();
    expect(rig.said).toEqual([['order_update', [4, 5]]]);
    expect(rig.calls).toEqual(['a up']);
  });

  it('begins with the last update where it has no state', async () => {
    const rig = rigOf();
    happen(rig);
    const start = (await rig.line.begin(undefined))();
    expect(start).toMatchObject({ doneSeq: 1, missed: [] });
  });

  it('has a prefix of its own, which is asked for once', async () => {
    let runs = 0;
    const rig = rigOf({ port: { beginRun: () => Promise.resolve(`k${(runs += 1)}N`) } });
    await rig.line.prepare();
    expect((await rig.line.begin(undefined))()).toMatchObject({ idPrefix: 'k1N' });
  });

  it('does not begin if its prefix can not be written down', async () => {
    const full = new Error('the disk is full');
    const rig = rigOf({ port: { beginRun: () => Promise.reject(full) } });
    await expect(rig.line.prepare()).rejects.toBe(full);
  });

  it('is told of many missed updates ahead of its start', async () => {
    const rig = rigOf();
    for (let count = 0; count < 450; count += 1) happen(rig);
    const start = (await rig.line.begin(0))();
    await turns();
    expect(rig.said.map(([type, seqs]) => [type, (seqs as number[]).length])).toEqual([
      ['order_update', 200],
      ['order_update', 50],
    ]);
    expect(start?.missed.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 200 }, (_, index) => 251 + index),
    );
  });

  it('goes on from what is known, if its state is further than that', async () => {
    const rig = rigOf();
    happen(rig);
    expect((await rig.line.begin(9))()).toMatchObject({ doneSeq: 1, missed: [] });
    expect(rig.lines[0]).toMatch(/has order update 9, the last one known is 1/);
  });

  it('has nothing of orders without a venue', async () => {
    const { line, said } = rigOf({ port: 'none' });
    expect((await line.begin(undefined))()).toBe(null);
    await line.take(REQUEST);
    await turns();
    expect(said).toEqual([['order_response', 'r-1']]);
  });
});

describe('a process of an earlier host', () => {
  it('is told of what it does not have', async () => {
    const rig = rigOf();
    for (let count = 0; count < 3; count += 1) happen(rig);
    rig.line.resume(1);
    happen(rig);
    await turns();
    expect(rig.said).toEqual([
      ['order_update', [2, 3]],
      ['account_update', 'account'],
      ['order_update', [4]],
    ]);
  });
});

describe('what a process is told', () => {
  async function begun(options: RigOptions = {}): Promise<Rig> {
    const rig = rigOf(options);
    (await rig.line.begin(undefined))();
    return rig;
  }

  it('has updates before the response that they belong to', async () => {
    const rig: Rig = await begun({
      port: {
        request: () => {
          happen(rig);
          happen(rig);
          return Promise.resolve({ outcomes: [], quietUntilMs: null });
        },
      },
    });
    await rig.line.take(REQUEST);
    happen(rig);
    await turns();
    expect(rig.said).toEqual([
      ['order_update', [1, 2]],
      ['order_response', 'r-1'],
      ['order_update', [3]],
    ]);
  });

  it('has the last account only', async () => {
    const rig = await begun();
    rig.listener().onAccount('a', ACCOUNT);
    rig.listener().onAccount('a', ACCOUNT);
    await turns();
    expect(rig.said).toEqual([['account_update', 'account']]);
  });

  it('is nothing of other workers, and nothing once it is closed', async () => {
    const rig = await begun();
    happen(rig, 'b');
    rig.line.close();
    happen(rig);
    await turns();
    expect(rig.said).toEqual([]);
  });

  it('is told again until the process takes it', async () => {
    let refusals = 3;
    const rig = await begun({
      tell: () => {
        refusals -= 1;
        return refusals < 0 ? undefined : Promise.reject(new IpcError('PEER_UNREACHABLE', 'full'));
      },
    });
    happen(rig);
    while (rig.said.length === 0) await turns(1);
    expect(rig.said).toEqual([['order_update', [1]]]);
  });

  it('is all of it, also where more waits than is kept', async () => {
    let taken: (() => void) | undefined;
    const rig = await begun({
      tell: () => new Promise<void>((resolve) => (taken = resolve)),
    });
    happen(rig);
    await turns();
    for (let count = 0; count < 10_500; count += 1) happen(rig);
    while (rig.said.length < 54) {
      taken?.();
      await turns(1);
    }
    const seqs = rig.said.flatMap(([, of]) => of as number[]);
    expect(seqs).toEqual(Array.from({ length: 10_501 }, (_, index) => index + 1));
  });

  it('is an answer without outcomes, where they are too large', async () => {
    const rig = await begun({
      tell: (type) =>
        type === 'order_response' && rig.lines.length === 0
          ? Promise.reject(new IpcError('MESSAGE_TOO_LARGE', 'it is too large'))
          : undefined,
    });
    await rig.line.take(REQUEST);
    await turns();
    expect([rig.said, rig.lines]).toEqual([[['order_response', 'r-1']], ['it is too large']]);
  });
});

describe('a request', () => {
  const reply = async (options: RigOptions, request: Partial<WireOrderRequest> = {}) => {
    const replies: OrderReply[] = [];
    const asked: RequestStanding[] = [];
    const router = new OrderRouter(
      {
        listen: () => undefined,
        request: (_workerId: string, _request: unknown, standing: RequestStanding) => {
          asked.push(standing);
          return Promise.resolve({ outcomes: [], quietUntilMs: null });
        },
        ...(options.port as object),
      } as unknown as OrderPort,
      { log: () => undefined },
    );
    const line = router.open({
      workerId: 'a',
      symbols: () => ['BTC/USDT'],
      paused: options.paused ?? false,
      standing: options.standing ?? (() => ({ state: WorkerState.RUNNING, revision: 3 })),
      tell: (_type, payload) => {
        replies.push(payload as unknown as OrderReply);
        return Promise.resolve();
      },
    });
    await line.take({ ...REQUEST, ...request });
    await turns();
    return { asked, outcomes: replies[0]?.outcomes };
  };

  it.each([
    WorkerState.STARTING,
    WorkerState.RUNNING,
    WorkerState.PAUSED,
    WorkerState.RELOADING,
    WorkerState.RECOVERING,
    WorkerState.STOPPING,
  ])('goes to the port from a worker that is %s', async (state) => {
    const { asked } = await reply({ standing: () => ({ state, revision: 3 }) });
    expect(asked).toEqual([
      {
        catchingUp: state === WorkerState.RECOVERING,
        replay: null,
        paused: state === WorkerState.PAUSED,
      },
    ]);
  });

  it.each([WorkerState.INITIALIZING, WorkerState.INITIALIZED, WorkerState.STOPPED])(
    'is denied to a worker that is %s',
    async (state) => {
      const { asked, outcomes } = await reply({ standing: () => ({ state, revision: 3 }) });
      expect([asked, outcomes]).toMatchObject([[], [{ outcome: 'denied', rule: 'NOT_RUNNING' }]]);
    },
  );

  it('goes by where the worker says it is, if that is news', async () => {
    const standing = () => ({ state: WorkerState.INITIALIZED, revision: 1 });
    expect((await reply({ standing }, { state: 'starting', revision: 2 })).asked).toHaveLength(1);
    expect((await reply({ standing }, { state: 'starting', revision: 1 })).asked).toHaveLength(0);
    const paused = await reply({}, { state: 'paused', revision: 4 });
    expect(paused.asked).toMatchObject([{ paused: true }]);
  });

  it('of a worker that is paused is that of one while it starts again, and stops', async () => {
    for (const state of [WorkerState.RECOVERING, WorkerState.RELOADING, WorkerState.STOPPING]) {
      const options = { paused: true, standing: () => ({ state, revision: 3 }) };
      expect((await reply(options)).asked).toMatchObject([{ paused: true }]);
    }
    expect((await reply({ paused: true })).asked).toMatchObject([{ paused: false }]);
  });

  it('has no outcome if the port fails, which it never does', async () => {
    const request = () => Promise.reject(new Error('no'));
    expect((await reply({ port: { request } })).outcomes).toEqual([]);
  });
});
