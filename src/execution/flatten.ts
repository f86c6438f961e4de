import { setTimeout as delay } from 'node:timers/promises';
import type { Order } from '../model/order.ts';
import type { OrderOutcome } from '../model/order-outcome.ts';
import { EXTERNAL, type Ledger } from './ledger.ts';
import type { OrderStore } from './order-store.ts';

/** How long orders that were canceled may take to be gone before what is held is closed, milliseconds. */
const CANCEL_LIMIT_MS = 5_000;
/** How long what is held may take to be closed, milliseconds: an order that was accepted is not filled yet. */
const CLOSE_LIMIT_MS = 5_000;
const LOOK_MS = 20;
const AGAIN_MS = 500;

export interface FlattenParts {
  readonly store: OrderStore;
  readonly ledger: Ledger;
  readonly cancel: (clientOrderId: string) => Promise<OrderOutcome>;
  readonly close: (workerId: string, symbol: string) => Promise<OrderOutcome>;
  /** Whether it is worth less than an order must be there: what a venue rejects then can't be closed. */
  readonly isDust: (workerId: string, symbol: string) => boolean;
  /** False once another one has begun: it cancels what this one has sent, and two would close twice. */
  readonly isLatest: () => boolean;
}

/** What was answered to the cancels and to the closing orders. */
export interface FlattenResult {
  readonly canceled: readonly OrderOutcome[];
  readonly closed: readonly OrderOutcome[];
  /** No order is open, and nothing is held that could be sold: what is less than a lot, or than an order must be worth, stays. */
  readonly isDone: boolean;
}

/** Cancels all open orders of the workers that `isIn` names, and closes what they hold with market orders. */
export async function flatten(
  { store, ledger, cancel, close, isDust, isLatest }: FlattenParts,
  isIn: (workerId: string) => boolean,
): Promise<FlattenResult> {
  const openOnes = (): readonly Order[] =>
    store.open().filter(({ workerId }) => workerId !== null && isIn(workerId));
  const canceled = await Promise.all(openOnes().map((order) => cancel(order.clientOrderId)));
  let againMs = performance.now() + AGAIN_MS;
  const endMs = performance.now() + CANCEL_LIMIT_MS;
  while (openOnes().length > 0 && performance.now() < endMs) {
    await delay(LOOK_MS);
    if (performance.now() < againMs) continue;
    againMs = performance.now() + AGAIN_MS;
    // A cancel without an answer, or one that was refused for now.
    const left = openOnes().filter(({ pending }) => pending !== 'cancel');
    canceled.push(...(await Promise.all(left.map((order) => cancel(order.clientOrderId)))));
  }
  const heldOnes = (): readonly Held[] =>
    ledger.owners
      .filter((owner) => owner !== EXTERNAL && isIn(owner))
      .flatMap((owner) => ledger.positions(owner).map((position) => ({ owner, ...position })))
      .filter(({ quantity }) => quantity !== '0');
  const isAnyOpen = (): boolean => openOnes().length > 0;
  const { closed, isFlat } = await closeAll({ heldOnes, close, isDust, isAnyOpen, isLatest });
  return { canceled, closed, isDone: isFlat && !isAnyOpen() };
}

interface Held {
  readonly owner: string;
  readonly symbol: string;
}

interface Closing extends Pick<FlattenParts, 'close' | 'isDust' | 'isLatest'> {
  readonly heldOnes: () => readonly Held[];
  readonly isAnyOpen: () => boolean;
}

/** Closes what is held until nothing is, also what an order left that was filled in part. */
async function closeAll({
  heldOnes,
  close,
  isDust,
  isAnyOpen,
  isLatest,
}: Closing): Promise<{ closed: readonly OrderOutcome[]; isFlat: boolean }> {
  const closed: OrderOutcome[] = [];
  const endMs = performance.now() + CLOSE_LIMIT_MS;
  for (let round = 0; ; round += 1) {
    const held = heldOnes();
    const outcomes = await Promise.all(held.map(({ owner, symbol }) => close(owner, symbol)));
    const isOver = held.map(
      ({ owner, symbol }, at) =>
        isNothing(outcomes[at]) || (isRejected(outcomes[at]) && isDust(owner, symbol)),
    );
    closed.push(...outcomes.filter((_, at) => round === 0 || isOver[at] === false));
    if (isOver.every(Boolean)) return { closed, isFlat: true };
    if (!outcomes.some(({ outcome }) => outcome === 'accepted')) return { closed, isFlat: false };
    while (isAnyOpen() && performance.now() < endMs) await delay(LOOK_MS);
    if (heldOnes().length === 0) return { closed, isFlat: true };
    if (isAnyOpen() || performance.now() + AGAIN_MS > endMs) return { closed, isFlat: false };
    // What is left after an order that is over: the market may have more to take in a moment.
    await delay(AGAIN_MS);
    if (!isLatest()) return { closed, isFlat: false };
  }
}

function isNothing(outcome: OrderOutcome | undefined): boolean {
  return outcome?.outcome === 'denied' && outcome.rule === 'NO_POSITION';
}

function isRejected(outcome: OrderOutcome | undefined): boolean {
  return outcome?.outcome === 'rejected';
}
