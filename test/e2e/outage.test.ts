import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../integration/support/processes.ts';
import { CAN_BROWSE, openBrowser } from './support/chromium.ts';
import { DashboardServer } from './support/dashboard-server.ts';
import { Dashboard } from './support/dashboard.ts';

const server = new DashboardServer({
  strategies: { 'turns-over.ts': 'test/fixtures/strategies/turns-over.ts' },
  run: [{ id: 'one', strategy: 'turns-over', symbols: ['BTC/USDT'], timeframe: '1s' }],
});
let browser: Browser;
let dashboard: Dashboard;
let pid = 0;

/** Each step goes on where the one before it ended. */
describe.skipIf(!CAN_BROWSE)('a server that is killed', () => {
  beforeAll(async () => {
    [browser] = await Promise.all([openBrowser(), server.start()]);
    dashboard = await Dashboard.open(browser, server.url);
    await dashboard.login(server.token);
    await dashboard.go('workers/one');
    await dashboard.sees('Running', dashboard.head);
    pid = (await server.client.call('getWorker', { params: { id: 'one' } })).pid ?? 0;
  });
  afterAll(async () => {
    await browser?.close();
    await server.remove();
  });

  it('leaves a page that says so, and what it shows is marked as old', async () => {
    expect(await dashboard.page.locator('.live-part.is-old').count()).toBe(0);
    await server.kill();
    const alert = dashboard.page.getByRole('alert');
    await dashboard.sees(
      /Not connected since \d\d:\d\d:\d\d\. What you see is as of then\./,
      alert,
    );
    const part = dashboard.page.locator('main .live-part.is-old').first();
    await dashboard.sees(/as of \d\d:\d\d:\d\d/, part);
    await dashboard.sees(String(pid), part);
    await dashboard.picture('outage');
  });

  it('can be asked for nothing, and the page says why', async () => {
    const pause = dashboard.actions.getByRole('button', { name: 'Pause' });
    expect(await pause.getAttribute('aria-description')).toBe(
      'Not connected: nothing can be asked until the server is back.',
    );
  });

  it('comes back without those who were signed in, and with the worker that went on', async () => {
    await server.start();
    await dashboard.sees('Your session has ended. Sign in again.');
    await dashboard.page.getByLabel('Token').fill(server.token);
    await dashboard.press('Sign in');
    await dashboard.sees('Connected');
    await dashboard.sees('Running', dashboard.head);
    await dashboard.sees(String(pid));
    expect(isAlive(pid)).toBe(true);
    expect(await dashboard.page.locator('.is-old').count()).toBe(0);
    await dashboard.go('workers/one?tab=logs');
    const log = dashboard.page.getByRole('log', { name: 'Log of one' });
    const { report } = await server.client.call('getWorker', { params: { id: 'one' } });
    await dashboard.sees(new RegExp(`bar ${Number(report['bars']) + 2} closed at`), log);
  });

  it('made the browser complain of nothing but that', () => {
    const others = dashboard.complaints.filter(
      (one) => !/net::ERR_|status of 401|WebSocket/.test(one),
    );
    expect(others).toEqual([]);
  });
});
