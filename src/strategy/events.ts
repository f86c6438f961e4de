/** A timer of `ctx.schedule` is due. */
export interface TimerEvent {
  readonly type: 'timer';
  /** As given to `ctx.schedule`. */
  readonly name: string;
  /** When it was due, milliseconds since the Unix epoch (replay time in a replay). */
  readonly timestamp: number;
}

/** Events of a topic that this worker will never see. */
export interface GapEvent {
  readonly type: 'gap';
  readonly symbol: string;
  /** Such as `trade` or `kline@1m`. */
  readonly dataType: string;
  /** Sequence number of the first event that is missing. */
  readonly fromSeq: number;
  /** Sequence number of the last event that is missing. */
  readonly toSeq: number;
  /** How many are missing. */
  readonly count: number;
}

/** The market data of a topic has become stale, or is live again. */
export interface FeedEvent {
  readonly type: 'feed';
  readonly symbol: string;
  /** Such as `trade` or `kline@1m`. */
  readonly dataType: string;
  readonly status: 'stale' | 'live';
  /** Since when it is so, milliseconds since the Unix epoch. */
  readonly sinceMs: number;
  /** What is known of the cause, for people; null if nothing is. */
  readonly reason: string | null;
}

/** The strategy goes on where a process before this one was. */
export interface RecoveredEvent {
  readonly type: 'recovered';
  /** `restart` after an end of whatever kind, `reload` for a new version of the file. */
  readonly cause: 'restart' | 'reload';
  /** When the state was saved, milliseconds since the Unix epoch. */
  readonly savedAt: number;
  /** Events since then that the strategy has just been shown. */
  readonly caughtUp: number;
  /** Events since then that could not be had; `onGap` told of each gap. */
  readonly missed: number;
}

/** Somebody outside tells the strategy something: an alert of another program, say. */
export interface SignalEvent {
  readonly type: 'signal';
  readonly name: string;
  /** Plain data; null if none was given. */
  readonly data: unknown;
  /** When it was sent, milliseconds since the Unix epoch (also in a replay). */
  readonly at: number;
}

/** Somebody outside asks the strategy something, or has it do something. */
export interface CommandEvent {
  readonly type: 'command';
  readonly name: string;
  /** Plain data; null if none was given. */
  readonly args: unknown;
  /** When it was sent, milliseconds since the Unix epoch (also in a replay). */
  readonly at: number;
}

/** Why a strategy is asked to end, or to pause. */
export interface StopEvent {
  readonly type: 'stop';
  readonly reason: string;
}
