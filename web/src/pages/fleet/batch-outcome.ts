import type { BatchResult } from '../../../../src/client/index.ts';
import type { OutcomeOf } from '../../data/actions.ts';
import type { Translate } from '../../i18n/translate.ts';

/** What came of a command to many workers, in a word and a count. */
export function batchOutcome(
  t: Translate,
  results: BatchResult['results'],
): ReturnType<OutcomeOf<unknown>> {
  const applied = results.filter(({ result }) => result === 'applied').length;
  const failed = results.length - applied;
  const status = failed === 0 ? 'applied' : applied === 0 ? 'rejected' : 'partly';
  return { status, detail: t('fleet.resultsCount', { applied, failed }) };
}
