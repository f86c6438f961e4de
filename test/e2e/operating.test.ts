import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Worker } from '../../src/client/index.ts';
import { isAlive } from '../integration/support/processes.ts';
import { CAN_BROWSE, openBrowser } from './support/chromium.ts';
import { DashboardServer } from './support/dashboard-server.ts';
import { Dashboard } from './support/dashboard.ts';

const server = new DashboardServer({
  strategies: { 'turns-over.ts': 'test/fixtures/strategies/turns-over.ts' },
  run: ['one', 'two', 'three'].map((id) => ({
    id,
    strategy: 'turns-over',
    symbols: ['BTC/USDT'],
    timeframe: '1s',
    ...(id === 'one' && { start: false }),
  })),
});
const QUIET_ONE = `import { defineStrategy } from 'quantcell/strategy';

export default defineStrategy({
  name: 'A quiet one',
  onBar() {},
});
`;
let browser: Browser;
let dashboard: Dashboard;

/** What the server itself knows of a worker, to hold the page against. */
function worker(id: string): Promise<Worker> {
  return server.client.call('getWorker', { params: { id } });
}

/** Each step goes on where the one before it ended, as a person at the page does. */
describe.skipIf(!CAN_BROWSE)('a day at the dashboard', () => {
  beforeAll(async () => {
    [browser] = await Promise.all([openBrowser(), server.start()]);
    dashboard = await Dashboard.open(browser, server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server.remove();
  });

  it('signs in, and sees the workers as they are', async () => {
    await dashboard.login(server.token);
    await dashboard.sees('Trading open');
    await dashboard.sees('Stopped', dashboard.row('one'));
    await dashboard.sees('Running', dashboard.row('two'));
  });

  it('starts a strategy', async () => {
    await dashboard.press('Start one', dashboard.row('one'));
    await dashboard.sees('Running', dashboard.row('one'));
    expect((await worker('one')).state).toBe('running');
  });

  it('sees the bars move', async () => {
    await dashboard.go('workers/one?tab=chart');
    const seen = new Set<string>();
    await expect
      .poll(
        async () => {
          const label = await dashboard.chart.getAttribute('aria-label');
          seen.add(/last one began at (\S+)/.exec(label ?? '')?.[1] ?? '');
          return seen.size;
        },
        { timeout: 60_000 },
      )
      .toBeGreaterThan(3);
  });

  it('sees what the strategy buys and sells', async () => {
    await dashboard.go('workers/one?tab=trading');
    const orders = dashboard.page.getByRole('table', { name: 'Closed orders' });
    await orders
      .getByRole('row', { name: /Buy.*Filled/ })
      .first()
      .waitFor();
    await orders
      .getByRole('row', { name: /Sell.*Filled/ })
      .first()
      .waitFor();
  });

  it('sees a line of the log when it is written', async () => {
    await dashboard.go('workers/one?tab=logs');
    const log = dashboard.page.getByRole('log', { name: 'Log of one' });
    await dashboard.sees(/bar \d+ closed at/, log);
    const { bars } = (await worker('one')).report as { bars: number };
    await dashboard.sees(new RegExp(`bar ${bars + 2} closed at`), log);
  });

  it('pauses it, and lets it go on', async () => {
    await dashboard.press('Pause', dashboard.actions);
    await dashboard.sees('Paused', dashboard.head);
    expect((await worker('one')).state).toBe('paused');
    await dashboard.press('Resume', dashboard.actions);
    await dashboard.sees('Running', dashboard.head);
    expect((await worker('one')).state).toBe('running');
  });

  it('changes a parameter, which the strategy has from then on; a wrong one is told beside it', async () => {
    await dashboard.go('workers/one?tab=params');
    const quantity = dashboard.page.getByLabel('quantity');
    await quantity.fill('-1');
    await dashboard.press('Apply');
    await dashboard.sees('More than 0.');
    await quantity.fill('0.02');
    await dashboard.press('Apply');
    await dashboard.sees('Applied', dashboard.page.locator('form').getByRole('status'));
    expect((await worker('one')).params).toMatchObject({ quantity: 0.02 });
    await dashboard.go('workers/one?tab=trading');
    await dashboard.page
      .getByRole('row', { name: /0\.02 .*Filled/ })
      .first()
      .waitFor();
  });

  it('sees its process killed, and another one that goes on', async () => {
    await dashboard.go('workers/one');
    const { pid } = await worker('one');
    await dashboard.sees(String(pid));
    process.kill(pid as number, 'SIGKILL');
    await dashboard.sees('Process ended unexpectedly');
    await dashboard.sees('signal SIGKILL');
    await dashboard.sees('Running', dashboard.head);
    await expect.poll(async () => (await worker('one')).state, { timeout: 60_000 }).toBe('running');
    const next = (await worker('one')).pid as number;
    await dashboard.sees(String(next));
    expect([next === pid, isAlive(next)]).toEqual([false, true]);
  });

  it('halts, and sees orders denied', async () => {
    await dashboard.press('Kill switch');
    await dashboard.dialog.getByLabel('Reason').fill('a drill');
    await dashboard.press('Continue…', dashboard.dialog);
    await dashboard.press('Yes: Halt', dashboard.dialog);
    await dashboard.sees('a drill', dashboard.dialog);
    await dashboard.picture('kill-switch');
    await dashboard.press('Close', dashboard.dialog);
    await dashboard.sees('Trading halted');
    await dashboard.go('workers/one?tab=logs');
    const log = dashboard.page.getByRole('log', { name: 'Log of one' });
    await dashboard.sees(/an order was denied by HALTED: .* by admin: a drill/, log);
    await dashboard.go('orders?tab=denied');
    const denied = dashboard.page.getByRole('table', { name: 'Denied' });
    await denied
      .getByRole('row', { name: /one New order .* HALTED .* a drill/ })
      .first()
      .waitFor();
    await dashboard.picture('denied');
    const { switches } = await server.client.call('getTrading');
    expect(switches).toMatchObject([{ scope: 'all', state: 'halted', reason: 'a drill' }]);
  });

  it('lifts the halt, and sees orders filled again', async () => {
    const { items } = await server.client.call('listOrders', { query: { workerId: 'one' } });
    const last = items[0]?.clientOrderId;
    await dashboard.press('Kill switch');
    await dashboard.press('Lift…', dashboard.dialog);
    await dashboard.dialog.getByLabel('Reason').fill('the drill is over');
    await dashboard.press('Continue…', dashboard.dialog);
    await dashboard.dialog.getByLabel('Type all to confirm').fill('all');
    await dashboard.press('Yes: Lift', dashboard.dialog);
    await dashboard.sees('Nothing is halted or limited.', dashboard.dialog);
    await dashboard.press('Close', dashboard.dialog);
    await dashboard.sees('Trading open');
    await dashboard.go('workers/one?tab=trading');
    const orders = dashboard.page.getByRole('table', { name: 'Closed orders' });
    const newest = orders.locator('tbody tr').first();
    await newest.filter({ hasText: 'Filled', hasNotText: last as string }).waitFor();
  });

  it('does the same with many, and sees what came of each', async () => {
    await dashboard.go('fleet');
    await dashboard.press('Pause two', dashboard.row('two'));
    await dashboard.sees('Paused', dashboard.row('two'));
    await dashboard.page.getByLabel('Select all on this page').check();
    await dashboard.press('Pause', dashboard.page.getByRole('group', { name: '3 selected' }));
    const results = dashboard.page.getByRole('table', { name: 'Results: 2 applied, 1 not' });
    await results.getByRole('row', { name: /^one Applied Paused/ }).waitFor();
    await results.getByRole('row', { name: /^three Applied Paused/ }).waitFor();
    await results.getByRole('row', { name: /^two Refused .*ILLEGAL_TRANSITION/ }).waitFor();
    await dashboard.picture('fleet-results');
  });

  it('uploads a strategy: one with a fault is told its place, and is not saved', async () => {
    await dashboard.go('strategies');
    await dashboard.press('Upload a strategy');
    await dashboard.dialog
      .getByLabel('File')
      .first()
      .setInputFiles({
        name: 'quiet-one.ts',
        mimeType: 'text/plain',
        buffer: Buffer.from(QUIET_ONE.replace("'A quiet one',", "'A quiet one' onBar(,")),
      });
    await dashboard.press('Validate', dashboard.dialog);
    await dashboard.sees(/^Line 4, column \d+:/, dashboard.dialog);
    await dashboard.picture('upload-fault');
    const save = dashboard.dialog.getByRole('button', { name: 'Save' });
    expect(await save.getAttribute('aria-description')).toBe('It cannot be started.');
    await dashboard.dialog.getByLabel('Source').first().fill(QUIET_ONE);
    await dashboard.press('Validate', dashboard.dialog);
    await dashboard.sees('It can be started.', dashboard.dialog);
    await dashboard.press('Save', dashboard.dialog);
    await dashboard.page.getByRole('heading', { name: 'quiet-one' }).waitFor();
  });

  it('changes it, and has both versions', async () => {
    await dashboard.go('strategies/quiet-one?tab=source');
    await dashboard.press('Change…');
    const next = QUIET_ONE.replace('A quiet one', 'Another quiet one');
    await dashboard.dialog.getByLabel('Source').first().fill(next);
    await dashboard.press('Validate', dashboard.dialog);
    await dashboard.press('Overwrite', dashboard.dialog);
    const sure = dashboard.page.getByRole('dialog', { name: 'Overwrite quiet-one?' });
    await dashboard.press('Overwrite', sure);
    await dashboard.dialog.first().waitFor({ state: 'detached' });
    await dashboard.go('strategies/quiet-one');
    await dashboard.sees('Another quiet one');
    await dashboard.go('strategies/quiet-one?tab=versions');
    const versions = dashboard.page.getByRole('table', { name: 'Versions' }).locator('tbody tr');
    await versions.filter({ hasText: 'in force' }).waitFor();
    expect(await versions.count()).toBe(2);
  });

  it('signs out, and stays so', async () => {
    await dashboard.press('Menu');
    await dashboard.press('Sign out');
    await dashboard.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await dashboard.page.reload();
    await dashboard.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('had no complaint of the browser in all that', () => {
    expect(dashboard.complaints).toEqual([]);
  });
});
