import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

/** Where pictures of the pages are kept, of each run the last. */
const ARTEFACTS = fileURLToPath(new URL('../artefacts/', import.meta.url));

/** Far longer than anything takes: only what will never happen reaches it. */
const LIMIT_MS = 45_000;

export const DESKTOP: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };
export const PHONE = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
} as const satisfies BrowserContextOptions;

/** The dashboard in a window of its own, as a person uses it: by what things are called. */
export class Dashboard {
  readonly page: Page;
  readonly #url: string;
  /** Errors and warnings in the browser's console, a breach of the content security policy among them. */
  readonly complaints: string[] = [];

  private constructor(page: Page, url: string) {
    this.page = page;
    this.#url = url;
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      this.complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) =>
      this.complaints.push(`thrown: ${error.stack ?? error.message}`),
    );
  }

  static async open(
    browser: Browser,
    url: string,
    options: BrowserContextOptions = DESKTOP,
  ): Promise<Dashboard> {
    const context = await browser.newContext({ colorScheme: 'light', locale: 'en-GB', ...options });
    context.setDefaultTimeout(LIMIT_MS);
    const dashboard = new Dashboard(await context.newPage(), url);
    await dashboard.page.goto(url);
    return dashboard;
  }

  async login(token: string): Promise<void> {
    await this.page.getByLabel('Token').fill(token);
    await this.press('Sign in');
    await this.page.getByRole('heading', { name: 'Fleet' }).waitFor();
  }

  /** To a page by its address, such as `workers/one?tab=chart`. */
  async go(address: string): Promise<void> {
    await this.page.goto(`${this.#url}/#/${address}`);
  }

  async press(name: string | RegExp, within: Page | Locator = this.page): Promise<void> {
    await within
      .getByRole('button', { name, exact: typeof name === 'string' })
      .first()
      .click();
  }

  async sees(text: string | RegExp, within: Page | Locator = this.page): Promise<void> {
    await within.getByText(text).filter({ visible: true }).first().waitFor();
  }

  /** Waits until the page that was gone to has what it shows, in whatever language. */
  async settles(): Promise<void> {
    const main = this.page.locator('main');
    await main.getByRole('heading', { level: 1 }).waitFor();
    await main
      .getByText(/^(Loading|正在加载|加载中)…$/)
      .first()
      .waitFor({ state: 'detached' });
  }

  /** Waits until charts and figures have been drawn a few times: for pictures, which no check depends on. */
  async drawn(): Promise<void> {
    await this.settles();
    await this.page.waitForTimeout(1_500);
  }

  /** Of all that is there, pixels; more than the window's makes it scroll sideways. */
  async width(): Promise<number> {
    return await this.page.evaluate<number>('document.documentElement.scrollWidth');
  }

  /** The row of a worker in the table of the fleet. */
  row(workerId: string): Locator {
    const named = this.page.getByRole('link', { name: workerId, exact: true });
    return this.page.getByRole('row').filter({ has: named });
  }

  /** Buttons above the page of a worker. */
  get actions(): Locator {
    return this.page.locator('.page-tools');
  }

  /** State and kind of a worker, above the parts of its page. */
  get head(): Locator {
    return this.page.locator('.worker-head');
  }

  get chart(): Locator {
    return this.page.getByRole('img', { name: / bars; / });
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** Kept as `NAME.png`, with the pointer out of the way. */
  async picture(name: string, folder = ARTEFACTS): Promise<void> {
    mkdirSync(folder, { recursive: true });
    await this.page.mouse.move(0, 0);
    await this.page.screenshot({ path: `${folder}${name}.png`, animations: 'disabled' });
  }

  /** In a language and a theme, as its menu sets them. */
  async prefer(...labels: readonly string[]): Promise<void> {
    await this.press(/^(Menu|菜单)$/);
    for (const label of labels) {
      await this.page.getByRole('radio', { name: label, exact: true }).check();
    }
    await this.page.keyboard.press('Escape');
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
