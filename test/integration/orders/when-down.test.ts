import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { ExecutionEngine } from '../../../src/execution/execution-engine.ts';
import type { PaperVenueOptions } from '../../../src/execution/venues/paper/paper-options.ts';
import { PaperVenue } from '../../../src/execution/venues/paper/paper-venue.ts';
import type { WorkerManagerOptions } from '../../../src/host/worker-manager-options.ts';
import { EngineTrading } from '../../../src/system/trading/engine-trading.ts';
import { bar } from '../support/bars.ts';
import { filesOutside, temporaryDirectory } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { waitFor } from '../support/wait.ts';

const STRATEGY = `export default {
  name: 'buys',
  symbols: ['BTC/USDT'],
  async onBar(ctx, { close }) {
    if (close !== 1000) return;
    await ctx.buy('BTC/USDT', 1);
    await ctx.buy('BTC/USDT', 1, { price: 500 });
    ctx.report({ position: ctx.position('BTC/USDT').quantity, orders: ctx.orders.length });
  },
};`;

/** An exchange goes on when the engine ends, and what it has is asked for again. */
class LastingVenue extends PaperVenue {
  constructor(options: PaperVenueOptions = {}) {
    super(options, systemClock);
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }
}

type Manager = Awaited<ReturnType<typeof startManager>>;

interface Setting {
  readonly manager: Manager;
  readonly trading: EngineTrading;
  readonly venue: PaperVenue;
  readonly stop: () => Promise<void>;
}

async function setUp(
  options: WorkerManagerOptions & { journalPath?: string; venue?: PaperVenue } = {},
): Promise<Setting> {
  const { journalPath, venue = new LastingVenue(), ...rest } = options;
  const engine = new ExecutionEngine({ venue, ...(journalPath !== undefined && { journalPath }) });
  const trading = new EngineTrading(engine);
  await trading.start();
  const manager = await startManager({ pool: { minSize: 1 }, orders: trading.port, ...rest });
  const stop = async (): Promise<void> => {
    await manager.stop();
    await trading.stop();
  };
  onTestFinished(stop);
  return { manager, trading, venue, stop };
}

/** Starts worker a, which then has a position of 1 and an open order. */
async function start({ manager, trading }: Setting, config: object): Promise<number> {
  const file = join(filesOutside({ 's.mjs': STRATEGY }), 's.mjs');
  await manager.startStrategy(file, config, 'a');
  trading.onMarket([bar(1_000)]);
  await manager.broker.publishBatch([bar(1_000)]);
  const { pid } = await statusOf(manager, 'a', ({ report }) => report['orders'] === 1);
  expect(standing({ trading })).toEqual({ position: '1', orders: 1 });
  return pid ?? 0;
}

function standing({ trading: { engine } }: Pick<Setting, 'trading'>): object {
  const [position] = engine.positions()['a'] ?? [];
  return { position: position?.quantity, orders: engine.openOrders('a').length };
}

const TEMPORARY = { restartPolicy: { mode: 'temporary' } } as const;

describe('a worker that is killed and not started again', () => {
  it.each([
    ['hold', { position: '1', orders: 1 }],
    ['cancel', { position: '1', orders: 0 }],
    ['flatten', { position: '0', orders: 0 }],
  ] as const)('with %s', async (whenDown, after) => {
    const setting = await setUp();
    process.kill(await start(setting, { ...TEMPORARY, whenDown }), 'SIGKILL');
    await setting.manager.told.exit('a');
    if (whenDown !== 'hold') {
      await waitFor('its orders to end', () => {
        return JSON.stringify(standing(setting)) === JSON.stringify(after);
      });
    }
    await setting.stop();
    expect(standing(setting)).toEqual(after);
    expect(await setting.venue.openOrders()).toHaveLength(after.orders);
  });
});

describe('a worker with flatten', () => {
  it('keeps everything over restarts and reloads, and nothing over the stop of the system', async () => {
    const setting = await setUp();
    const { manager } = setting;
    const pid = await start(setting, { whenDown: 'flatten', restartPolicy: { initialDelayMs: 1 } });
    process.kill(pid, 'SIGKILL');
    await statusOf(
      manager,
      'a',
      (status) => status.restartCount === 1 && status.state === 'running',
    );
    await manager.restartWorker('a');
    await manager.reloadStrategy('a');
    expect(standing(setting)).toEqual({ position: '1', orders: 1 });
    await setting.stop();
    expect(standing(setting)).toEqual({ position: '0', orders: 0 });
    expect(await setting.venue.openOrders()).toEqual([]);
  });

  it('has everything closed before the end also where orders take their time', async () => {
    const setting = await setUp({ venue: new LastingVenue({ latencyMs: 30 }) });
    const file = join(filesOutside({ 's.mjs': STRATEGY }), 's.mjs');
    await setting.manager.startStrategy(file, { whenDown: 'flatten' }, 'a');
    setting.trading.onMarket([bar(1_000)]);
    await setting.manager.broker.publishBatch([bar(1_000)]);
    await statusOf(setting.manager, 'a', ({ report }) => report['orders'] !== undefined);
    await waitFor('its fill', () => {
      setting.trading.onMarket([bar(1_000)]);
      return JSON.stringify(standing(setting)) === '{"position":"1","orders":1}';
    });
    await setting.stop();
    expect(standing(setting)).toEqual({ position: '0', orders: 0 });
  });
});

it('a worker of an earlier host that is not brought back has its orders ended', async () => {
  const [home, venue] = [temporaryDirectory(), new LastingVenue()];
  const journalPath = join(home, 'orders.db');
  const first = await setUp({ home, venue, journalPath });
  await start(first, { ...TEMPORARY, whenDown: 'cancel' });
  // As if its host had died before it could do anything.
  first.trading.engine.workerDown = () => undefined;
  await first.manager.stopWorker('a');
  await first.stop();
  expect(await venue.openOrders()).toHaveLength(1);
  const second = await setUp({ home, venue, journalPath });
  expect(second.manager.getWorkerStatus('a').state).toBe('stopped');
  await waitFor('the cancel', () => second.trading.engine.openOrders('a').length === 0);
  expect(await venue.openOrders()).toEqual([]);
});
