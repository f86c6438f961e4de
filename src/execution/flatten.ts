import type { Order } from '../model/order.ts';
import type { OrderOutcome } from '../model/order-outcome.ts';
import { EXTERNAL, type Ledger } from './ledger.ts';
import type { OrderStore } from './order-store.ts';

/** How long orders that were canceled may take to be gone before what is held is closed, milliseconds. */
const CANCEL_LIMIT_MS = 5_000;
const LOOK_MS = 20;
const AGAIN_MS = 500;

export interface FlattenParts {
  readonly store: OrderStore;
  readonly ledger: Ledger;
  readonly cancel: (clientOrderId: string) => Promise<OrderOutcome>;
  readonly close: (workerId: string, symbol: string) => Promise<OrderOutcome>;
}

/** What was answered to the cancels and to the closing orders. */
export interface FlattenResult {
  readonly canceled: readonly OrderOutcome[];
  readonly closed: readonly OrderOutcome[];
  /** No order is open, and nothing is held that could be sold: what is below one lot stays. */
  readonly isDone: boolean;
}

/** Cancels all open orders of the workers that `isIn` names, and closes what they hold with market orders. */
export async function flatten(
  { store, ledger, cancel, close }: FlattenParts,
  isIn: (workerId: string) => boolean,
): Promise<FlattenResult> {
  const openOnes = (): readonly Order[] =>
    store.open().filter(({ workerId }) => workerId !== null && isIn(workerId));
  const canceled = await Promise.all(openOnes().map((order) => cancel(order.clientOrderId)));
  let againMs = performance.now() + AGAIN_MS;
  const endMs = performance.now() + CANCEL_LIMIT_MS;
  while (openOnes().length > 0 && performance.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    if (performance.now() < againMs) continue;
    againMs = performance.now() + AGAIN_MS;
    // A cancel without an answer, or one that was refused for now.
    const left = openOnes().filter(({ pending }) => pending !== 'cancel');
    canceled.push(...(await Promise.all(left.map((order) => cancel(order.clientOrderId)))));
  }
  const held = ledger.owners
    .filter((owner) => owner !== EXTERNAL && isIn(owner))
    .flatMap((owner) => ledger.positions(owner).map((position) => ({ owner, ...position })))
    .filter(({ quantity }) => quantity !== '0');
  const closed = await Promise.all(held.map(({ owner, symbol }) => close(owner, symbol)));
  const isDone =
    openOnes().every(({ tag }) => tag === 'flatten') &&
    closed.every((one) => one.outcome === 'accepted' || isNothing(one));
  return { canceled, closed, isDone };
}

function isNothing(outcome: OrderOutcome): boolean {
  return outcome.outcome === 'denied' && outcome.rule === 'NO_POSITION';
}
