import type { OrderView } from '../../../../src/client/index.ts';
import { useT } from '../../i18n/translate.ts';
import { Icon } from '../icon.tsx';

/** Buy or sell: arrow, colour and word say the same. */
export function Side({ side }: Pick<OrderView, 'side'>) {
  const t = useT();
  return (
    <span class={`side amount-${side === 'buy' ? 'gain' : 'loss'}`}>
      <Icon name={side === 'buy' ? 'up' : 'down'} />
      {t(`order.side.${side}`)}
    </span>
  );
}
