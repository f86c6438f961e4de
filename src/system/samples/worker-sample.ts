import type { DecimalText } from '../../model/decimal-text.ts';

/** The figures of a worker at a moment. */
export interface WorkerSample {
  /** Milliseconds since the Unix epoch. In a history of minutes, when the minute began. */
  readonly at: number;
  /** Market events handed to the strategy, a second, between its last two reports. */
  readonly eventsPerSecond: number;
  /** Longest time from publishing an event to its callback, milliseconds. */
  readonly lagMs: number;
  /** Events published for it that it is not done with. */
  readonly lagEvents: number;
  /** What it does not share with other processes, bytes. */
  readonly memoryBytes: number;
  /** Of one processor: 1 is all of it. */
  readonly cpuShare: number;
  /** Longest delay of its event loop, milliseconds. */
  readonly loopDelayMs: number;
  /** Callbacks that threw since its process began. */
  readonly errorCount: number;
  readonly restarts: number;
  /** Open orders, and those on their way; 0 without execution. */
  readonly openOrders: number;
  /** Realized and unrealized, with the fees in that currency taken off, by quote currency; empty without execution. */
  readonly netPnl: Readonly<Record<string, DecimalText>>;
}

/** The main process, and all together. */
export interface SystemSample {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** From the feed. */
  readonly eventsInPerSecond: number;
  /** Published, bars that were made here among them. */
  readonly eventsOutPerSecond: number;
  /** Resident memory of the main process, bytes. */
  readonly memoryBytes: number;
  /** Of one processor, of the main process. */
  readonly cpuShare: number;
  /** Longest delay of its event loop since the sample before, milliseconds. */
  readonly loopDelayMs: number;
  /** Workers that are known. */
  readonly workers: number;
  /** Workers that have a process. */
  readonly workersAlive: number;
}
