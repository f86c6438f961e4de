import { Icon } from '../../components/icon.tsx';
import { NONE } from '../../data/format.ts';
import { useT } from '../../i18n/translate.ts';
import type { Direction } from './price-marks.ts';
import { priceText } from './price-text.ts';

interface PriceProps {
  readonly price: number | null;
  readonly direction: Direction;
}

/** A price, and which way it went: colour, arrow and word say the same. */
export function Price({ price, direction }: PriceProps) {
  const t = useT();
  if (price === null) return <span class="quiet">{NONE}</span>;
  if (direction === null) return <span class="number nowrap">{priceText(price)}</span>;
  return (
    <span class={`number nowrap amount-${direction === 'up' ? 'gain' : 'loss'}`}>
      <Icon name={direction} />
      <span class="visually-hidden">{t(`market.${direction}`)}</span> {priceText(price)}
    </span>
  );
}
