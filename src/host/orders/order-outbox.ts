import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../base/errors.ts';
import type { AccountView } from '../../model/account.ts';
import type { OrderUpdate } from '../../model/order-update.ts';
import { MAX_UPDATES_IN_MESSAGE, type OrderResponse } from '../../protocol/orders.ts';
import type { HostMessageType, HostPayload } from '../../protocol/host-message.ts';

/** After a message that the process did not take, milliseconds. */
const RETRY_MS = 20;

/** Updates that wait here at most; more are asked for again when there is room. */
const MAX_WAITING = 10_000;

export type Tell = <Type extends 'order_update' | 'order_response' | 'account_update'>(
  type: Type & HostMessageType,
  payload: HostPayload<Type>,
) => Promise<void>;

type Item =
  | { readonly update: OrderUpdate }
  | { readonly response: OrderResponse }
  | { readonly account: AccountView };

export interface OutboxParts {
  readonly tell: Tell;
  /** Updates after a number, as `OrderPort.updatesSince`. */
  readonly updatesSince: (seq: number) => readonly OrderUpdate[];
  /** Something can not be told at all. */
  readonly onFault: (message: string) => void;
}

/**
 * What a process is still to be told of its orders, in its order. A process that takes nothing for a while
 * (a long callback, a suspended machine) gets it later: nothing is passed over.
 */
export class OrderOutbox {
  readonly #parts: OutboxParts;
  #items: Item[] = [];
  #updates = 0;
  /** Number of the last update that the process was told, or began with. */
  #toldSeq: number;
  /** There were too many: those after the last one told are asked for again. */
  #tooMany = false;
  #planned = false;
  #telling = false;
  #open = true;

  constructor(parts: OutboxParts, toldSeq: number) {
    this.#parts = parts;
    this.#toldSeq = toldSeq;
  }

  /** Updates of one turn of the event loop go together. */
  addUpdate(update: OrderUpdate): void {
    if (this.#tooMany) return;
    this.#items.push({ update });
    this.#updates += 1;
    if (this.#updates > MAX_WAITING) {
      this.#tooMany = true;
      this.#updates = 0;
      this.#items = this.#items.filter((item) => !('update' in item));
    }
    this.#plan();
  }

  /** Only the last one counts. */
  addAccount(account: AccountView): void {
    this.#items = this.#items.filter((item) => !('account' in item));
    this.#items.push({ account });
    this.#plan();
  }

  /** Goes at once, with what is to come before it. */
  addResponse(response: OrderResponse): void {
    this.#items.push({ response });
    void this.#tellAll();
  }

  close(): void {
    this.#open = false;
    this.#items = [];
  }

  #plan(): void {
    if (this.#planned || this.#telling) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      void this.#tellAll();
    });
  }

  async #tellAll(): Promise<void> {
    if (this.#telling) return;
    this.#telling = true;
    for (let item = this.#next(); item !== undefined && this.#open; item = this.#next()) {
      await this.#tell(item);
    }
    this.#telling = false;
  }

  async #tell(item: Item): Promise<void> {
    const { tell } = this.#parts;
    if ('account' in item) {
      await this.#insist(() => tell('account_update', { account: item.account }));
    } else if ('response' in item) {
      const { response } = item;
      // So that whoever waits for it goes on, even if it is too large to be told.
      await this.#insist(
        () => tell('order_response', response as HostPayload<'order_response'>),
        () => tell('order_response', { ...response, outcomes: [] }),
      );
    } else {
      const updates = this.#takeUpdates(item.update);
      const payload = { updates } as HostPayload<'order_update'>;
      await this.#insist(() => tell('order_update', payload));
      this.#toldSeq = updates.at(-1)?.seq ?? this.#toldSeq;
    }
  }

  #next(): Item | undefined {
    if (this.#tooMany) {
      this.#tooMany = false;
      const missed = this.#parts.updatesSince(this.#toldSeq).map((update) => ({ update }));
      this.#items.unshift(...missed);
      this.#updates += missed.length;
    }
    return this.#items.shift();
  }

  /** The update, and those right after it. */
  #takeUpdates(first: OrderUpdate): OrderUpdate[] {
    const updates = [first];
    let next = this.#items[0];
    while (next !== undefined && 'update' in next && updates.length < MAX_UPDATES_IN_MESSAGE) {
      updates.push(next.update);
      this.#items.shift();
      next = this.#items[0];
    }
    this.#updates -= updates.length;
    return updates;
  }

  async #insist(tell: () => Promise<void>, instead?: () => Promise<void>): Promise<void> {
    while (this.#open) {
      try {
        return await tell();
      } catch (thrown) {
        if ((thrown as { code?: unknown } | null)?.code === 'MESSAGE_TOO_LARGE') {
          this.#parts.onFault(messageOf(thrown));
          return instead === undefined ? undefined : this.#insist(instead);
        }
        await delay(RETRY_MS, undefined, { ref: false });
      }
    }
  }
}
