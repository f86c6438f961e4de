import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAN_BROWSE, openBrowser, WHY_SKIPPED } from './support/chromium.ts';
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
let browser: Browser;
let dashboard: Dashboard;

describe.skipIf(!CAN_BROWSE)(`a day at the dashboard${WHY_SKIPPED}`, () => {
  beforeAll(async () => {
    [browser] = await Promise.all([openBrowser(), server.start()]);
    dashboard = await Dashboard.open(browser, server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server.remove();
  });

  it('refuses a wrong token, and lets in with the right one', async () => {
    await dashboard.login(server.token);
    await dashboard.sees('Trading open');
    await dashboard.picture('fleet');
  });

  it('has no complaint in the console', () => {
    expect(dashboard.complaints).toEqual([]);
  });
});
