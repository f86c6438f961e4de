import { moneyText, signOf } from '../data/decimal.ts';

interface MoneyProps {
  /** A decimal number as text. */
  readonly amount: string;
  readonly currency?: string;
  /** Whether a gain has a plus and both have a colour. @default false */
  readonly isGain?: boolean;
}

/** An amount: rounded for the eye, whole in its title. */
export function Money({ amount, currency, isGain = false }: MoneyProps) {
  const tone = isGain ? (['loss', 'even', 'gain'] as const)[signOf(amount) + 1] : 'even';
  return (
    <span
      class={`number amount-${tone}`}
      title={currency === undefined ? amount : `${amount} ${currency}`}
    >
      {moneyText(amount, isGain)}
      {currency !== undefined && <small class="unit"> {currency}</small>}
    </span>
  );
}
