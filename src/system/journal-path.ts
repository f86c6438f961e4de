import { join } from 'node:path';

/** The journal of orders of a home. */
export function journalPathOf(home: string): string {
  return join(home, 'orders.db');
}
