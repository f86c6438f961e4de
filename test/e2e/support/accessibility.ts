import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What is looked at; all rules if none is named. */
type Rules = readonly string[];

/** An expression for the page: what is serious or critical, as texts. */
function checkOf(rules: Rules): string {
  const options = { resultTypes: ['violations'], ...(rules.length > 0 && { runOnly: rules }) };
  return `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
    violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.slice(0, 5).map(({ html, failureSummary }) => id + ': ' + html + ' ' + failureSummary)))`;
}

/**
 * What axe finds on the page as it is now that is serious or critical. The protocol of the developer tools runs it, as
 * the page's policy allows no script of others.
 */
export async function seriousFaults(page: Page, rules: Rules = []): Promise<readonly string[]> {
  const tools = await page.context().newCDPSession(page);
  try {
    await tools.send('Runtime.evaluate', { expression: axe.source });
    const { result, exceptionDetails } = await tools.send('Runtime.evaluate', {
      expression: checkOf(rules),
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return result.value as readonly string[];
  } finally {
    await tools.detach();
  }
}
