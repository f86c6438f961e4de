import { messageOf } from '../base/errors.ts';
import type { KeepState } from '../protocol/host-message.ts';
import { encodePositions, type Positions } from '../protocol/positions.ts';
import { StrategyUsageError } from './errors.ts';
import { encodeState, findInstance } from './state-codec.ts';

/** A save as it goes to the host. */
export interface StateUpdate {
  /** Counts the saves of this worker from 1, over all its processes. */
  readonly version: number;
  readonly stateVersion: number;
  readonly positions: Uint8Array;
  /** Null if the state is as it was saved before and only the positions are news. */
  readonly bytes: Uint8Array | null;
  readonly sync: boolean;
}

export interface StateKeeperOptions extends KeepState {
  readonly stateVersion: number;
  readonly read: () => unknown;
  readonly positions: () => Positions;
  /** Grows with whatever may have changed the state or the positions. */
  readonly activity: () => number;
  /** Resolves once the update is saved. */
  readonly send: (update: StateUpdate) => Promise<void>;
  /** Runs between two events, so that no half-done callback is saved. */
  readonly between: (task: () => void | Promise<void>) => Promise<void>;
  readonly onFault: (message: string) => void;
}

/** After a save that failed, milliseconds: a full disk is not written to at every interval. */
const RETRY_MS = 1_000;

/**
 * Has the strategy's memory saved by the host. The cost is per interval and not per event: an event
 * only leaves a mark.
 */
export class StateKeeper {
  readonly #options: StateKeeperOptions;
  /** Half of what is promised: a save needs some time to arrive. */
  readonly #delayMs: number;
  #version = 0;
  #saved: Buffer | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** A save is to come or under way. */
  #planned = false;
  #savedActivity = -1;
  #lastFault = '';
  /** Saves only between the start of a strategy and its end or hand-over. */
  #open = false;
  /** There was no save yet. */
  #first = true;
  /** Each save has everything. */
  #whole = false;

  constructor(options: StateKeeperOptions) {
    this.#options = options;
    this.#delayMs = options.saveWithinMs / 2;
  }

  /** Saves so far, of processes before this one. */
  continueFrom(version: number): void {
    this.#version = version;
  }

  /** The strategy begins, or goes on: what it changes from now on is saved. */
  open(): void {
    this.#open = true;
  }

  /** Saves with what the strategy begins, unless that is done; to be called before it is shown an event. */
  saveFirst(): void {
    if (this.#first) void this.save();
  }

  /** While saves go to a file, each has everything: it takes the place of the one before. */
  set whole(whole: boolean) {
    this.#whole = whole;
    this.#saved = undefined;
    this.#savedActivity = -1;
  }

  /** Something ran that may have changed the state: it is saved in time. */
  touch(): void {
    if (this.#planned || !this.#open) return;
    this.#plan(this.#delayMs);
  }

  /** Saves now; resolves once it is saved, or could not be. To be called between two events. */
  async save(): Promise<void> {
    this.#first = false;
    const bytes = this.#serialize();
    if (bytes === undefined) return;
    const changed = this.#whole || this.#saved === undefined || !bytes.equals(this.#saved);
    // Until this one is confirmed it is not known what the next process would find.
    this.#saved = undefined;
    const { stateVersion, sync, positions, send, activity } = this.#options;
    this.#version += 1;
    this.#savedActivity = activity();
    try {
      await send({
        version: this.#version,
        stateVersion,
        positions: encodePositions(positions()),
        bytes: changed ? bytes : null,
        sync,
      });
      this.#saved = bytes;
      this.#lastFault = '';
    } catch (thrown) {
      // What the database has is not known: the next save has everything.
      this.#savedActivity = -1;
      this.#fault(`the state was not saved, and is tried again: ${messageOf(thrown)}`);
    }
  }

  /**
   * Saves what another process is to go on with.
   *
   * @throws {StrategyUsageError} code `STATE_NOT_SAVED`
   */
  async handOver(): Promise<void> {
    const before = this.#version;
    await this.save();
    if (this.#version === before || this.#saved === undefined) {
      throw new StrategyUsageError('STATE_NOT_SAVED', this.#lastFault, {});
    }
    this.#close();
  }

  /** Saves for the last time. */
  async finish(): Promise<void> {
    this.#close();
    await this.save();
  }

  #close(): void {
    this.#open = false;
    this.#planned = false;
    clearTimeout(this.#timer);
  }

  #plan(delayMs: number): void {
    this.#planned = true;
    if (this.#options.sync && delayMs === this.#delayMs) {
      // The next event waits until this is on the disk.
      void this.#options.between(() => this.#savePlanned());
      return;
    }
    this.#timer = setTimeout(() => {
      void this.#options.between(() => {
        // Nobody waits for the answer: events go on meanwhile.
        void this.#savePlanned();
      });
    }, delayMs);
  }

  async #savePlanned(): Promise<void> {
    if (!this.#open) return;
    await this.save();
    this.#planned = false;
    if (this.#savedActivity < 0) this.#plan(RETRY_MS);
    else if (this.#savedActivity !== this.#options.activity()) this.touch();
  }

  #serialize(): Buffer | undefined {
    const { maxBytes, read, activity } = this.#options;
    try {
      const state = read();
      const bytes = encodeState(state);
      if (this.#saved === undefined) this.#warnOfInstances(state);
      if (bytes.length <= maxBytes) return bytes;
      this.#fault(
        `ctx.state takes ${bytes.length} bytes, at most ${maxBytes} are kept (keepState.maxBytes): what was saved before stays`,
      );
    } catch (thrown) {
      this.#fault(`${messageOf(thrown)}: what was saved before stays`);
    }
    // The strategy may mend it; until then there is nothing to be tried again.
    this.#savedActivity = activity();
    return undefined;
  }

  #warnOfInstances(state: unknown): void {
    const place = findInstance(state);
    if (place === undefined) return;
    this.#fault(`${place} is an object of a class: after a restart it has its data, no methods`);
  }

  #fault(message: string): void {
    // The same fault at every interval is one fault.
    if (message !== this.#lastFault) this.#options.onFault(message);
    this.#lastFault = message;
  }
}
