import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Order } from '../../../src/model/order.ts';
import type { OrderRequest } from '../../../src/model/order-request.ts';
import { standsStill } from '../../../src/host/process-facts.ts';
import type { RequestStanding } from '../../../src/host/order-port.ts';
import { fixture, temporaryDirectory } from '../support/files.ts';
import { isAlive } from '../support/processes.ts';
import { endAfterTest, RemoteHost } from '../support/remote-host.ts';
import { waitFor } from '../support/wait.ts';

const LENIENT = {
  survive: true,
  pool: { minSize: 1 },
  healthCheck: { heartbeatIntervalMs: 50, heartbeatTimeoutMs: 60_000 },
  deadlines: { adoptMs: 30_000, commandMs: 30_000, readyMs: 30_000 },
} as const;

async function hostOn(home: string, options: object = {}): Promise<RemoteHost> {
  const host = new RemoteHost({
    home,
    ordersPath: join(home, 'orders.json'),
    ...LENIENT,
    ...options,
  });
  await host.call('start');
  return host;
}

async function startTrading(host: RemoteHost, params: object): Promise<number> {
  await host.call('startStrategy', fixture('trades'), { params }, 'a');
  const { pid } = await host.status('a');
  endAfterTest(pid);
  return pid ?? 0;
}

async function told(host: RemoteHost, what: string): Promise<readonly string[]> {
  const { report } = await host.statusWhen('a', (status) =>
    ((status.report['told'] ?? []) as string[]).includes(what),
  );
  return report['told'] as string[];
}

async function ordersWhen(host: RemoteHost, count: number): Promise<readonly Order[]> {
  for (;;) {
    const orders = await host.call<Order[]>('port', 'orders', 'a');
    if (orders.length === count) return orders;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a worker that outlives its host', () => {
  it('is told once of what happened to its orders meanwhile', async () => {
    const home = temporaryDirectory();
    const first = await hostOn(home);
    const pid = await startTrading(first, { onBar: 'limit' });
    await first.call('publish', 1, 1);
    await told(first, 'order accepted');
    await first.call('port', 'fill', 'a', 'r1N1', '0.3');
    await told(first, 'order partially-filled');
    await first.kill();
    const second = await hostOn(home);
    await second.call('port', 'fill', 'a', 'r1N1');
    const all = await told(second, 'order filled');
    expect(all.filter((what) => what.startsWith('fill'))).toEqual([
      'fill t-1 of 0.3, partially-filled',
      'fill t-2 of 0.7, filled',
    ]);
    expect(await second.status('a')).toMatchObject({ pid, state: 'running' });
    expect(await second.call('port', 'told')).toEqual(['a up']);
    await second.call('publish', 2, 2);
    await told(second, 'limit accepted');
    // Its ids go on where they were.
    expect((await ordersWhen(second, 2)).map(({ clientOrderId }) => clientOrderId)).toEqual([
      'r1N1',
      'r1N2',
    ]);
  });

  it('is told of what happened while there was no host', async () => {
    const home = temporaryDirectory();
    const first = await hostOn(home);
    await startTrading(first, { onBar: 'hold' });
    await first.call('publish', 1, 1);
    await ordersWhen(first, 1);
    // The venue accepts it, and the host dies before the worker hears of that.
    first.signal('SIGSTOP');
    await first.kill();
    const second = await hostOn(home);
    await told(second, 'hold unknown');
    const requests = await second.call<[string, OrderRequest, RequestStanding][]>(
      'port',
      'requests',
    );
    expect(requests).toMatchObject([
      ['a', { action: 'submit', clientOrderId: 'r1N1' }, { catchingUp: true }],
    ]);
    expect(await ordersWhen(second, 1)).toMatchObject([{ clientOrderId: 'r1N1' }]);
    await second.call('port', 'fill', 'a', 'r1N1');
    expect((await told(second, 'order filled')).filter((what) => what.startsWith('fill'))).toEqual([
      'fill t-1 of 1, filled',
    ]);
  });

  it('goes on with a request that its host never read', async () => {
    const home = temporaryDirectory();
    const first = await hostOn(home);
    await startTrading(first, { onBar: 'limit', onFill: 'close' });
    await first.call('publish', 1, 1);
    await told(first, 'order accepted');
    // The fill is told, and what the worker asks for then goes to a host that does not read any more.
    void first.call('port', 'fillAndStop', 'a', 'r1N1').catch(() => undefined);
    await waitFor('the host to stand still', () => standsStill(first.pid));
    await first.kill();
    const second = await hostOn(home);
    const all = await told(second, 'close unknown');
    const orders = await ordersWhen(second, 2);
    expect(orders).toMatchObject([{ status: 'filled' }, { status: 'filled', side: 'sell' }]);
    await told(second, 'position 0');
    expect(all.filter((what) => what === 'fill t-1 of 1, filled')).toHaveLength(1);
  });

  it('ends in good order if no host comes, also if it asks for something then', async () => {
    const home = temporaryDirectory();
    const first = await hostOn(home, { orphanGraceMs: 300 });
    const pid = await startTrading(first, { onBar: 'limit', onStop: 'cancelAll' });
    await first.call('publish', 1, 1);
    await told(first, 'order accepted');
    await first.kill();
    await waitFor('its end', () => !isAlive(pid));
    const second = await hostOn(home);
    expect((await second.exits('a'))[0]).toMatchObject({ cause: 'orphaned' });
    await told(second, 'recovered');
    expect(await ordersWhen(second, 1)).toMatchObject([{ status: 'accepted' }]);
  });
});
