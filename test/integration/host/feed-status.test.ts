import { expect, it, onTestFinished } from 'vitest';
import { bar } from '../support/bars.ts';
import { fixture, temporaryDirectory } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { endAfterTest, RemoteHost } from '../support/remote-host.ts';

type Manager = Awaited<ReturnType<typeof startManager>>;

const BTC = { symbol: 'BTC/USDT', sinceMs: 5, reason: 'a test' } as const;
const STALE_BARS = 'kline@1m of BTC/USDT is stale since 5: a test';
const STALE_TRADES = 'trade of BTC/USDT is stale since 5: a test';

async function managed(): Promise<Manager> {
  const manager = await startManager({ pool: { minSize: 1 } });
  onTestFinished(() => manager.stop());
  return manager;
}

function toldOf(report: Readonly<Record<string, unknown>>): readonly string[] {
  return (report['told'] ?? []) as string[];
}

/** Waits until worker a was told `what`, and returns all that it was told. */
async function told(manager: Manager, what: string): Promise<readonly string[]> {
  const { report } = await statusOf(manager, 'a', (status) => toldOf(status.report).includes(what));
  return toldOf(report);
}

it('a strategy is told between two events that its data is stale, and that it is live again', async () => {
  const manager = await managed();
  await manager.startStrategy(fixture('watches-its-feed'), {}, 'a');
  await manager.broker.publishBatch([bar(1)]);
  await told(manager, 'bar 1');
  manager.tellFeedStatus({ ...BTC, dataType: 'kline@1m', status: 'stale' });
  manager.tellFeedStatus({ ...BTC, dataType: 'kline@5m', status: 'stale' });
  manager.tellFeedStatus({ ...BTC, symbol: 'ETH/USDT', dataType: null, status: 'stale' });
  await told(manager, STALE_BARS);
  manager.tellFeedStatus({ ...BTC, dataType: null, status: 'live' });
  await told(manager, 'kline@1m of BTC/USDT is live since 5: a test');
  await manager.broker.publishBatch([bar(2)]);
  expect(await told(manager, 'bar 2')).toEqual([
    'start',
    'bar 1',
    STALE_BARS,
    'kline@1m of BTC/USDT is live since 5: a test',
    'bar 2',
  ]);
});

it('a strategy that starts while its data is stale is told after its start, and so after a restart', async () => {
  const manager = await managed();
  manager.tellFeedStatus({ ...BTC, dataType: null, status: 'stale' });
  await manager.startStrategy(fixture('watches-its-feed'), {}, 'a');
  expect(await told(manager, STALE_TRADES)).toEqual(['start', STALE_BARS, STALE_TRADES]);
  manager.tellFeedStatus({ ...BTC, dataType: 'trade', status: 'live' });
  await manager.restartWorker('a');
  expect(await told(manager, STALE_BARS)).toEqual(['start', STALE_BARS]);
});

it('a strategy is told of a new topic that is stale, and while it is paused, and over a reload of its file', async () => {
  const manager = await managed();
  await manager.startStrategy(fixture('watches-its-feed'), {}, 'a');
  await manager.pauseWorker('a');
  manager.tellFeedStatus({ ...BTC, symbol: 'ETH/USDT', dataType: null, status: 'stale' });
  manager.tellFeedStatus({ ...BTC, dataType: 'trade', status: 'stale' });
  expect(await told(manager, STALE_TRADES)).toEqual(['start', 'pause', STALE_TRADES]);
  await manager.resumeWorker('a');
  await manager.reloadConfig('a', { symbols: ['ETH/USDT', 'BTC/USDT'], dataTypes: ['trade'] });
  await told(manager, 'trade of ETH/USDT is stale since 5: a test');
  await manager.reloadStrategy('a');
  expect(await told(manager, STALE_TRADES)).toContain('start');
});

it('a strategy that outlives its host is told by the next one how its data is', async () => {
  const home = temporaryDirectory();
  const options = {
    home,
    survive: true,
    pool: { minSize: 1 },
    healthCheck: { heartbeatIntervalMs: 50, heartbeatTimeoutMs: 60_000 },
    deadlines: { adoptMs: 30_000, commandMs: 30_000, readyMs: 30_000 },
  } as const;
  const first = new RemoteHost(options);
  await first.call('start');
  await first.call('startStrategy', fixture('watches-its-feed'), {}, 'a');
  await first.call('tellFeedStatus', { ...BTC, dataType: null, status: 'stale' });
  const { pid } = await first.statusWhen('a', ({ report }) => toldOf(report).length === 3);
  endAfterTest(pid);
  await first.kill();
  const second = new RemoteHost(options);
  await second.call('tellFeedStatus', { ...BTC, dataType: 'trade', status: 'stale' });
  await second.call('start');
  const status = await second.statusWhen('a', ({ report }) => toldOf(report).length === 4);
  expect(status.pid).toBe(pid);
  const all = toldOf(status.report);
  expect(all.slice(0, 3)).toEqual(['start', STALE_BARS, STALE_TRADES]);
  expect(all[3]).toMatch(/^kline@1m of BTC\/USDT is live since \d+: null$/);
  await second.call('stop');
});
