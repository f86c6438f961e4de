import { backoffMs } from '../../base/backoff.ts';
import { timeframeOf } from '../../model/data-type.ts';
import type { MarketTopic } from '../../model/subscription.ts';
import { barOpenMs, timeframeMs } from '../../model/timeframe.ts';
import { systemSleep } from '../waiting.ts';
import { fetchBars } from './bar-history.ts';
import { BarLine, type BarGap } from './bar-line.ts';
import { barOf, barRowOf, type BarRow } from './bar-row.ts';
import type { CcxtPorts, CcxtStream } from './ccxt-ports.ts';

/** How often the archive is asked for a bar that must be there, since a later one is. */
const MAX_LOOKS = 3;
const LOOK_AGAIN_MS = 1_000;

/** No timer waits longer; Node takes anything longer than 24 days for nothing. */
const MAX_TIMER_MS = 86_400_000;

interface Wanted extends BarGap {
  /** A later bar is known, so that these are over. */
  readonly isHole: boolean;
}

/**
 * Bars of one symbol and timeframe: from the stream while it flows, and from the archive what the stream has
 * left out or is late with.
 */
export class BarStream implements CcxtStream {
  readonly watch: (() => Promise<unknown>) | undefined;
  readonly #ports: CcxtPorts;
  readonly #topic: MarketTopic;
  readonly #timeframe: string;
  readonly #lengthMs: number;
  readonly #line: BarLine;
  #firstMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #looksInVain = 0;
  #failures = 0;
  #asking = false;

  /** `lastMs` is when the last bar began that the reader of the topic has. */
  constructor(ports: CcxtPorts, topic: MarketTopic, lastMs: number | undefined) {
    const { data } = ports.exchange;
    this.#ports = ports;
    this.#topic = topic;
    this.#timeframe = timeframeOf(topic.dataType) as string;
    this.#lengthMs = timeframeMs(this.#timeframe);
    this.#line = new BarLine(this.#lengthMs, lastMs);
    if (data.has['watchOHLCV'] === true) {
      this.watch = () => data.watchOHLCV(topic.symbol, this.#timeframe);
    }
  }

  begin(): void {
    this.#firstMs ??= barOpenMs(this.#ports.exchange.nowMs, this.#lengthMs);
    this.#arm();
  }

  take(words: unknown): void {
    const lateBefore = this.#line.late;
    const rows = (words as readonly (readonly unknown[])[])
      .map((row) => barRowOf(row))
      .filter((row) => row !== undefined);
    this.#tell(this.#line.take(rows));
    this.#ports.counts.doubled += this.#line.late - lateBefore;
    if (this.#line.gap !== undefined) void this.#ask();
    else this.#arm();
  }

  cut(): void {
    this.#line.cut();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #tell(rows: readonly BarRow[]): void {
    if (rows.length === 0) return;
    this.#looksInVain = 0;
    const { symbol } = this.#topic;
    this.#ports.publish(
      this.#topic,
      rows.map((row) => barOf(row, symbol, this.#timeframe)),
    );
  }

  /** Looks into the archive when the next bar has been over for a while and nobody has said so. */
  #arm(): void {
    const { exchange, settleMs, signal } = this.#ports;
    const nextMs = this.#line.nextMs ?? this.#firstMs;
    if (nextMs === undefined || this.#asking || signal.aborted) return;
    const dueMs = nextMs + this.#lengthMs + settleMs;
    // A bar that the archive does not have either may come later, or never: it is asked for less and less often.
    const patienceMs = Math.min(
      settleMs * 2 ** this.#looksInVain,
      Math.max(this.#lengthMs, settleMs),
    );
    const atMs = this.#looksInVain === 0 ? dueMs : Math.max(dueMs, exchange.nowMs + patienceMs);
    if (atMs === this.#timerAtMs) return;
    clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    const waitMs = Math.min(MAX_TIMER_MS, Math.max(0, atMs - exchange.nowMs));
    this.#timer = setTimeout(() => {
      this.#timerAtMs = Number.POSITIVE_INFINITY;
      void this.#ask();
    }, waitMs);
  }

  #wanted(): Wanted | undefined {
    const { gap } = this.#line;
    if (gap !== undefined) return { ...gap, isHole: true };
    const fromMs = this.#line.nextMs ?? this.#firstMs;
    if (fromMs === undefined) return undefined;
    const overMs = this.#ports.exchange.nowMs - this.#ports.settleMs - fromMs;
    const bars = Math.floor(overMs / this.#lengthMs);
    return bars < 1 ? undefined : { fromMs, toMs: fromMs + bars * this.#lengthMs, isHole: false };
  }

  /** Asks the archive until there is no hole, one request at a time. */
  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const { signal } = this.#ports;
    let looks = 0;
    for (let wanted = this.#wanted(); wanted !== undefined; wanted = this.#wanted()) {
      const found = await this.#fetch(this.#shortened(wanted));
      if (signal.aborted) return;
      if (found === undefined) continue;
      looks += 1;
      const isAll = found.reachesEnd || (wanted.isHole && looks >= MAX_LOOKS);
      this.#fill(found.rows, wanted, isAll);
      if (isAll) looks = 0;
      else if (wanted.isHole) await systemSleep(LOOK_AGAIN_MS, signal);
      else break;
      if (signal.aborted) return;
    }
    this.#asking = false;
    this.#arm();
  }

  #fill(rows: readonly BarRow[], { toMs, isHole }: Wanted, isAll: boolean): void {
    const { counts } = this.#ports;
    const told = this.#line.fill(rows, toMs, isAll);
    const refilled = told.filter((row) => rows.includes(row)).length;
    counts.barsRefilled += refilled;
    this.#ports.heard(this.#topic);
    this.#tell(told);
    if (refilled === 0) this.#looksInVain += 1;
    if (isHole && isAll) {
      counts.gapsFilled += 1;
      this.#ports.gap(this.#topic, { refilled, lost: 0 });
    }
  }

  /** Without the oldest bars of a hole that is longer than anybody wants to read. */
  #shortened(wanted: Wanted): Wanted {
    const { maxRefillBars, counts } = this.#ports;
    const fromMs = Math.max(wanted.fromMs, wanted.toMs - maxRefillBars * this.#lengthMs);
    const missed = this.#line.skipTo(fromMs);
    if (missed > 0) {
      counts.barsMissed += missed;
      this.#ports.gap(this.#topic, { refilled: 0, lost: missed });
    }
    return { ...wanted, fromMs };
  }

  /** Undefined if the archive can't be read now; it has been waited then. */
  async #fetch(
    wanted: BarGap,
  ): Promise<{ readonly rows: BarRow[]; readonly reachesEnd: boolean } | undefined> {
    const { exchange, signal, backoff, random, counts } = this.#ports;
    const past = {
      ...wanted,
      symbol: this.#topic.symbol,
      timeframe: this.#timeframe,
      lengthMs: this.#lengthMs,
    };
    try {
      const found = await fetchBars(exchange.data, past, signal);
      this.#failures = 0;
      return found;
    } catch (thrown) {
      if (signal.aborted) return undefined;
      const ms = backoffMs(this.#failures, backoff, random);
      this.#failures += 1;
      counts.topicErrors += 1;
      const why = exchange.describe(thrown);
      const when = `asked again in ${Math.round(ms)} ms, later bars wait`;
      this.#ports.log('warn', `the archive does not give its bars: ${why}; ${when}`, this.#topic);
      await systemSleep(ms, signal);
      return undefined;
    }
  }
}
