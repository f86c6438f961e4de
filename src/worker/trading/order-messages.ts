import type { HostMessage } from '../../protocol/host-message.ts';
import type { Trading } from './trading.ts';

/** What the host tells of a strategy's orders, beside `start`. */
export type OrderMessage = Extract<
  HostMessage,
  { type: 'order_update' | 'order_response' | 'account_update' }
>;

export function isOrderMessage(message: HostMessage): message is OrderMessage {
  const { type } = message;
  return type === 'order_update' || type === 'order_response' || type === 'account_update';
}

export function takeOrderMessage(trading: Trading, { type, payload }: OrderMessage): void {
  if (type === 'order_update') trading.takeUpdates(payload.updates);
  else if (type === 'order_response') trading.takeResponse(payload);
  else trading.takeAccount(payload.account);
}
