import { readFileSync } from 'node:fs';
import { EventEmitter } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MetricsPage } from '../../../../src/api/metrics/metrics-page.ts';
import type { MetricsSources } from '../../../../src/api/metrics/moment.ts';
import { ZERO_COUNTERS, ZERO_VITALS } from '../../../../src/lifecycle/worker-status.ts';
import type { WorkerStatus } from '../../../../src/lifecycle/worker-status.ts';
import { Alerts } from '../../../../src/system/alerts/alerts.ts';
import { ALERT_KINDS } from '../../../../src/system/alerts/alert-kinds.ts';
import { QuantCell } from '../../../../src/system/quantcell.ts';
import { setUp, WORKER } from '../../execution/engine-setup.ts';
import { anInput } from '../../system/alerts/fixtures.ts';
import { parseExposition, type Family } from './exposition.ts';

const ROOT = new URL('../../../../', import.meta.url);

function quietSystem(): QuantCell {
  return new QuantCell({
    feed: {
      name: 'quiet',
      replays: false,
      dataTypesOf: () => ['trade'],
      run: () => Promise.resolve(),
    },
  });
}

function pageOf(sources: Partial<MetricsSources> = {}): MetricsPage {
  const system = sources.system ?? quietSystem();
  const page = new MetricsPage({
    system,
    execution: null,
    alerts: null,
    version: '1.2.3',
    ...sources,
  });
  onTestFinished(() => page.stop());
  return page;
}

/** The page, read: a value by its metric and labels. */
async function valuesOf(page: MetricsPage) {
  const families = parseExposition(await page.render());
  const value = (name: string, labels: Readonly<Record<string, string>> = {}) =>
    families
      .get(name)
      ?.samples.find((sample) =>
        Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
      )?.value;
  return { families, value };
}

/** A system whose workers are as they are told to be. */
function systemOf(statuses: WorkerStatus[]) {
  const manager = Object.assign(new EventEmitter(), {
    getAllStatus: () => statuses,
    getWorkerStatus: (id: string) => statuses.find(({ workerId }) => workerId === id),
    getStats: () => {
      throw new Error('not started');
    },
  });
  const system = {
    manager,
    feedName: 'test',
    staleTopics: [],
    engine: { getStats: () => ({ eventsIn: 1, eventsOut: 2, eventsLate: 0 }) },
  } as unknown as QuantCell;
  return { system, manager };
}

function aStatus(fields: Partial<WorkerStatus> = {}): WorkerStatus {
  return {
    workerId: 'a',
    strategyName: 'A strategy',
    state: 'running',
    pid: 1,
    counters: ZERO_COUNTERS,
    vitals: { ...ZERO_VITALS, lagMs: 5, privateBytes: 1_000, cpuMs: 2_500 },
    lagEvents: 3,
    restartCount: 2,
    quarantine: null,
    lastHeartbeatAt: 1_500,
    ...fields,
  } as WorkerStatus;
}

