import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Runs in the page; the protocol of the developer tools may do so where the page's policy allows no script of others. */
const CHECK = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, help, nodes }) =>
      impact + ' ' + id + ': ' + help + '\\n' +
        nodes.slice(0, 5).map(({ html, failureSummary }) => html.slice(0, 300) + '\\n' + failureSummary).join('\\n')))`;

/** What axe finds on the page as it is now that is serious or critical. */
export async function seriousFaults(page: Page): Promise<readonly string[]> {
  const tools = await page.context().newCDPSession(page);
  try {
    await tools.send('Runtime.evaluate', { expression: axe.source });
    const { result, exceptionDetails } = await tools.send('Runtime.evaluate', {
      expression: CHECK,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return result.value as readonly string[];
  } finally {
    await tools.detach();
  }
}
