import type { RecordBuffer, RecordContent } from '../protocol/market-record.ts';
import type { Subscription } from '../protocol/host-message.ts';

/** What a worker needs to connect to the market data that it subscribed to. */
export type MarketAttachment = Subscription['market'];
export type ZeromqAttachment = Extract<MarketAttachment, { readonly transport: 'zeromq' }>;
export type SharedMemoryAttachment = Extract<
  MarketAttachment,
  { readonly transport: 'shared-memory' }
>;

/** One worker's way to a set of topics, on the host's side. */
export interface MarketLine<Attachment extends MarketAttachment = MarketAttachment> {
  readonly attachment: Attachment;
  /** Settles once whatever is published from then on reaches the worker. Rejects if the line is closed before. */
  readonly ready: Promise<void>;
  close(): void;
}

/**
 * Carries market records from the host to the workers. Delivers in the order of publishing, to each
 * worker at most once; what is lost is found by sequence numbers.
 */
export interface MarketTransport {
  readonly name: MarketAttachment['transport'];
  open(topicIds: readonly number[]): MarketLine;
  /** Events that a worker which must not lose any may be behind. */
  readonly losslessWindow: number;
  /** True if a worker is so far behind that it may soon lose data. */
  crowded(): boolean;
  /** True if any line has the topic. */
  wanted(topicId: number): boolean;
  /** Adds an event (or a beacon, null) to what the next `flush` sends. `json` is the payload of an event with members of its own. */
  append(
    topicId: number,
    seq: number,
    publishedAtMs: number,
    event: RecordContent,
    json: Uint8Array | undefined,
  ): void;
  /** Sends what was appended: once a batch. */
  flush(): void;
}

/** Records from `from` on, checked already. The buffer may be reused once the promise settles. */
export type RecordsHandler = (buffer: RecordBuffer, from: number) => void | Promise<void>;

/** Takes market records in a worker. The next batch is taken once the handler is done with the one before. */
export interface MarketReceiver<Attachment extends MarketAttachment = MarketAttachment> {
  /** Frames that were not what the protocol allows. */
  readonly malformedFrames: number;
  /** Everything that has come was handed out, and nothing has come for a while. */
  readonly quiet: boolean;
  attach(attachment: Attachment): void;
  detach(attachment: Attachment): void;
  /** Receives until closed. */
  run(onRecords: RecordsHandler): Promise<void>;
}
