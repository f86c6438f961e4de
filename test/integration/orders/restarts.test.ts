import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOutside, fixture, temporaryDirectory } from '../support/files.ts';
import { waitFor } from '../support/wait.ts';
import { counted, managerWithPort, publish, start, told, type Manager } from './support.ts';

const SOON = { initialDelayMs: 1, maxDelayMs: 1, jitter: 0, maxRestarts: 100 };
const LATER = { initialDelayMs: 500, maxDelayMs: 500, jitter: 0 };

function startCounting(
  manager: Manager,
  params: { orders: number; price?: number },
  restartPolicy: object = SOON,
): Promise<string> {
  return manager.startStrategy(fixture('counts-fills'), { params, restartPolicy }, 'a');
}

function fillsOf(manager: Manager): Record<string, number> {
  return manager.getWorkerStatus('a').report['fills'] as Record<string, number>;
}

describe('fills and state', () => {
  it('agree over twenty kills at any moment after a fill', { timeout: 180_000 }, async () => {
    const { manager, port } = await managerWithPort({ pool: { minSize: 2 } });
    await startCounting(manager, { orders: 1_000 });
    for (let round = 1; round <= 20; round += 1) {
      const before = port.trades;
      await publish(manager, round);
      await waitFor('a fill', () => port.trades > before);
      // From at once to after the state was saved.
      await new Promise((resolve) => setTimeout(resolve, (round % 7) * 8));
      process.kill(manager.getWorkerStatus('a').pid ?? 0, 'SIGKILL');
      const report = await counted(manager, port.trades, round);
      expect(report).toMatchObject({ last: port.trades, twice: 0, lost: 0 });
    }
    expect(port.trades).toBeGreaterThanOrEqual(20);
  });

  it('agree for what happened while there was no process, and that is told before onRecovered', async () => {
    const { manager, port } = await managerWithPort();
    await start({ manager }, { onBar: 'limit' }, { restartPolicy: LATER });
    await publish(manager, 1);
    await told(manager, 'order accepted');
    await new Promise((resolve) => setTimeout(resolve, 200));
    process.kill(manager.getWorkerStatus('a').pid ?? 0, 'SIGKILL');
    await manager.told.exit('a');
    port.fill('a', 'r1N1');
    await publish(manager, 2);
    const all = await told(manager, 'limit denied CATCHING_UP');
    await told(manager, 'recovered');
    expect(all.slice(0, 5)).toEqual([
      'start with 1 on memory',
      'fill t-1 of 1, filled',
      'position 1',
      'order filled',
      'bar 2',
    ]);
    expect(fillsOf(manager)).toEqual({ 't-1': 1 });
    expect(port.told).toEqual(['a up', 'a down', 'a up']);
  });

  it('agree where many are missed', async () => {
    const { manager, port } = await managerWithPort();
    await startCounting(manager, { orders: 1, price: 99 }, LATER);
    await publish(manager, 1);
    await waitFor('the order', () => port.orders('a')[0]?.status === 'accepted');
    await new Promise((resolve) => setTimeout(resolve, 200));
    process.kill(manager.getWorkerStatus('a').pid ?? 0, 'SIGKILL');
    await manager.told.exit('a');
    for (let part = 0; part < 999; part += 1) port.fill('a', 'r1N1', '0.001');
    expect(await counted(manager, 999, 1)).toMatchObject({ twice: 0, lost: 0 });
  });

  it('begin anew without a saved state', async () => {
    const { manager, port } = await managerWithPort();
    await start({ manager }, { onBar: 'buy' }, { restartPolicy: SOON, keepState: false });
    await publish(manager, 1);
    await told(manager, 'order filled');
    process.kill(manager.getWorkerStatus('a').pid ?? 0, 'SIGKILL');
    await told(manager, 'start with 1 on memory');
    port.fill('a', 'r1N1', '0');
    await told(manager, 'fill t-2 of 0, filled');
    expect(fillsOf(manager)).toEqual({ 't-2': 1 });
  });

  it('agree in a process that is told to start, and of a fill, while it still loads', async () => {
    const hold = join(temporaryDirectory(), 'hold');
    const file = join(
      filesOutside({
        's.mjs': `import { existsSync } from 'node:fs';
          import { setTimeout as delay } from 'node:timers/promises';
          while (existsSync(${JSON.stringify(hold)})) await delay(5);
          const told = [];
          export default { name: 'loads slowly', symbols: ['BTC/USDT'],
            onStart: () => told.push('start'),
            onBar: (ctx) => ctx.buy('BTC/USDT', '1', { price: 99 }),
            onFill(ctx, fill) {
              told.push('fill ' + fill.tradeId);
              ctx.report({ told });
            } };`,
      }),
      's.mjs',
    );
    const { manager, port } = await managerWithPort();
    await manager.startStrategy(file, { restartPolicy: SOON }, 'a');
    await publish(manager, 1);
    await waitFor('the order', () => port.orders('a')[0]?.status === 'accepted');
    await new Promise((resolve) => setTimeout(resolve, 200));
    writeFileSync(hold, '');
    // Once the new process was told to start, which it can not do yet.
    port.fillOnUp = 'r1N1';
    process.kill(manager.getWorkerStatus('a').pid ?? 0, 'SIGKILL');
    await waitFor('the fill', () => port.trades === 1);
    // So that it has both, most likely.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(manager.getWorkerStatus('a').state).toBe('recovering');
    rmSync(hold);
    expect(await told(manager, 'fill t-1')).toEqual(['start', 'fill t-1']);
    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'running', restartCount: 1 });
  });

  it('agree in a process that took nothing for a while', async () => {
    const { manager, port } = await managerWithPort();
    await startCounting(manager, { orders: 1, price: 99 });
    await publish(manager, 1);
    await waitFor('the order', () => port.orders('a')[0]?.status === 'accepted');
    const pid = manager.getWorkerStatus('a').pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    // More than the sockets and the host's own queue take.
    for (let part = 0; part < 16_000; part += 1) {
      port.fill('a', 'r1N1', '0');
      if (part < 6_000) await new Promise((resolve) => setImmediate(resolve));
    }
    process.kill(pid, 'SIGCONT');
    expect(await counted(manager, 16_000)).toMatchObject({ twice: 0, lost: 0 });
  });
});