describe('the page of metrics', () => {
  it('has a name, a type and a meaning for everything, as Prometheus wants it', async () => {
    const { execution: engine } = { execution: (await setUp()).engine };
    const page = pageOf({ execution: engine, alerts: new Alerts() });
    const { families } = await valuesOf(page);
    expect(page.contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect([...families.keys()].toSorted()).toEqual(page.list.map(({ name }) => name).toSorted());
    for (const { name, type } of page.list.filter((one) => one.name.startsWith('quantcell_'))) {
      expect(type === 'counter').toBe(name.endsWith('_total'));
      expect(name).toMatch(/^quantcell_[a-z]+(?:_[a-z]+)*$/);
    }
  });

  it('has the main process, and what it is', async () => {
    const { value } = await valuesOf(pageOf());
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
    expect(value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
    expect(value('quantcell_build_info', { version: '1.2.3', feed: 'quiet', venue: 'none' })).toBe(
      1,
    );
  });

  it('says nothing of what there is nothing to say of', async () => {
    const { value, families } = await valuesOf(pageOf());
    expect(value('quantcell_broker_topics')).toBeUndefined();
    expect(value('quantcell_orders_unknown')).toBeUndefined();
    expect(families.get('quantcell_trading_open')?.samples).toEqual([]);
    expect(value('quantcell_feed_running')).toBe(0);
  });

  it('has each worker in base units, and its state', async () => {
    const { system } = systemOf([aStatus(), aStatus({ workerId: 'b', pid: null, state: 'error' })]);
    const { value, families } = await valuesOf(pageOf({ system }));
    const a = { worker: 'a' };
    expect(value('quantcell_worker_up', a)).toBe(1);
    expect(value('quantcell_worker_up', { worker: 'b' })).toBe(0);
    expect(value('quantcell_worker_lag_seconds', a)).toBe(0.005);
    expect(value('quantcell_worker_memory_bytes', a)).toBe(1_000);
    expect(value('quantcell_worker_memory_bytes', { worker: 'b' })).toBeUndefined();
    expect(value('quantcell_worker_cpu_seconds_total', a)).toBe(2.5);
    expect(value('quantcell_worker_restarts_total', a)).toBe(2);
    expect(value('quantcell_worker_last_heartbeat_timestamp_seconds', a)).toBe(1.5);
    expect(value('quantcell_worker_state', { ...a, state: 'running' })).toBe(1);
    expect(families.get('quantcell_worker_state')?.samples).toHaveLength(2);
  });

  it('escapes what stands in labels', async () => {
    const strategyName = 'odd "name" \\ with\nlines and ü';
    const { system } = systemOf([aStatus({ strategyName })]);
    const { families } = await valuesOf(pageOf({ system }));
    expect(families.get('quantcell_worker_info')?.samples[0]?.labels).toEqual({
      worker: 'a',
      strategy: strategyName,
    });
  });

  it('has counters of a worker that never go back, over all its processes', async () => {
    const statuses = [aStatus()];
    const { system, manager } = systemOf(statuses);
    const page = pageOf({ system });
    const now = (processed: number, fields: Partial<WorkerStatus> = {}): void => {
      const counters = { ...ZERO_COUNTERS, messagesReceived: processed };
      statuses[0] = aStatus({ counters: { ...counters, messagesProcessed: processed }, ...fields });
    };
    const events = async () => (await valuesOf(page)).value('quantcell_worker_events_total');
    now(100);
    expect(await events()).toBe(100);
    // The last that the process says comes between two looks.
    now(120, { pid: null });
    manager.emit('exit', 'a', { cause: 'signal' });
    expect(await events()).toBe(120);
    now(0, { pid: null });
    expect(await events()).toBe(120);
    now(7, { pid: 2 });
    expect(await events()).toBe(127);
    now(130, { pid: 3 });
    expect(await events()).toBe(257);
    const { value } = await valuesOf(page);
    expect(value('quantcell_worker_exits_total', { worker: 'a', cause: 'signal' })).toBe(1);
  });

  it('forgets a worker that was removed', async () => {
    const statuses = [aStatus()];
    const { system } = systemOf(statuses);
    const page = pageOf({ system });
    await page.render();
    statuses.length = 0;
    const { families } = await valuesOf(page);
    expect(families.get('quantcell_worker_up')?.samples).toEqual([]);
  });

  it('has orders, positions, pnl and what may be traded', async () => {
    const { engine, submit, price } = await setUp();
    const { system } = systemOf([aStatus({ workerId: WORKER })]);
    const page = pageOf({ execution: engine, system });
    await submit({ type: 'market', price: null });
    await submit({ price: '90' });
    price(110);
    engine.setTradingState('all', 'halted', 'eva', 'a test');
    await submit();
    const { value } = await valuesOf(page);
    expect(value('quantcell_orders_total', { status: 'filled' })).toBe(1);
    expect(value('quantcell_orders_total', { status: 'rejected' })).toBe(0);
    expect(value('quantcell_order_denials_total', { rule: 'HALTED' })).toBe(1);
    expect(value('quantcell_fills_total')).toBe(1);
    expect(value('quantcell_orders_open', { worker: WORKER })).toBe(1);
    const held = { worker: WORKER, symbol: 'BTC/USDT' };
    expect(value('quantcell_position_quantity', held)).toBe(1);
    const inUsdt = { worker: WORKER, currency: 'USDT' };
    expect(value('quantcell_pnl_unrealized', inUsdt)).toBeGreaterThan(5);
    expect(value('quantcell_fees_paid', inUsdt)).toBeGreaterThan(0);
    expect(value('quantcell_account_balance', { currency: 'USDT', kind: 'total' })).toBeLessThan(
      100_000,
    );
    expect(value('quantcell_trading_state', { scope: 'all' })).toBe(2);
    expect(value('quantcell_trading_state', { scope: 'account' })).toBe(0);
    expect(value('quantcell_trading_open')).toBe(1);
  });

  it('has alerts by kind, those that were not told one by one too', async () => {
    const alerts = new Alerts();
    onTestFinished(() => alerts.stop());
    alerts.raise(anInput());
    alerts.raise(anInput());
    const { value } = await valuesOf(pageOf({ alerts }));
    expect(value('quantcell_alerts_total', { kind: 'worker-ended' })).toBe(2);
    expect(value('quantcell_alerts_total', { kind: 'kill-switch' })).toBe(0);
  });

  it('is made once for those who ask at once', async () => {
    const page = pageOf();
    const [one, other] = await Promise.all([page.render(), page.render()]);
    expect(one).toBe(other);
    expect((await valuesOf(page)).families.size).toBe(page.list.length);
  });
});

/** Rows of the first table after a heading of docs/METRICS.md. */
function tableOf(heading: string): string[][] {
  const text = readFileSync(new URL('docs/METRICS.md', ROOT), 'utf8');
  const [, section = ''] = text.split(`## ${heading}\n`);
  const [body = ''] = section.split('\n## ');
  return body
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));
}

