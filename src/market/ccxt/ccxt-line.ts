import { backoffMs, type BackoffOptions } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { CcxtClient, CcxtSocket } from '../../exchange/ccxt-types.ts';
import { systemSleep } from '../waiting.ts';

/** `connecting` until the exchange has said something, then `live`; `reconnecting` after a cut. */
export type CcxtLineState = 'connecting' | 'live' | 'reconnecting' | 'closed';

/** What ccxt's sockets know of themselves, beyond what its types say. */
interface SocketTimes {
  /** When a ping was answered last, ms since the epoch. */
  readonly lastPong?: number | undefined;
  readonly connectionEstablished?: number | undefined;
  /** The socket itself. */
  readonly connection?: { terminate?: () => void } | undefined;
}

/** A connection that was up for so long has not failed in vain: the next wait is short again. */
const STABLE_MS = 10_000;

/** How long a socket may take to close in good order, milliseconds. */
const CLOSE_MS = 1_000;

export interface CcxtLineOptions {
  readonly client: CcxtClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly backoff: BackoffOptions;
  readonly signal: AbortSignal;
  /** The state has changed; `retryMs` is the wait before the next attempt. */
  readonly onState: (state: CcxtLineState, error: unknown, retryMs: number) => void;
}

/**
 * The connection of all topics to an exchange. ccxt opens and shares the sockets; here it is decided when to try
 * again, once for all topics, and known when the exchange was heard of last.
 */
export class CcxtLine {
  readonly #options: CcxtLineOptions;
  #state: CcxtLineState = 'connecting';
  #epoch = 0;
  #attempt = 0;
  #liveSinceMs: number | undefined;
  #waiting: Promise<void> | undefined;
  #reconnects = 0;

  constructor(options: CcxtLineOptions) {
    this.#options = options;
  }

  get state(): CcxtLineState {
    return this.#state;
  }

  /** Counts the attempts: what failed in an earlier one has been tried again since. */
  get epoch(): number {
    return this.#epoch;
  }

  /** How often it was live again after a cut. */
  get reconnects(): number {
    return this.#reconnects;
  }

  /** Sockets that are open. */
  get sockets(): number {
    return this.#open.length;
  }

  /** Since when the quietest of the sockets has said nothing at all, not even to a ping, milliseconds; infinite without a socket. */
  get silentMs(): number {
    const heard = this.#open.map(({ lastPong, connectionEstablished }) =>
      Math.max(lastPong ?? 0, connectionEstablished ?? 0),
    );
    // ccxt takes these times from the wall clock.
    return heard.length === 0
      ? Number.POSITIVE_INFINITY
      : Math.max(0, Date.now() - Math.min(...heard));
  }

  /** Something came in the attempt `epoch`. */
  heard(epoch: number): void {
    if (epoch !== this.#epoch || this.#state === 'live' || this.#state === 'closed') return;
    if (this.#state === 'reconnecting') this.#reconnects += 1;
    this.#liveSinceMs = this.#options.clock.monotonic();
    this.#change('live', undefined, 0);
  }

  /** Resolves when it is time to try again after what failed in the attempt `epoch`. */
  async retry(epoch: number, error: unknown): Promise<void> {
    if (epoch !== this.#epoch || this.#state === 'closed') return;
    this.#waiting ??= this.#wait(error);
    await this.#waiting;
  }

  /** Ends all sockets, within a second also those whose other end does not answer. */
  async close(discard: () => Promise<void>): Promise<void> {
    this.#change('closed', undefined, 0);
    const sockets = Object.values(this.#options.client.clients ?? {});
    const closing = discard().catch(() => undefined);
    const deadline = new AbortController();
    await Promise.race([closing, systemSleep(CLOSE_MS, deadline.signal)]);
    deadline.abort();
    for (const socket of sockets) (socket as SocketTimes).connection?.terminate?.();
  }

  get #open(): (CcxtSocket & SocketTimes)[] {
    return Object.values(this.#options.client.clients ?? {}).filter(
      ({ isConnected }) => isConnected,
    );
  }

  async #wait(error: unknown): Promise<void> {
    const { clock, backoff, random, signal } = this.#options;
    const wasStable =
      this.#liveSinceMs !== undefined && clock.monotonic() - this.#liveSinceMs >= STABLE_MS;
    if (wasStable) this.#attempt = 0;
    this.#liveSinceMs = undefined;
    const ms = backoffMs(this.#attempt, backoff, random);
    this.#attempt += 1;
    // One that never was live has not to be live again.
    this.#change(this.#state === 'connecting' ? 'connecting' : 'reconnecting', error, ms);
    await systemSleep(ms, signal);
    this.#epoch += 1;
    this.#waiting = undefined;
  }

  #change(state: CcxtLineState, error: unknown, retryMs: number): void {
    this.#state = state;
    this.#options.onState(state, error, retryMs);
  }
}
