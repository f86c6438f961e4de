import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAN_BROWSE, openBrowser } from './support/chromium.ts';
import { DashboardServer } from './support/dashboard-server.ts';
import { Dashboard, DESKTOP, PHONE } from './support/dashboard.ts';

const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url));
/** Until there is something to see on every page, milliseconds. */
const RUNNING_MS = 200_000;

function averages(id: string, symbol: string, n1: number, n2: number, quantity: number): object {
  const params = { n1, n2, quantity };
  return { id, strategy: 'sma-cross', symbols: [symbol], timeframe: '1s', params };
}

const server = new DashboardServer({
  strategies: {
    'sma-cross': 'examples/sma-cross',
    'relative-strength': 'examples/relative-strength',
    'tick-pressure': 'examples/tick-pressure',
  },
  run: [
    averages('btc-trend-fast', 'BTC/USDT', 4, 9, 0.2),
    averages('btc-trend-slow', 'BTC/USDT', 8, 21, 0.4),
    averages('eth-trend-fast', 'ETH/USDT', 5, 12, 3),
    averages('eth-trend-slow', 'ETH/USDT', 10, 30, 6),
    averages('sol-trend', 'SOL/USDT', 6, 16, 90),
    {
      id: 'rotation',
      strategy: 'relative-strength',
      symbols: ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'],
      timeframe: '1s',
      params: { lookback: 10, every: 5 },
    },
    { id: 'btc-flow', strategy: 'tick-pressure', symbols: ['BTC/USDT'] },
    { id: 'eth-flow', strategy: 'tick-pressure', symbols: ['ETH/USDT'] },
  ],
  config: {
    market: { source: 'synthetic', timeframe: '1s', volatility: 10, seed: 11 },
    trading: { paper: { fee: 0.0001 } },
  },
});
let browser: Browser;

const isAsked = process.env['QUANTCELL_README_SHOTS'] === '1';

/** Not a test of anything: makes the pictures that the README shows, as the dashboard is now. */
describe.skipIf(!isAsked || !CAN_BROWSE)(
  'pictures of the README (only with QUANTCELL_README_SHOTS=1)',
  () => {
    beforeAll(async () => {
      [browser] = await Promise.all([openBrowser(), server.start()]);
      await delay(RUNNING_MS);
    }, RUNNING_MS + 120_000);
    afterAll(async () => {
      await browser?.close();
      await server.remove();
    });

    it('shows the pages at work, light and dark', async () => {
      const dashboard = await Dashboard.open(browser, server.url, DESKTOP);
      await dashboard.login(server.token);
      for (const [name, address, shows] of [
        ['fleet', 'fleet', "Workers' memory"],
        ['worker-chart', 'workers/btc-trend-fast?tab=chart', /· O [\d.]+ · H/],
        ['worker-performance', 'workers/btc-trend-fast?tab=performance', 'Figures'],
        ['orders', 'orders', 'Filled'],
      ] as const) {
        await dashboard.go(address);
        await dashboard.sees(shows);
        await dashboard.drawn();
        await dashboard.picture(name, IMAGES);
      }
      await dashboard.page.emulateMedia({ colorScheme: 'dark' });
      await dashboard.go('workers/btc-trend-slow');
      await dashboard.sees('Timeline');
      await dashboard.drawn();
      await dashboard.picture('worker-dark', IMAGES);
      expect(dashboard.complaints).toEqual([]);
    });

    it('shows the fleet on a phone, in Chinese', async () => {
      const phone = await Dashboard.open(browser, server.url, PHONE);
      await phone.login(server.token);
      await phone.prefer('中文');
      await phone.drawn();
      await phone.picture('phone-zh', IMAGES);
      expect(phone.complaints).toEqual([]);
    });
  },
);