describe('docs/METRICS.md', () => {
  it('has each metric of ours, with its type, its labels and its meaning', () => {
    const rows = tableOf('Metrics').map(([, name, type, , labels, help]) => [
      name,
      type,
      labels,
      help,
    ]);
    const ours = pageOf()
      .list.filter(({ name }) => name.startsWith('quantcell_'))
      .map(({ name, type, labels, help }) => [name, type, labels.join(', '), help]);
    expect(rows).toEqual(ours);
  });

  it('has each kind of alert', () => {
    expect(tableOf('Alerts').map(([, kind]) => kind)).toEqual([...ALERT_KINDS]);
  });
});

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string }[];
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly id: number;
}

describe('the dashboard for Grafana', () => {
  const dashboard = JSON.parse(
    readFileSync(new URL('examples/grafana/quantcell-dashboard.json', ROOT), 'utf8'),
  ) as { readonly panels: readonly Panel[]; readonly templating: unknown };

  it('asks only for metrics and labels that there are', async () => {
    const { list } = pageOf({ execution: (await setUp()).engine, alerts: new Alerts() });
    const known = new Map(list.map((metric) => [metric.name, metric]));
    const exprs = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    const asked = [...JSON.stringify(dashboard).matchAll(/\b(?:quantcell|process|nodejs)_\w+/g)];
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.map(([name]) => name).filter((name) => !known.has(name))).toEqual([]);
    for (const expr of exprs) {
      for (const [, name, selector] of expr.matchAll(/(quantcell_\w+)\{([^}]*)\}/g)) {
        const labels = [...(selector ?? '').matchAll(/(\w+)\s*=?[=~!]/g)].map(([, label]) => label);
        const missing = labels.filter(
          (label) => !known.get(name ?? '')?.labels.includes(label ?? ''),
        );
        expect(missing.filter((label) => label !== 'job' && label !== 'instance')).toEqual([]);
      }
    }
  });

  it('asks for the rate of counters alone', () => {
    const types = new Map(pageOf().list.map(({ name, type }) => [name, type]));
    for (const { targets = [] } of dashboard.panels)
      for (const { expr } of targets)
        for (const [, name] of expr.matchAll(/(?:rate|increase)\((\w+)/g))
          expect(types.get(name ?? '')).toBe('counter');
  });

  it('takes its data source from a variable, and has panels that do not overlap', () => {
    const shown = dashboard.panels.filter(({ type }) => type !== 'row');
    expect(shown.length).toBeGreaterThan(12);
    for (const { datasource } of shown) expect(datasource?.uid).toBe('${datasource}');
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    for (const one of dashboard.panels)
      for (const other of dashboard.panels)
        if (one.id < other.id) expect(overlap(one, other)).toBe(false);
  });
});

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

describe('the parser of these tests', () => {
  it.each([
    ['no end', 'a 1'],
    ['no HELP', '# TYPE a gauge\na 1\n'],
    ['twice the same', '# HELP a b\n# TYPE a gauge\na{x="1"} 1\na{x="1"} 2\n'],
    ['another name', '# HELP a b\n# TYPE a gauge\nb 1\n'],
    ['an open quote', '# HELP a b\n# TYPE a gauge\na{x="1} 1\n'],
    ['no number', '# HELP a b\n# TYPE a gauge\na x\n'],
  ])('refuses %s', (_, text) => {
    const parse = (): Map<string, Family> => parseExposition(text);
    expect(parse).toThrow();
  });
});
