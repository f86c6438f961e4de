import type { OrderView } from '../../../../src/client/index.ts';
import { useAction } from '../../data/actions.ts';
import { call } from '../../data/session.ts';
import { useT } from '../../i18n/translate.ts';
import { ActionButton } from '../button.tsx';
import { outcomeText } from './order-outcome.ts';

/** Cancels an order; what the venue answered is told, and the order changes when the stream says so. */
export function CancelButton({ order }: { readonly order: OrderView }) {
  const t = useT();
  const { isAsked, run } = useAction();
  const { clientOrderId, workerId, pending } = order;
  const label = t('parts.cancelOrder', { id: clientOrderId });
  const isForeign = workerId === null;
  const hindrance = isForeign
    ? t('parts.notOurs')
    : pending === 'cancel'
      ? t('hindrance.asked')
      : null;
  return (
    <ActionButton
      needs="operate"
      icon="cross"
      label={label}
      isAsked={isAsked}
      isUrgent
      hindrance={hindrance}
      onPress={() =>
        void run(
          label,
          () => call('cancelOrder', { params: { clientOrderId } }),
          (outcome) => outcomeText(t, outcome),
        )
      }
    />
  );
}
