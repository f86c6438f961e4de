import type { FeedStatusMessage } from '../protocol/host-message.ts';
import type { FeedEvent } from '../strategy/events.ts';
import type { Callbacks } from './callbacks.ts';
import type { Handovers } from './handovers.ts';
import type { StrategyRunner } from './strategy-runner.ts';

export interface FeedEventsParts {
  /** False while the strategy is shown nothing: it has ended, or another process has its place. */
  readonly mayTell: () => boolean;
  readonly call: (event: FeedEvent) => Promise<void> | undefined;
  readonly between: (task: () => Promise<void>) => Promise<void>;
}

/** Tells the strategy which of its topics are stale, between two events, and each change once. */
export class FeedEvents {
  readonly #parts: FeedEventsParts;
  /** What the host said last, by topic. */
  readonly #said = new Map<string, FeedStatusMessage>();
  /** What the strategy was told last; one that is not here it takes for live. */
  readonly #told = new Map<string, FeedEvent['status']>();

  constructor(parts: FeedEventsParts) {
    this.#parts = parts;
  }

  take(said: FeedStatusMessage): void {
    this.#said.set(`${said.dataType}:${said.symbol}`, said);
    this.look();
  }

  /** The strategy may be told again. */
  look(): void {
    void this.#parts.between(() => this.#tell());
  }

  async #tell(): Promise<void> {
    const { mayTell, call } = this.#parts;
    for (const [topic, said] of this.#said) {
      if (said.status === (this.#told.get(topic) ?? 'live')) continue;
      if (!mayTell()) return;
      this.#told.set(topic, said.status);
      await call({ type: 'feed', ...said });
    }
  }
}

/** Those of a life with these parts. */
export function newFeed(
  handovers: () => Handovers,
  runner: StrategyRunner,
  callbacks: Callbacks,
): FeedEvents {
  return new FeedEvents({
    mayTell: () => runner.flow !== 'ended' && !handovers().handedOver,
    call: (event) => callbacks.call('onFeed', event),
    between: (task) => runner.between(task),
  });
}
