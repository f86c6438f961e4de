import { describe, expect, it, onTestFinished } from 'vitest';
import type { MarketFeed } from '../../../src/market/market-feed.ts';
import type { Alert } from '../../../src/system/alerts/alert.ts';
import { Alerts } from '../../../src/system/alerts/alerts.ts';
import { WebhookChannel } from '../../../src/system/alerts/channels/webhook-channel.ts';
import { watchSystem } from '../../../src/system/alerts/watch/watch-system.ts';
import { MetricSamples } from '../../../src/system/samples/metric-samples.ts';
import { QuantCell } from '../../../src/system/quantcell.ts';
import { serve } from '../../unit/system/alerts/fixtures.ts';
import { bar } from '../support/bars.ts';
import { fixture } from '../support/files.ts';
import { waitFor } from '../support/wait.ts';

/** Says nothing by itself: the tests publish. */
const FEED: MarketFeed = {
  name: 'quiet',
  replays: false,
  dataTypesOf: () => ['kline@1m'],
  run: (_topics, _sink, signal) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
};

async function rigOf(restartPolicy = {}) {
  const hook = await serve();
  const channels = [new WebhookChannel({ url: hook.url })];
  const alerts = new Alerts({ channels, minSeverity: 'info' });
  const system = new QuantCell({
    feed: FEED,
    manager: {
      pool: { minSize: 0 },
      restartPolicy: { initialDelayMs: 10, ...restartPolicy },
      healthCheck: { heartbeatIntervalMs: 50, heartbeatTimeoutMs: 120_000 },
    },
  });
  const watch = watchSystem({ system, execution: null, alerts, lookEveryMs: 20, errors: 5 });
  await system.start();
  onTestFinished(async () => {
    watch.stop();
    await system.stop();
    await alerts.stop();
  });
  /** The first alert of a kind that came to the other side. */
  const arrived = (kind: string, isResolved = false): Promise<Alert> =>
    waitFor(`an alert of ${kind}`, () =>
      hook.requests
        .map(({ body }) => JSON.parse(body) as Alert)
        .find((alert) => alert.kind === kind && alert.isResolved === isResolved),
    );
  const publish = (close: number): Promise<number> =>
    system.manager.publishMarketData('BTC/USDT', 'kline@1m', { ...bar(0), close });
  return { alerts, system, watch, arrived, publish, hook };
}

describe('alerts of workers', () => {
  it('tell what ended, where, and that it is restarted', async () => {
    const { system, arrived, publish } = await rigOf();
    const id = await system.startStrategy(fixture('exits'), { timeframe: '1m' }, 'crasher');
    await publish(7);
    const ended = await arrived('worker-ended');
    expect(ended).toMatchObject({
      severity: 'warning',
      subject: id,
      title: 'worker crasher ended: exit-code',
      facts: { cause: 'exit-code', exitCode: 7, restart: true, attempt: 1 },
    });
    expect(ended.text).toMatch(
      /exited by itself with code 7.*It is restarted in \d+ ms, restart 1/,
    );
  });

  it('tell of a quarantine with the end that led to it, as one alert', async () => {
    const { system, arrived, alerts } = await rigOf({ maxRestarts: 0 });
    const id = await system.startStrategy(fixture('counts-bars'), { timeframe: '1m' }, 'killed');
    process.kill(system.manager.getWorkerStatus(id).pid ?? 0, 'SIGKILL');
    const quarantined = await arrived('worker-quarantined');
    expect(quarantined).toMatchObject({ severity: 'critical', subject: id });
    expect(quarantined.text).toContain('was ended by SIGKILL');
    expect(alerts.recent().filter(({ kind }) => kind === 'worker-ended')).toEqual([]);
    await system.manager.restartWorker(id);
    await arrived('worker-quarantined', true);
  });

  it('tell of callbacks that throw again and again', async () => {
    const { system, arrived, publish } = await rigOf();
    await system.startStrategy(fixture('throws-in-on-bar'), { timeframe: '1m' }, 'thrower');
    for (let n = 1; n <= 6; n += 1) await publish(-n);
    const alert = await arrived('worker-errors');
    expect(alert.text).toMatch(/callbacks of worker thrower threw.*in onBar at .*throws-in-on-bar/);
  });

  it('tell of a worker that was killed and runs again, and not of one that was stopped', async () => {
    const { system, arrived, alerts } = await rigOf();
    await system.startStrategy(fixture('counts-bars'), { timeframe: '1m' }, 'stopped');
    await system.startStrategy(fixture('counts-bars'), { timeframe: '1m' }, 'killed');
    await system.manager.stopWorker('stopped');
    process.kill(system.manager.getWorkerStatus('killed').pid ?? 0, 'SIGKILL');
    expect((await arrived('worker-ended')).text).toContain('was ended by SIGKILL');
    expect(await arrived('worker-ended', true)).toMatchObject({
      title: 'worker killed runs again',
    });
    expect(alerts.recent().filter(({ subject }) => subject === 'stopped')).toEqual([]);
  });
});

it('alerts tell that the system was started and is stopped', async () => {
  const { watch, arrived } = await rigOf();
  expect((await arrived('system-started')).text).toContain('market data of quiet');
  watch.stop();
  await arrived('system-stopped');
});

it('samples show what a real worker does', async () => {
  const { system, publish } = await rigOf();
  const samples = new MetricSamples({ system, everyMs: 100 });
  onTestFinished(() => samples.stop());
  await system.startStrategy(fixture('counts-bars'), { timeframe: '1m' }, 'counter');
  samples.start();
  let close = 0;
  const publishing = setInterval(() => void publish((close += 1)), 5);
  onTestFinished(() => clearInterval(publishing));
  await waitFor('a rate', () => {
    const sample = samples.current('counter');
    return sample !== undefined && sample.eventsPerSecond > 1 && sample.cpuShare > 0;
  });
  expect(samples.current('counter')?.memoryBytes).toBeGreaterThan(1_000_000);
  expect(samples.system).toMatchObject({ workers: 1, workersAlive: 1 });
  expect(samples.history('counter').length).toBeGreaterThan(1);
});