describe('a reload', () => {
  it('brings open orders and what comes of them to the new process', async () => {
    const { manager, port } = await managerWithPort({ pool: { minSize: 2 } });
    await start({ manager }, { onBar: 'limit' });
    await publish(manager, 1);
    await told(manager, 'order accepted');
    await manager.reloadStrategy('a');
    port.fill('a', 'r1N1', '0.5');
    await told(manager, 'order partially-filled');
    await publish(manager, 2);
    await told(manager, 'limit accepted');
    expect(port.orders('a').map(({ clientOrderId }) => clientOrderId)).toEqual(['r1N1', 'r2N1']);
    expect(fillsOf(manager)).toEqual({ 't-1': 1 });
  });

  it('does not lose an order that was not answered', async () => {
    const { manager, port } = await managerWithPort({ pool: { minSize: 2 } });
    await start({ manager }, { onBar: 'heldUnawaited' });
    await publish(manager, 1);
    await waitFor('the order', () => port.heldCount === 1);
    await manager.reloadStrategy('a');
    port.release();
    await told(manager, 'order accepted');
    port.fill('a', 'r1N1');
    await told(manager, 'order filled');
    expect(fillsOf(manager)).toEqual({ 't-1': 1 });
  });

  it('that fails lets the old process go on with what happened meanwhile', async () => {
    const { manager, port } = await managerWithPort({ pool: { minSize: 2 } });
    await start({ manager }, { onBar: 'limit', onStart: 'failSecond' });
    await publish(manager, 1);
    await told(manager, 'order accepted');
    port.fillOnUp = 'r1N1';
    await expect(manager.reloadStrategy('a')).rejects.toThrow('onStart threw');
    await told(manager, 'order filled');
    expect(fillsOf(manager)).toEqual({ 't-1': 1 });
    await publish(manager, 2);
    await told(manager, 'bar 2');
  });
});
