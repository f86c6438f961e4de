import { setTimeout as delay } from 'node:timers/promises';
import { parseDataType, type DataType } from '../model/data-type.ts';
import { topicName } from '../model/subscription.ts';
import { parseSymbol } from '../model/symbol.ts';
import { InvalidOptionError } from '../lifecycle/errors.ts';
import type { HostPayload } from '../protocol/host-message.ts';

/** After a message that a process did not take, milliseconds. */
const RETRY_MS = 20;

/** Whether market data comes as it should. */
export interface FeedStatus {
  readonly symbol: string;
  /** Such as `trade` or `kline@1m`; null for all of the symbol. */
  readonly dataType: string | null;
  /** `stale` is data that is not up to date: what is known of the market is not to be acted on. */
  readonly status: 'stale' | 'live';
  /** Since when it is so, ms since the epoch. */
  readonly sinceMs: number;
  /** For people. @default none */
  readonly reason?: string;
}

interface Topic {
  readonly symbol: string;
  readonly dataType: string;
}

type Said = HostPayload<'feed_status'>;

export interface FeedLineParts {
  /** What the process subscribes to. */
  readonly topics: () => readonly Topic[];
  /** Says it to the process. @throws {IpcError} if it can't be reached now */
  readonly say: (status: Said) => Promise<void>;
}

function nameOf({ symbol, dataType }: Topic): string {
  return topicName(symbol, dataType as DataType);
}

/** Which topics are stale, for all workers. */
export class FeedStatuses {
  readonly #ofTopics = new Map<string, FeedStatus>();
  /** Of those that nothing was said of one by one since then. */
  readonly #ofSymbols = new Map<string, FeedStatus>();
  readonly #lines = new Set<FeedLine>();

  /** @throws {InvalidSymbolError | InvalidDataTypeError | InvalidOptionError} */
  set(given: FeedStatus): void {
    const { status, sinceMs, dataType } = given;
    const symbol = parseSymbol(given.symbol);
    const dataTypes: readonly DataType[] = dataType === null ? [] : parseDataType(dataType);
    if (status !== 'stale' && status !== 'live')
      throw new InvalidOptionError('status', status, "'stale' or 'live'");
    if (!Number.isFinite(sinceMs))
      throw new InvalidOptionError('sinceMs', sinceMs, 'milliseconds since the epoch');
    if (dataType === null) {
      for (const [name, one] of this.#ofTopics)
        if (one.symbol === symbol) this.#ofTopics.delete(name);
      this.#ofSymbols.set(symbol, { ...given, symbol });
    }
    for (const type of dataTypes)
      this.#ofTopics.set(topicName(symbol, type), { ...given, symbol, dataType: type });
    this.look();
  }

  /** Topics of a process have changed. */
  look(): void {
    for (const line of this.#lines) line.look();
  }

  /** Undefined for a topic of which nothing was ever said: it counts as live. */
  of({ symbol, dataType }: Topic): FeedStatus | undefined {
    return this.#ofTopics.get(nameOf({ symbol, dataType })) ?? this.#ofSymbols.get(symbol);
  }

  /** The way to a new process of a worker, until it is closed. */
  open(parts: FeedLineParts): FeedLine {
    const line: FeedLine = new FeedLine(parts, this, () => this.#lines.delete(line));
    this.#lines.add(line);
    return line;
  }
}

/** Tells one process of a worker of what is stale among its topics, and of what no longer is. */
export class FeedLine {
  readonly #parts: FeedLineParts;
  readonly #statuses: FeedStatuses;
  readonly #onClose: () => void;
  /** What it was told last, by topic. */
  readonly #told = new Map<string, FeedStatus['status']>();
  #isOpen = true;
  #begun = false;
  /** It may have been told anything by an earlier host. */
  #toldBefore = false;
  #telling = false;

  constructor(parts: FeedLineParts, statuses: FeedStatuses, onClose: () => void) {
    this.#parts = parts;
    this.#statuses = statuses;
    this.#onClose = onClose;
  }

  /** The strategy runs: from now on it is told. Until it is told otherwise it takes its topics for live. */
  begin(): void {
    this.#begun = true;
    this.look();
  }

  /** As `begin`, of a process that had another host before: it is told of all its topics. */
  resume(): void {
    this.#toldBefore = true;
    this.begin();
  }

  /** Its topics, or what is known of them, may have changed. */
  look(): void {
    if (this.#begun && !this.#telling) void this.#tellAll();
  }

  /** The process is gone. */
  close(): void {
    this.#isOpen = false;
    this.#onClose();
  }

  async #tellAll(): Promise<void> {
    this.#telling = true;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const name = nameOf(next);
      const before = this.#told.get(name);
      this.#told.set(name, next.status);
      try {
        await this.#parts.say(next);
      } catch {
        // It takes nothing for a while: it is told later, what is known by then.
        if (before === undefined) this.#told.delete(name);
        else this.#told.set(name, before);
        await delay(RETRY_MS);
      }
    }
    this.#telling = false;
  }

  #next(): Said | undefined {
    if (!this.#isOpen) return undefined;
    const unsaid = this.#toldBefore ? undefined : 'live';
    for (const { symbol, dataType } of this.#parts.topics()) {
      const known = this.#statuses.of({ symbol, dataType });
      const status = known?.status ?? 'live';
      if (status === (this.#told.get(nameOf({ symbol, dataType })) ?? unsaid)) continue;
      const { sinceMs = Date.now(), reason = null } = known ?? {};
      return { symbol, dataType, status, sinceMs, reason };
    }
    return undefined;
  }
}
