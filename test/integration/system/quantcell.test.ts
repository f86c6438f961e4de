import { expect, it, onTestFinished } from 'vitest';
import { SyntheticFeed } from '../../../src/market/synthetic/synthetic-feed.ts';
import { QuantCell } from '../../../src/system/quantcell.ts';
import { fixture } from '../support/files.ts';
import { statusOf } from '../support/managers.ts';
import { rejection } from '../support/wait.ts';

async function started(): Promise<QuantCell> {
  const system = new QuantCell({
    feed: new SyntheticFeed({ stepMs: 20, symbols: ['BTC/USDT', 'ETH/USDT'] }),
    manager: { pool: { minSize: 0 }, healthCheck: { heartbeatTimeoutMs: 120_000 } },
  });
  await system.start();
  onTestFinished(() => system.stop());
  system.startFeed();
  return system;
}

const TELLS_ALL = fixture('tells-all');

it('a worker that is created gets its data once it is started', async () => {
  const system = await started();
  await system.createWorker(TELLS_ALL, { symbols: ['ETH/USDT'], dataTypes: ['trade'] }, 'a');
  expect(system.manager.getWorkerStatus('a')).toMatchObject({ state: 'stopped', pid: null });
  await system.startWorker('a');

  await statusOf(system.manager, 'a', ({ counters }) => counters.messagesProcessed > 0);
});

it('a worker whose data the feed does not have is not made', async () => {
  const system = await started();
  const made = system.createWorker(TELLS_ALL, { symbols: ['NO/SUCH'] }, 'a');

  expect((await rejection(made)).code).toBe('UNKNOWN_MARKET_SYMBOL');
  expect(system.manager.workerCount).toBe(0);
});

it('a worker that is changed gets its new data', async () => {
  const system = await started();
  await system.startStrategy(TELLS_ALL, { symbols: ['BTC/USDT'], dataTypes: ['trade'] }, 'a');
  await system.configureWorker('a', { symbols: ['ETH/USDT'], dataTypes: ['quote'] });

  await statusOf(system.manager, 'a', ({ report }) =>
    ((report['seen'] ?? []) as string[]).some((what) => what.startsWith('quote ')),
  );
  const { code } = await rejection(system.configureWorker('a', { symbols: ['NO/SUCH'] }));
  expect(code).toBe('UNKNOWN_MARKET_SYMBOL');
});

it('a worker that is created in a replay has the time of the replay', async () => {
  const feed = new SyntheticFeed({ speed: 'max', startMs: 5_000, maxEvents: 1 });
  const system = new QuantCell({ feed, manager: { pool: { minSize: 0 } } });
  await system.start();
  onTestFinished(() => system.stop());
  await system.createWorker(TELLS_ALL, {}, 'a');

  expect(system.manager.getWorkerConfig('a')).toEqual({ mode: 'replay', replayFromMs: 5_000 });
});
