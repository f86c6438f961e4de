import { backoffMs } from '../../base/backoff.ts';
import type { CcxtTrade } from '../../exchange/ccxt-types.ts';
import type { MarketTopic } from '../../model/subscription.ts';
import type { TradeTick } from '../../model/trade-tick.ts';
import { systemSleep } from '../waiting.ts';
import type { CcxtPorts, CcxtStream } from './ccxt-ports.ts';
import { wordsOf } from './ccxt-settings.ts';
import { TradeLine } from './trade-line.ts';

/** Trades in one answer of the archive, and how many answers are asked for to fill a hole. */
const PAGE_TRADES = 1_000;
const MAX_PAGES = 20;

/** The archive may not answer so often before a hole is given up. */
const MAX_FAILURES = 5;

/** A symbol in which nothing has been traded for so long after a new beginning is looked up, milliseconds. */
const QUIET_MS = 2_000;

/** Trades that wait for those before them. */
const MAX_HELD = 20_000;

/** The trades of one symbol; after a cut, those that were missed come from the archive first. */
export class TradeStream implements CcxtStream {
  readonly watch: () => Promise<unknown>;
  readonly #ports: CcxtPorts;
  readonly #topic: MarketTopic;
  readonly #line = new TradeLine();
  #held: TradeTick[] = [];
  /** There was a cut, and no trade has come since. */
  #hasHole = false;
  /** What has come meanwhile shows that the subscription is in force: the archive is to be asked once more. */
  #again = false;
  #filling = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(ports: CcxtPorts, topic: MarketTopic) {
    const { id, data } = ports.exchange;
    this.#ports = ports;
    this.#topic = topic;
    this.watch = () =>
      data.watchTrades(topic.symbol, undefined, undefined, wordsOf(id).watchTrades());
  }

  begin(): void {
    if (!this.#hasHole) return;
    clearTimeout(this.#timer);
    // Only a trade of the stream shows that the subscription is in force: until then the hole stays open.
    this.#timer = setTimeout(() => void this.#fill(), QUIET_MS);
  }

  take(words: unknown): void {
    const trades = this.#ticksOf(words as readonly CcxtTrade[]);
    if (!this.#hasHole && !this.#filling) {
      this.#tell(trades);
      return;
    }
    this.#held.push(...trades);
    if (this.#held.length > MAX_HELD) this.#giveUp('too many trades wait for it');
    clearTimeout(this.#timer);
    if (this.#hasHole) this.#again = true;
    this.#hasHole = false;
    void this.#fill();
  }

  cut(): void {
    this.#hasHole = this.#line.last !== undefined;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #tell(trades: readonly TradeTick[]): number {
    const doubledBefore = this.#line.doubled;
    const fresh = this.#line.take(trades);
    this.#ports.counts.doubled += this.#line.doubled - doubledBefore;
    if (fresh.length > 0) this.#ports.publish(this.#topic, fresh);
    return fresh.length;
  }

  async #fill(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    const { signal, exchange, backoff, random } = this.#ports;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        this.#again = false;
        await this.#fillOnce();
        if (this.#again) continue;
        break;
      } catch (thrown) {
        if (signal.aborted) break;
        const why = exchange.describe(thrown);
        if (failures >= MAX_FAILURES) {
          this.#giveUp(why);
          break;
        }
        const ms = backoffMs(failures, backoff, random);
        const when = `asked again in ${Math.round(ms)} ms, later trades wait`;
        this.#ports.log(
          'warn',
          `the archive does not give its trades: ${why}; ${when}`,
          this.#topic,
        );
        await systemSleep(ms, signal);
      }
    }
    this.#filling = false;
  }

  async #fillOnce(): Promise<void> {
    const { counts, exchange } = this.#ports;
    let refilled = 0;
    let lost: number | undefined = 0;
    if (exchange.data.has['fetchTrades'] !== true) lost = undefined;
    for (let page = 0; page < MAX_PAGES && lost !== undefined; page += 1) {
      const archive = await this.#page();
      if (this.#ports.signal.aborted) return;
      const missed = this.#line.missedOf(archive);
      lost = missed.lost === undefined ? undefined : lost + missed.lost;
      refilled += this.#tell(missed.trades);
      const isLast = archive.length < PAGE_TRADES || missed.trades.length === 0;
      if (isLast) break;
      // The archive goes on, and nobody will read so far.
      if (page === MAX_PAGES - 1) lost = undefined;
    }
    counts.tradesRefilled += refilled;
    this.#close({ refilled, lost });
  }

  #page(): Promise<TradeTick[]> {
    const { exchange } = this.#ports;
    const last = this.#line.last as TradeTick;
    const { sinceMs, params } = wordsOf(exchange.id).tradesAfter(last.tradeId, last.timestamp);
    return exchange.data
      .fetchTrades(this.#topic.symbol, sinceMs, PAGE_TRADES, params)
      .then((trades) => this.#ticksOf(trades));
  }

  #giveUp(why: string): void {
    this.#ports.log('warn', `trades of a cut are lost: ${why}`, this.#topic);
    this.#close({ refilled: 0, lost: undefined });
  }

  /** What was missed has been told as far as it can be; what came meanwhile follows. */
  #close(gap: { readonly refilled: number; readonly lost: number | undefined }): void {
    const { counts } = this.#ports;
    if (gap.lost === undefined) counts.tradeGapsUnknown += 1;
    else counts.tradesMissed += gap.lost;
    if (gap.refilled > 0) counts.gapsFilled += 1;
    if (gap.refilled > 0 || gap.lost !== 0) this.#ports.gap(this.#topic, gap);
    if (this.#again) return;
    const held = this.#held;
    this.#held = [];
    const toldMs = this.#line.last?.timestamp ?? 0;
    // Without an id nobody can tell whether the archive had it.
    this.#tell(held.filter(({ tradeId, timestamp }) => tradeId !== '' || timestamp > toldMs));
  }

  #ticksOf(trades: readonly CcxtTrade[]): TradeTick[] {
    return trades.flatMap(({ id, price, amount, side, timestamp }): TradeTick[] => {
      if (!Number.isFinite(Number(price ?? Number.NaN))) return [];
      return [
        {
          type: 'trade',
          symbol: this.#topic.symbol,
          timestamp: timestamp ?? this.#ports.exchange.nowMs,
          price: Number(price),
          size: Number(amount ?? 0),
          aggressorSide: side === 'buy' || side === 'sell' ? side : 'unknown',
          tradeId: id ?? '',
        },
      ];
    });
  }
}
