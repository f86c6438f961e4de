import { setTimeout as delay } from 'node:timers/promises';
import type { MarketReceiver } from '../ipc/market-transport.ts';
import type { StateMachine } from '../lifecycle/state-machine.ts';
import { WorkerState } from '../lifecycle/worker-state.ts';
import type { Subscription } from '../protocol/host-message.ts';
import type { LeftTopic } from '../protocol/reload-result.ts';
import type { Positions } from '../protocol/positions.ts';
import type { StateKeeper } from './state-keeper.ts';
import type { StrategyRunner } from './strategy-runner.ts';
import type { SubscribedTopics, TopicState } from './subscribed-topics.ts';
import type { Trading } from './trading/trading.ts';
import type { WorkerContext } from './worker-context.ts';

/** How often it is looked whether anything still comes from a host that is gone, milliseconds. */
const QUIET_LOOK_MS = 5;

export interface HandoverParts {
  readonly machine: StateMachine;
  readonly runner: StrategyRunner;
  readonly topics: SubscribedTopics;
  readonly context: WorkerContext;
  readonly market: MarketReceiver;
  readonly trading: Trading;
  /** How far the strategy is, order updates included. */
  readonly positions: () => Positions;
  readonly keeper: StateKeeper | undefined;
  /** What the strategy was started with. */
  readonly subscription: Subscription['market'];
}

/**
 * The moments in which a running strategy changes hands between two events: to other topics, to another
 * process, to another host. Events are held back meanwhile; none is lost, none is shown twice.
 */
export class Handovers {
  readonly #parts: HandoverParts;
  #market: Subscription['market'];
  #previousMarket: Subscription['market'] | undefined;
  #attached = true;
  #handedOver = false;
  /** The state to return to; undefined if nothing is under way. */
  #resumeTo: WorkerState | undefined;

  constructor(parts: HandoverParts) {
    this.#parts = parts;
    this.#market = parts.subscription;
  }

  /** Another process has what it needs to go on in this one's place. */
  get handedOver(): boolean {
    return this.#handedOver;
  }

  get underWay(): boolean {
    return this.#resumeTo !== undefined;
  }

  /**
   * Subscribes to other topics; `start` then says what is known of them. Resolves to how far it got in
   * those that it left: what comes of them later is not for it any more.
   */
  reload(
    subscription: Subscription,
    symbols: readonly string[],
  ): Promise<{ readonly left: readonly LeftTopic[] }> {
    const { machine, runner, market, context } = this.#parts;
    return runner.between(() => {
      const resumeTo = machine.state;
      // Attached first: where that fails, nothing has changed.
      if (machine.can(WorkerState.RELOADING)) market.attach(subscription.market);
      machine.transition(WorkerState.RELOADING, 'reload_config');
      const left = this.#changeTopics(subscription, resumeTo);
      context.replaceSymbols(symbols);
      return { left: left.map(({ topicId, lastSeq }) => ({ topicId, lastSeq })) };
    });
  }

  /**
   * Saves the state for another process, which goes on from the positions that this resolves to.
   *
   * @throws {StrategyUsageError} code `STATE_NOT_SAVED`: the strategy goes on then
   */
  toAnotherProcess(): Promise<{ readonly positions: readonly LeftTopic[] }> {
    const { machine, runner, trading, keeper } = this.#parts;
    return runner.between(async () => {
      const resumeTo = machine.state;
      if (machine.can(WorkerState.RELOADING)) await keeper?.handOver();
      machine.transition(WorkerState.RELOADING, 'hand_over');
      this.#resumeTo = resumeTo;
      this.#handedOver = true;
      runner.flow = 'held';
      trading.handOver();
      const positions = [...this.#parts.positions()];
      return { positions: positions.map(([topicId, lastSeq]) => ({ topicId, lastSeq })) };
    });
  }

  /** Whoever was to take over did not: goes on where it was. */
  takeBack(reason: string): Promise<void> {
    return this.#parts.runner.between(() => {
      if (this.#resumeTo !== undefined) this.flowAs(this.#resumeTo, reason);
      this.#resumeTo = undefined;
      this.#handedOver = false;
      this.#parts.trading.takeBack();
      this.#parts.keeper?.open();
    });
  }

  /** The host is gone: takes what still comes of it, and then holds still. */
  async awaitHost(): Promise<void> {
    const { runner, market, keeper, trading } = this.#parts;
    trading.loseHost();
    if (keeper !== undefined) keeper.whole = true;
    await this.takeBack('the host is gone');
    while (!market.quiet || !runner.idle) await delay(QUIET_LOOK_MS);
    await runner.between(() => {
      if (runner.flow !== 'ended') runner.flow = 'held';
      if (this.#attached) market.detach(this.#market);
      this.#attached = false;
      // Whoever comes next may find this process dead.
      return keeper?.save();
    });
  }

  /** Goes on with the market data of a new host, from where it is; a `start` follows. */
  toAnotherHost(subscription: Subscription): Promise<void> {
    const { machine, runner, market, keeper, trading } = this.#parts;
    // Not between two events: a callback may wait for the answer.
    trading.findHost();
    return runner.between(() => {
      market.attach(subscription.market);
      this.#attached = true;
      this.#changeTopics(subscription, machine.state);
      this.#previousMarket = undefined;
      // What went to a file while there was no host is not in the new one's database.
      if (keeper !== undefined) keeper.whole = false;
      keeper?.touch();
    });
  }

  /** What was asked for is in effect: goes on as before. */
  finish(): void {
    const { market } = this.#parts;
    if (this.#resumeTo !== undefined)
      this.flowAs(this.#resumeTo, 'the new subscription is in effect');
    if (this.#previousMarket !== undefined) market.detach(this.#previousMarket);
    this.#previousMarket = undefined;
    this.#resumeTo = undefined;
  }

  flowAs(state: WorkerState, trigger: string): void {
    const { machine, runner } = this.#parts;
    // The table knows no way from STARTING to PAUSED but over RUNNING.
    if (machine.state !== state && !machine.can(state))
      machine.transition(WorkerState.RUNNING, trigger);
    if (machine.state !== state) machine.transition(state, trigger);
    runner.flow = state === WorkerState.PAUSED ? 'paused' : 'running';
  }

  #changeTopics(subscription: Subscription, resumeTo: WorkerState): readonly TopicState[] {
    this.#resumeTo = resumeTo;
    this.#parts.runner.flow = 'held';
    this.#previousMarket = this.#market;
    this.#market = subscription.market;
    return this.#parts.topics.replace(subscription.topics);
  }
}
