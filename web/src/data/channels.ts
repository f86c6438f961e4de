import type {
  ChangeOf,
  ChannelInput,
  ChannelName,
  Problem,
  SnapshotOf,
  StreamHandlers,
} from '../../../src/client/index.ts';
import { CHANNEL_STEPS, type ChannelStates } from './channel-states.ts';
import { createStore, type Store } from './store.ts';

/** What is known of a subscription. */
export interface ChannelView<Name extends ChannelName = ChannelName> {
  /** Null before the first snapshot. What it says was true at `since` if it is not live. */
  readonly data: ChannelStates[Name] | null;
  /** Whether what is here is so now: the connection is up and has told everything. */
  readonly isLive: boolean;
  /** When this was heard last, milliseconds since the Unix epoch; null before the first snapshot. */
  readonly since: number | null;
  /** Lines, orders, fills or alerts that this side was too slow for, since the page looks. */
  readonly missed: number;
  /** Why the subscription was refused. */
  readonly problem: Problem | null;
}

/** As much of a `StreamClient` as is needed here. */
export interface Stream {
  subscribe(to: never, handlers: StreamHandlers<never>): () => void;
}

interface Entry {
  readonly to: ChannelInput;
  readonly store: Store<ChannelView>;
  users: number;
  end: (() => void) | null;
  ending: ReturnType<typeof setTimeout> | undefined;
}

/** A page that goes and comes back within it finds its data still there, milliseconds. */
const LINGER_MS = 5_000;

const NOTHING: ChannelView = { data: null, isLive: false, since: null, missed: 0, problem: null };

/** Subscriptions that the parts of the page share: one for each channel, however many look at it. */
export class Channels {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  #stream: Stream | null = null;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Takes up the subscriptions on a stream; null where there is none. What was known before is forgotten. */
  use(stream: Stream | null): void {
    this.#stream = stream;
    for (const entry of this.#entries.values()) {
      entry.end?.();
      entry.end = null;
      entry.store.set(NOTHING);
      if (stream !== null) this.#begin(entry);
    }
  }

  /** Says that the connection is gone: nothing is live until the server has told it again. */
  lose(heardAt: number | null): void {
    for (const { store } of this.#entries.values()) {
      const view = store.get();
      if (view.isLive) store.set({ ...view, isLive: false, since: heardAt ?? view.since });
    }
  }

  /** The view of a channel, and the function that ends its use. */
  retain(to: ChannelInput): { readonly store: Store<ChannelView>; readonly release: () => void } {
    const key = JSON.stringify(to);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { to, store: createStore(NOTHING), users: 0, end: null, ending: undefined };
      this.#entries.set(key, entry);
      if (this.#stream !== null) this.#begin(entry);
    }
    const kept = entry;
    kept.users += 1;
    clearTimeout(kept.ending);
    return { store: kept.store, release: () => this.#release(key, kept) };
  }

  #release(key: string, entry: Entry): void {
    entry.users -= 1;
    if (entry.users > 0) return;
    entry.ending = setTimeout(() => {
      entry.end?.();
      this.#entries.delete(key);
    }, LINGER_MS);
  }

  #begin(entry: Entry): void {
    const { to, store } = entry;
    const steps = CHANNEL_STEPS[to.channel];
    const hear = (part: Partial<ChannelView>): void =>
      store.set({ ...store.get(), isLive: true, since: this.#now(), problem: null, ...part });
    const handlers: StreamHandlers<ChannelName> = {
      onSnapshot: (data) =>
        hear({ data: (steps.begin as (data: SnapshotOf<ChannelName>) => never)(data) }),
      onChange: (change) => {
        const { data } = store.get();
        if (data === null) return;
        const apply = steps.apply as (data: unknown, change: ChangeOf<ChannelName>) => never;
        hear({ data: apply(data, change) });
      },
      onResumed: () => hear({}),
      onMissed: (count) => store.set({ ...store.get(), missed: store.get().missed + count }),
      onError: (problem) => store.set({ ...store.get(), isLive: false, problem }),
    };
    entry.end = this.#stream?.subscribe(to as never, handlers as never) ?? null;
  }
}
