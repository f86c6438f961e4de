import type { AnswerOf } from '../../../../src/client/index.ts';
import type { Translate } from '../../i18n/translate.ts';

type Outcome = AnswerOf<'cancelOrder'>;

/** What became of an order that was asked for: only `accepted` is a success. */
export function outcomeText(
  t: Translate,
  { outcome, reason, rule }: Outcome,
): { readonly status: 'applied' | 'partly' | 'rejected'; readonly detail: string } {
  const parts = [t(`outcome.${outcome}`), reason ?? '', rule ?? ''];
  const detail = parts.filter((part) => part !== '').join(' · ');
  if (outcome === 'accepted') return { status: 'applied', detail };
  return { status: outcome === 'unknown' ? 'partly' : 'rejected', detail };
}

/** What became of many. */
export function outcomesText(
  t: Translate,
  outcomes: readonly Outcome[],
): { readonly status: 'applied' | 'partly' | 'rejected'; readonly detail: string } {
  const failed = outcomes.filter(({ outcome }) => outcome !== 'accepted');
  const applied = outcomes.length - failed.length;
  const reasons = [...new Set(failed.map((one) => outcomeText(t, one).detail))];
  const detail = [t('parts.outcomes', { applied, failed: failed.length }), ...reasons].join(' · ');
  if (failed.length === 0) return { status: 'applied', detail };
  return { status: applied === 0 ? 'rejected' : 'partly', detail };
}
