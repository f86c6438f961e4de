import { messageOf, QuantCellError } from '../base/errors.ts';
import type { Order } from '../model/order.ts';
import type { OrderOutcome } from '../model/order-outcome.ts';
import { denial, type Denial } from './denial.ts';

/** What is to be said of an order that is known. */
export function outcomeOf(order: Order): OrderOutcome {
  const reason = order.reason ?? '';
  switch (order.status) {
    case 'denied': {
      const [rule = 'INVALID_ORDER'] = reason.split(':');
      return { outcome: 'denied', rule, reason: reason.slice(rule.length + 2), order };
    }
    case 'rejected':
      return { outcome: 'rejected', reason, order };
    case 'unknown':
    case 'submitted':
      return { outcome: 'unknown', reason: reason || 'the venue has not answered yet', order };
    default:
      return { outcome: 'accepted', order };
  }
}

/** Why an order that could not be written down did not leave. */
export function fromJournal(thrown: unknown): Denial {
  const isFull = thrown instanceof QuantCellError && thrown.code === 'JOURNAL_FULL';
  return denial(isFull ? 'JOURNAL_FULL' : 'JOURNAL_FAILED', messageOf(thrown));
}
