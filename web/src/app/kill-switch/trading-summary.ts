import type { TradingStatus, TradingSwitchView } from '../../../../src/client/index.ts';
import type { Tone } from '../../components/notice.tsx';

/** How trading stands in one word. `partly`: a single worker is halted or limited. */
export type TradingSummary = 'open' | 'partly' | 'reduce-only' | 'halted' | 'closed' | 'none';

export const SUMMARY_TONES: Readonly<Record<TradingSummary, Tone>> = {
  open: 'good',
  partly: 'warn',
  'reduce-only': 'warn',
  halted: 'bad',
  closed: 'bad',
  none: 'quiet',
};

/** The strictest that holds for all comes first. */
export function tradingSummary(status: TradingStatus): TradingSummary {
  if (status.mode === 'none') return 'none';
  const set = switchesInForce(status);
  const shared = set.filter(({ scope }) => !scope.startsWith('strategy:'));
  if (shared.some(({ state }) => state === 'halted')) return 'halted';
  if (status.closedBecause !== null) return 'closed';
  if (shared.length > 0) return 'reduce-only';
  return set.length > 0 ? 'partly' : 'open';
}

/** Switches that halt or limit something. */
export function switchesInForce({ switches }: TradingStatus): readonly TradingSwitchView[] {
  return switches.filter(({ state }) => state !== 'active');
}
