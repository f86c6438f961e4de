import { expect, it, onTestFinished } from 'vitest';
import { MetricsPage } from '../../../src/api/metrics/metrics-page.ts';
import { Alerts } from '../../../src/system/alerts/alerts.ts';
import { watchSystem } from '../../../src/system/alerts/watch/watch-system.ts';
import { QuantCell } from '../../../src/system/quantcell.ts';
import { parseExposition } from '../../unit/api/metrics/exposition.ts';
import { bar } from '../support/bars.ts';
import { fixture } from '../support/files.ts';
import { statusOf } from '../support/managers.ts';

/** A system on a feed that says nothing by itself, with one worker, and the page of its metrics. */
async function rigOf() {
  const system = new QuantCell({
    feed: {
      name: 'quiet',
      replays: false,
      dataTypesOf: () => ['kline@1m'],
      run: (_topics, _sink, signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    },
    manager: {
      pool: { minSize: 1 },
      restartPolicy: { initialDelayMs: 10 },
      healthCheck: { heartbeatIntervalMs: 50, heartbeatTimeoutMs: 120_000 },
    },
  });
  const alerts = new Alerts();
  const watch = watchSystem({ system, execution: null, alerts });
  const page = new MetricsPage({ system, execution: null, alerts, version: '0.0.0' });
  await system.start();
  onTestFinished(async () => {
    watch.stop();
    await system.stop();
    await alerts.stop();
    page.stop();
  });
  const id = await system.startStrategy(fixture('counts-bars'), { timeframe: '1m' }, 'one');
  const look = async () => {
    const families = parseExposition(await page.render());
    return (name: string, labels: Readonly<Record<string, string>> = {}): number | undefined =>
      families
        .get(name)
        ?.samples.find((sample) =>
          Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
        )?.value;
  };
  return { system, page, id, look };
}

it('metrics of a real worker go on when its process is killed and another one comes', async () => {
  const { system, id, look } = await rigOf();
  const worker = { worker: id };
  const { manager } = system;
  for (let n = 0; n < 20; n += 1)
    await manager.publishMarketData('BTC/USDT', 'kline@1m', { ...bar(n) });
  const { pid } = await statusOf(manager, id, (s) => s.counters.messagesProcessed === 20);
  const before = await look();
  expect(before('quantcell_worker_events_total', worker)).toBe(20);
  expect(before('quantcell_worker_up', worker)).toBe(1);
  expect(before('quantcell_worker_memory_bytes', worker)).toBeGreaterThan(1_000_000);
  expect(before('quantcell_broker_events_published_total')).toBe(20);
  expect(before('quantcell_pool_processes', { state: 'busy' })).toBe(1);
  expect(before('quantcell_workers', { state: 'running' })).toBe(1);
  const cpuBefore = before('quantcell_worker_cpu_seconds_total', worker) ?? 0;
  expect(cpuBefore).toBeGreaterThan(0);

  process.kill(pid ?? 0, 'SIGKILL');
  await statusOf(
    manager,
    id,
    (s) => s.state === 'running' && s.pid !== pid && s.restartCount === 1,
  );
  for (let n = 20; n < 25; n += 1)
    await manager.publishMarketData('BTC/USDT', 'kline@1m', { ...bar(n) });
  await statusOf(manager, id, (s) => s.counters.messagesProcessed >= 5);
  const after = await look();
  expect(after('quantcell_worker_events_total', worker)).toBeGreaterThanOrEqual(25);
  expect(after('quantcell_worker_cpu_seconds_total', worker)).toBeGreaterThan(cpuBefore);
  expect(after('quantcell_worker_restarts_total', worker)).toBe(1);
  expect(after('quantcell_worker_exits_total', { ...worker, cause: 'signal' })).toBe(1);
  expect(after('quantcell_alerts_total', { kind: 'worker-ended' })).toBe(1);
});

it('metrics can be asked for after the end of the system', async () => {
  const { system, id, look } = await rigOf();
  await system.stop();
  const value = await look();
  expect(value('quantcell_worker_up', { worker: id })).toBe(0);
  expect(value('quantcell_broker_topics')).toBeUndefined();
});
