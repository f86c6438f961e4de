import { quote } from '../base/errors.ts';
import { ExecutionError } from './errors.ts';
import type { OrderJournal } from './journal/order-journal.ts';

/** Whose orders a journal has. */
const VENUE_FACT = 'venue';

/** Orders of one venue mean nothing at another: a journal is one venue's for ever. @throws {ExecutionError} code `ANOTHER_VENUE` */
export async function claimForVenue(
  journal: OrderJournal,
  facts: ReadonlyMap<string, string>,
  venue: string,
): Promise<void> {
  const before = facts.get(VENUE_FACT);
  if (before === undefined) {
    await journal.append({ fact: { name: VENUE_FACT, value: venue } }, 'intent');
  } else if (before !== venue) {
    throw new ExecutionError(
      'ANOTHER_VENUE',
      `this journal has orders of venue ${quote(before)} and can't be used for ${quote(venue)}: take another home directory`,
      { venueBefore: before, venue },
    );
  }
}
