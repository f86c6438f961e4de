import { ManualClock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { ExecutionError } from '../../execution/errors.ts';
import { ExecutionEngine } from '../../execution/execution-engine.ts';
import { priceOf } from '../../execution/market-prices.ts';
import { RunPerformance, type RunFigures } from '../../execution/performance/run-performance.ts';
import { checkRiskConfig, type RiskConfig } from '../../execution/risk/risk-limits.ts';
import { knownTimeMs } from '../../execution/venues/paper/known-time.ts';
import {
  resolvePaperOptions,
  type PaperVenueOptions,
} from '../../execution/venues/paper/paper-options.ts';
import { PaperVenue } from '../../execution/venues/paper/paper-venue.ts';
import type { ReplayCursor } from '../../execution/venues/paper/replay-cursor.ts';
import { ReplayMarket } from '../../execution/venues/paper/replay-market.ts';
import type { OrderListener, OrderPort, RequestStanding } from '../../host/order-port.ts';
import { dataTypeOf, type MarketEvent } from '../../model/market-event.ts';
import type { Fill } from '../../model/fill.ts';
import type { OrderReply, OrderRequest } from '../../model/order-request.ts';
import type { OrderUpdate, TradingSnapshot } from '../../model/order-update.ts';
import type { MarketTopic } from '../../model/subscription.ts';
import { PriceTape } from './price-tape.ts';
import type { Trading } from './trading.ts';

export interface ReplayTradingOptions {
  /** Of each strategy's own paper account. */
  readonly paper?: PaperVenueOptions;
  /** Quote currency in which results are told. @default USDT */
  readonly currency?: string;
  readonly risk?: RiskConfig;
  readonly logger?: Logger;
  /** What a worker subscribes to; asked when it is started. */
  readonly topicsOf: (workerId: string) => readonly MarketTopic[];
  /** Number of the last event of a topic that was published before. */
  readonly lastSeqOf: (symbol: string, dataType: string) => number;
  /** Where the replay's time begins, ms since the epoch. */
  readonly beginsAtMs: number;
}

/** One strategy in its own time. */
interface Lane {
  readonly engine: ExecutionEngine;
  readonly cursor: ReplayCursor;
  readonly venue: PaperVenue;
}

/**
 * Paper trading in a replay. Each strategy has an account and an engine of its own, and a time of its own:
 * that of the event at hand. The market that its orders meet is what it has been shown by then, so that the
 * same data and strategies give the same fills to the last digit, whatever else runs beside them.
 */
export class ReplayTrading implements Trading, OrderPort {
  readonly #options: ReplayTradingOptions;
  readonly #market = new ReplayMarket();
  readonly #lanes = new Map<string, Lane>();
  readonly #seqs = new Map<string, number>();
  readonly #tape = new PriceTape();
  readonly #fills: { readonly workerId: string; readonly fill: Fill }[] = [];
  #listener: OrderListener = { onUpdate: () => undefined, onAccount: () => undefined };

  /** @throws {InvalidPaperOptionError} code `INVALID_PAPER_OPTION` @throws {ExecutionError} code `INVALID_RISK_LIMIT` */
  constructor(options: ReplayTradingOptions) {
    // Before any process is taken.
    resolvePaperOptions(options.paper ?? {});
    checkRiskConfig(options.risk ?? {});
    this.#options = options;
  }

  get port(): OrderPort {
    return this;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  onMarket(events: readonly MarketEvent[]): void {
    for (const event of events) {
      const { symbol } = event;
      const dataType = dataTypeOf(event);
      const topic = `${symbol} ${dataType}`;
      const seq = (this.#seqs.get(topic) ?? this.#options.lastSeqOf(symbol, dataType)) + 1;
      this.#seqs.set(topic, seq);
      if (!this.#market.publish({ event, symbol, dataType, seq })) {
        throw new ExecutionError(
          'REPLAY_BUFFER_FULL',
          `the slowest strategy is ${this.#market.size} events behind: its orders can't meet the market that it sees`,
        );
      }
      const price = priceOf(event);
      if (price !== undefined) this.#tape.add(symbol, price, knownTimeMs(event));
    }
  }

  setStale(): void {
    // What is recorded is as old as it is.
  }

  async stop(): Promise<void> {
    for (const { engine } of this.#lanes.values()) await engine.stop();
  }

  listen(listener: OrderListener): void {
    this.#listener = listener;
  }

  async beginRun(workerId: string): Promise<string> {
    const lane = this.#lanes.get(workerId) ?? (await this.#openLane(workerId));
    return lane.engine.beginRun(workerId);
  }

  async request(
    workerId: string,
    request: OrderRequest,
    standing: RequestStanding,
  ): Promise<OrderReply> {
    const { engine, cursor } = this.#lane(workerId);
    const { replay } = standing;
    if (replay !== null) cursor.advanceTo(replay.event, replay.nowMs);
    const { outcomes } = await engine.request(workerId, request, standing);
    await engine.settled();
    return { outcomes, quietUntilMs: cursor.quietUntilMs() };
  }

  snapshot(workerId: string, symbols: readonly string[]): TradingSnapshot {
    return this.#lane(workerId).engine.snapshot(workerId, symbols);
  }

  updatesSince(workerId: string, seq: number): readonly OrderUpdate[] {
    return this.#lane(workerId).engine.updatesSince(workerId, seq);
  }

  /** A replay that has lost a worker has failed: its orders are of no more interest. */
  workerDown(workerId: string): void {
    this.#lanes.get(workerId)?.cursor.close();
  }

  workerUp(): void {
    // It was started once, and is not again.
  }

  /** What the strategies have come to. */
  figures(): RunFigures {
    const { currency = 'USDT', paper } = this.#options;
    const capital = String(paper?.balances?.[currency] ?? '100000');
    const performance = new RunPerformance({
      currency,
      initialCapital: new Map([...this.#lanes.keys()].map((id) => [id, capital])),
    });
    // Strategies were not all as far at any moment of the run; in market time they are.
    const fills = this.#fills.toSorted((one, other) => one.fill.timestamp - other.fill.timestamp);
    let at = 0;
    const tellFills = (untilMs: number): void => {
      for (
        let next = fills[at];
        next !== undefined && next.fill.timestamp <= untilMs;
        next = fills[at]
      ) {
        const instrument = this.#lane(next.workerId).venue.instrument(next.fill.symbol);
        if (instrument !== undefined) performance.onFill(next.workerId, next.fill, instrument);
        at += 1;
      }
    };
    for (const { symbol, price, timestamp } of this.#tape.inOrder()) {
      tellFills(timestamp - 1);
      performance.onPrice(symbol, price, timestamp);
    }
    tellFills(Number.POSITIVE_INFINITY);
    return performance.figures();
  }

  async #openLane(workerId: string): Promise<Lane> {
    const { paper = {}, risk, logger, topicsOf, beginsAtMs } = this.#options;
    const clock = new ManualClock(beginsAtMs);
    const venue = new PaperVenue(paper, clock);
    const engine = new ExecutionEngine({
      venue,
      clock,
      timers: false,
      // Ids are the same in each run of the same replay.
      idSpace: `w${this.#lanes.size.toString(36)}`,
      ...(risk && { risk }),
      ...(logger && { logger }),
    });
    engine.listen({
      onUpdate: (id, update) => {
        if (update.fill !== null) this.#fills.push({ workerId: id, fill: update.fill });
        this.#listener.onUpdate(id, update);
      },
      onAccount: (id, account) => this.#listener.onAccount(id, account),
    });
    const cursor = this.#market.openCursor({
      topics: topicsOf(workerId),
      clock,
      venue: {
        onMarket: (event) => {
          engine.onMarket([event]);
          venue.onMarket(event);
        },
        advance: (nowMs) => venue.advance(nowMs),
        wouldTouch: (event) => venue.wouldTouch(event),
        get isIdle() {
          return venue.isIdle;
        },
        get nextDueMs() {
          return venue.nextDueMs;
        },
      },
    });
    const lane = { engine, cursor, venue };
    this.#lanes.set(workerId, lane);
    await engine.start();
    return lane;
  }

  #lane(workerId: string): Lane {
    const lane = this.#lanes.get(workerId);
    if (lane === undefined) throw new Error(`worker "${workerId}" has no account in this replay`);
    return lane;
  }
}
