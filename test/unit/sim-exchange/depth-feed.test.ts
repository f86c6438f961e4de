import { expect, it } from 'vitest';
import { decimal } from '../../../src/sim-exchange/decimals.ts';
import { DepthFeed, type DepthChange } from '../../../src/sim-exchange/depth-feed.ts';
import { instrumentOf } from '../../../src/sim-exchange/instrument.ts';
import { requote } from '../../../src/sim-exchange/rest-of-world.ts';
import { SymbolMarket } from '../../../src/sim-exchange/symbol-market.ts';

/** A book as whoever follows the stream has it. */
class Follower {
  readonly #sides = { bids: new Map<string, string>(), asks: new Map<string, string>() };
  #updateId: number;

  constructor(snapshot: Record<string, unknown>) {
    this.#updateId = Number(snapshot['lastUpdateId']);
    for (const side of ['bids', 'asks'] as const) {
      for (const [price, quantity] of snapshot[side] as [string, string][]) {
        this.#sides[side].set(price, quantity);
      }
    }
  }

  apply(change: DepthChange): void {
    if (change.updateId <= this.#updateId) return;
    expect(change.updateId).toBe(this.#updateId + 1);
    this.#updateId = change.updateId;
    for (const side of ['bids', 'asks'] as const) {
      for (const [price, quantity] of change[side]) {
        if (Number(quantity) === 0) this.#sides[side].delete(price);
        else this.#sides[side].set(price, quantity);
      }
    }
  }

  levels(): unknown {
    const sorted = (side: Map<string, string>, sign: number): unknown[] =>
      [...side].toSorted(([one], [other]) => sign * (Number(one) - Number(other)));
    return {
      lastUpdateId: this.#updateId,
      bids: sorted(this.#sides.bids, -1),
      asks: sorted(this.#sides.asks, 1),
    };
  }
}

it('a snapshot at any time and the changes after it are the book', () => {
  const market = new SymbolMarket(instrumentOf('BTC/USDT'), 1, 1_700_000_000_000);
  const feed = new DepthFeed(market);
  const move = (): void => {
    market.quotes.move();
    requote(market, () => undefined);
  };
  const followers: Follower[] = [];
  for (let round = 0; round < 30; round += 1) {
    move();
    // Each third time somebody joins between a change and its being told.
    if (round % 3 === 0) followers.push(new Follower(feed.snapshot(5_000)));
    if (round % 2 === 0) {
      for (let change = feed.next(); change !== undefined; change = feed.next()) {
        for (const follower of followers) follower.apply(change);
      }
    }
  }
  for (let change = feed.next(); change !== undefined; change = feed.next()) {
    for (const follower of followers) follower.apply(change);
  }
  const book = feed.snapshot(5_000);
  for (const follower of followers) expect(follower.levels()).toEqual(book);
  expect(decimal(market.book.side('BUY').length).gt(0)).toBe(true);
});
