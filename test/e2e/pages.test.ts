import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousFaults } from './support/accessibility.ts';
import { CAN_BROWSE, openBrowser } from './support/chromium.ts';
import { DashboardServer } from './support/dashboard-server.ts';
import { Dashboard, PHONE } from './support/dashboard.ts';
import { PAGES } from './support/pages.ts';

const server = new DashboardServer({
  strategies: { 'turns-over.ts': 'test/fixtures/strategies/turns-over.ts' },
  run: ['one', 'two'].map((id) => ({
    id,
    strategy: 'turns-over',
    symbols: ['BTC/USDT'],
    timeframe: '1s',
    // Axe looks at each cell: a table of hundreds of orders would take it half a minute.
    params: { everyBars: 5 },
  })),
});
/** Puts a picture without a text on the page, and text that nearly nobody can read. */
const BREAK = `{
  const place = document.querySelector('main');
  place.append(document.createElement('img'), Object.assign(document.createElement('p'), { textContent: 'pale' }));
  place.lastChild.style.cssText = 'color: #999; background: #aaa';
}`;
/** Pages that a picture of a phone is kept of; each has one of a desk. */
const PICTURED = new Set(['fleet', 'worker-chart', 'orders', 'system']);
let browser: Browser;

describe.skipIf(!CAN_BROWSE)('the pages', () => {
  beforeAll(async () => {
    [browser] = await Promise.all([openBrowser(), server.start()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server.remove();
  });

  describe('on a desk', () => {
    let dashboard: Dashboard;
    beforeAll(async () => {
      dashboard = await Dashboard.open(browser, server.url);
    });

    const isSound = async (name: string): Promise<void> => {
      const faults = await seriousFaults(dashboard.page);
      await dashboard.picture(name);
      await dashboard.page.emulateMedia({ colorScheme: 'dark' });
      const inTheDark = await seriousFaults(dashboard.page, ['color-contrast']);
      await dashboard.page.emulateMedia({ colorScheme: 'light' });
      expect([...faults, ...inTheDark]).toEqual([]);
    };

    it('login is sound for those who do not see it, or not well', async () => {
      await dashboard.page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await isSound('login');
      await dashboard.login(server.token);
    });

    it.each(PAGES)('$name is sound for them', async ({ name, address, shows }) => {
      await dashboard.go(address);
      await dashboard.sees(shows);
      await isSound(name);
    });

    it('a dialog is sound for them', async () => {
      await dashboard.press('Kill switch');
      await dashboard.sees('No order leaves', dashboard.dialog);
      await isSound('kill-switch');
      await dashboard.page.emulateMedia({ colorScheme: 'dark' });
      await dashboard.picture('kill-switch-dark');
      await dashboard.page.keyboard.press('Escape');
      await dashboard.dialog.waitFor({ state: 'detached' });
    });

    it('had no complaint of the browser', () => {
      expect(dashboard.complaints).toEqual([]);
    });

    it('the check finds what is wrong with a page', async () => {
      await dashboard.page.evaluate(BREAK);
      const faults = await seriousFaults(dashboard.page);
      expect(faults).toContainEqual(expect.stringContaining('image-alt'));
      expect(faults).toContainEqual(expect.stringContaining('color-contrast'));
    });
  });

  describe('on a phone', () => {
    let phone: Dashboard;
    beforeAll(async () => {
      phone = await Dashboard.open(browser, server.url, PHONE);
      await phone.login(server.token);
    });

    const fits = async (language: string): Promise<void> => {
      const wider: string[] = [];
      for (const { name, address } of PAGES) {
        await phone.go(address);
        await phone.settles();
        const width = await phone.width();
        if (width > PHONE.viewport.width) wider.push(`${name}: ${width}`);
        if (PICTURED.has(name)) await phone.picture(`phone-${language}-${name}`);
      }
      expect(wider).toEqual([]);
    };

    it('every page fits in width', () => fits('en'));

    it('is read in Chinese', async () => {
      await phone.prefer('中文');
      await phone.go('fleet');
      await phone.page.getByRole('heading', { name: '进程', exact: true }).waitFor();
      expect(await phone.page.locator('html').getAttribute('lang')).toBe('zh-CN');
    });

    it('every page fits in Chinese too', () => fits('zh'));

    it('is dark when that is chosen, and stays so and signed in when it is loaded anew', async () => {
      await phone.prefer('深色');
      await phone.go('fleet');
      await phone.page.reload();
      await phone.page.getByRole('heading', { name: '进程', exact: true }).waitFor();
      expect(await phone.page.locator('html').getAttribute('data-theme')).toBe('dark');
      await phone.picture('phone-zh-dark');
    });

    it('had no complaint of the browser', () => {
      expect(phone.complaints).toEqual([]);
    });
  });

  describe('for others', () => {
    it('a token that is none is refused, and the page says so', async () => {
      const stranger = await Dashboard.open(browser, server.url);
      await stranger.page.getByLabel('Token').fill('no-such-token');
      await stranger.press('Sign in');
      await stranger.sees('This is no token of this server, or it was revoked.');
      // The browser itself tells of the answer.
      expect(stranger.complaints).toEqual([expect.stringContaining('status of 401')]);
      await stranger.close();
    });

    it('who may only read sees what is kept from them, and why', async () => {
      const { text } = await server.client.call('createToken', {
        body: { name: 'reader', role: 'read' },
      });
      const reader = await Dashboard.open(browser, server.url);
      await reader.login(text);
      const make = reader.page.getByRole('button', { name: 'New worker' });
      expect(await make.getAttribute('aria-disabled')).toBe('true');
      const why = 'This needs the role operate; yours is read.';
      expect(await make.getAttribute('aria-description')).toBe(why);
      await make.click({ force: true });
      await reader.sees(why);
      const pause = reader.page.getByRole('button', { name: 'Pause one' });
      expect(await pause.getAttribute('aria-disabled')).toBe('true');
      await reader.picture('reader');
      expect(reader.complaints).toEqual([]);
      await reader.close();
    });
  });
});
