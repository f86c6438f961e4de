import { describe, expect, it } from 'vitest';
import { startManager } from '../support/managers.ts';
import { waitFor } from '../support/wait.ts';
import { managerWithPort, publish, start, told, toldOf } from './support.ts';

describe('an order call', () => {
  it.each([
    ['limit', 'limit accepted'],
    ['denied', 'denied denied TEST_RULE'],
    ['rejected', 'rejected rejected'],
    ['unknown', 'unknown unknown'],
  ])('%s resolves to what became of it', async (onBar, outcome) => {
    const setting = await managerWithPort();
    await start(setting, { onBar });
    await publish(setting.manager, 1);
    expect(await told(setting.manager, outcome)).toContain(outcome);
  });

  it('is followed by its fill, position and order, once the callback is done', async () => {
    const setting = await managerWithPort();
    await start(setting, { onBar: 'buy' });
    await publish(setting.manager, 1);
    expect(await told(setting.manager, 'order filled')).toEqual([
      'start with 0 on memory',
      'bar 1',
      'buy accepted',
      'order submitted',
      'order accepted',
      'fill t-1 of 1, filled',
      'position 1',
      'order filled',
    ]);
  });

  it('that is wrong is denied with words and never throws', async () => {
    const { manager, port } = await managerWithPort();
    await start({ manager }, { onBar: 'bad' });
    await publish(manager, 1);
    await waitFor('four outcomes', () => toldOf(manager).length === 6);
    expect(toldOf(manager).slice(2)).toEqual(Array(4).fill('bad denied INVALID_ORDER'));
    const words = (): string[] => manager.told.messages('a');
    await waitFor('the words', () => words().some((text) => text.includes('the order is 5')));
    expect(words()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^an order was denied by INVALID_ORDER: quantity is NaN/),
        expect.stringMatching(/^buy\(\) has no option "limit": expected type, price/),
        expect.stringMatching(/^symbol is "NO\/SUCH", which can't be traded on memory/),
      ]),
    );
    expect(port.requests).toEqual([]);
    expect(manager.getWorkerStatus('a').counters.errorCount).toBe(0);
  });

  it('does not have to be awaited', async () => {
    const { manager, port } = await managerWithPort();
    await start({ manager }, { onBar: 'bought' });
    await publish(manager, 1, 3);
    await waitFor(
      'three fills',
      () => toldOf(manager).filter((what) => what === 'order filled').length === 3,
    );
    expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'running', restartCount: 0 });
    expect(new Set(port.orders('a').map(({ clientOrderId }) => clientOrderId))).toEqual(
      new Set(['r1N1', 'r1N2', 'r1N3']),
    );
  });

  it('can change and cancel what is open', async () => {
    const { manager, port } = await managerWithPort();
    await start({ manager }, { onBar: 'limit' });
    await publish(manager, 1);
    await told(manager, 'order accepted');
    await manager.updateParams('a', { onBar: 'modify' });
    await publish(manager, 2);
    await told(manager, 'quantity 2');
    await manager.updateParams('a', { onBar: 'cancelAll' });
    await publish(manager, 3);
    await told(manager, 'order canceled');
    expect(port.orders('a')).toMatchObject([{ status: 'canceled', quantity: '2' }]);
  });

  it('is denied where there is no venue', async () => {
    await using manager = await startManager({ pool: { minSize: 1 } });
    await start({ manager }, { onBar: 'buy' });
    await publish(manager, 1);
    expect(await told(manager, 'buy denied NO_VENUE')).toContain('start with 0 on none');
  });
});

describe('a paused worker', () => {
  it('is told of its fills, and gets no new exposure', async () => {
    const { manager, port } = await managerWithPort();
    await start({ manager }, { onBar: 'limit', onFill: 'buy' });
    await publish(manager, 1);
    await told(manager, 'order accepted');
    await manager.pauseWorker('a');
    port.fill('a', 'r1N1', '0.4');
    await told(manager, 'order partially-filled');
    port.fill('a', 'r1N1');
    expect(await told(manager, 'order filled')).toEqual(
      expect.arrayContaining([
        'fill t-1 of 0.4, partially-filled',
        'buy denied PAUSED',
        'fill t-2 of 0.6, filled',
      ]),
    );
    expect(port.requests.at(-1)).toMatchObject(['a', { action: 'submit' }, { paused: true }]);
    expect(manager.getWorkerStatus('a').state).toBe('paused');
  });
});

describe('the account', () => {
  it('is as the port said last', async () => {
    const { manager, port } = await managerWithPort();
    await start({ manager }, { onBar: 'account' });
    await publish(manager, 1);
    await told(manager, 'trading is active');
    port.halt('a');
    // It comes on another way than the bars.
    for (let close = 2; !toldOf(manager).includes('trading is halted'); close += 1) {
      await publish(manager, close);
      await told(manager, `bar ${close}`);
    }
  });
});

describe('a worker that is stopped', () => {
  it('can cancel its orders and close its position in onStop', async () => {
    const { manager, port } = await managerWithPort();
    await start({ manager }, { onBar: 'buy', onStop: 'close' });
    await publish(manager, 1);
    await told(manager, 'order filled');
    await manager.stopWorker('a');
    expect(toldOf(manager).slice(-7)).toEqual([
      'close accepted',
      'position 0',
      'order submitted',
      'order accepted',
      'fill t-2 of 1, filled',
      'position 0',
      'order filled',
    ]);
    expect(port.told).toEqual(['a up', 'a down, stopped']);
  });

  it('has its orders canceled although it does not wait for that', async () => {
    const { manager, port } = await managerWithPort();
    await start({ manager }, { onBar: 'limit', onStop: 'cancelAllUnawaited' });
    await publish(manager, 1, 2);
    await waitFor('two orders', () => port.orders('a').length === 2);
    await manager.stopWorker('a');
    expect(port.orders('a')).toMatchObject([{ status: 'canceled' }, { status: 'canceled' }]);
    expect(toldOf(manager).filter((what) => what === 'order canceled')).toHaveLength(2);
  });
});
