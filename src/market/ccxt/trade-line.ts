import type { TradeTick } from '../../model/trade-tick.ts';

/** Ids of trades that are remembered, to know one that comes twice. */
const MAX_SEEN = 4_096;

/** The trades of one symbol, each once. */
export class TradeLine {
  readonly #seen = new Set<string>();
  #last: TradeTick | undefined;
  #doubled = 0;

  /** The newest trade so far. */
  get last(): TradeTick | undefined {
    return this.#last;
  }

  /** Trades that came again and were left out. */
  get doubled(): number {
    return this.#doubled;
  }

  /** Those that have not been told yet, in the order given. */
  take(trades: readonly TradeTick[]): TradeTick[] {
    return trades.filter((trade) => this.#isNew(trade));
  }

  /**
   * Trades that were missed, out of what the exchange's archive has, and how many of them it does not have
   * any more: a number where ids count, undefined where that can't be known.
   */
  missedOf(archive: readonly TradeTick[]): {
    readonly trades: TradeTick[];
    readonly lost: number | undefined;
  } {
    const last = this.#last;
    if (last === undefined) return { trades: [], lost: 0 };
    const sorted = archive.toSorted(inOrder);
    const at = sorted.findIndex(({ tradeId }) => tradeId !== '' && tradeId === last.tradeId);
    if (at >= 0) return { trades: sorted.slice(at + 1), lost: 0 };
    const lastNumber = numberOf(last.tradeId);
    const numbers = sorted.map(({ tradeId }) => numberOf(tradeId));
    if (lastNumber !== undefined && numbers.every((number) => number !== undefined)) {
      const newer = sorted.filter((_, index) => (numbers[index] as number) > lastNumber);
      const first = newer[0] && numberOf(newer[0].tradeId);
      return { trades: newer, lost: first === undefined ? 0 : first - lastNumber - 1 };
    }
    const newer = sorted.filter(({ timestamp }) => timestamp > last.timestamp);
    const oldest = sorted[0];
    const reaches = oldest !== undefined && oldest.timestamp <= last.timestamp;
    return { trades: newer, lost: reaches || sorted.length === 0 ? 0 : undefined };
  }

  #isNew(trade: TradeTick): boolean {
    const { tradeId, timestamp } = trade;
    if (tradeId !== '') {
      // With the time, since an exchange may begin to count anew.
      const key = `${tradeId}@${timestamp}`;
      if (this.#seen.has(key)) {
        this.#doubled += 1;
        return false;
      }
      this.#seen.add(key);
      if (this.#seen.size > MAX_SEEN) this.#seen.delete(this.#seen.values().next().value as string);
    }
    if (this.#last === undefined || inOrder(this.#last, trade) <= 0) this.#last = trade;
    return true;
  }
}

/** By time, and of the same time by the number that the exchange gave them. */
export function inOrder(one: TradeTick, other: TradeTick): number {
  if (one.timestamp !== other.timestamp) return one.timestamp - other.timestamp;
  const [first, second] = [numberOf(one.tradeId), numberOf(other.tradeId)];
  return first === undefined || second === undefined ? 0 : first - second;
}

function numberOf(tradeId: string): number | undefined {
  const number = /^\d{1,15}$/.test(tradeId) ? Number(tradeId) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}
