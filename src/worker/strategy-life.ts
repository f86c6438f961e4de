import { ManualClock, systemClock, type Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { MarketReceiver } from '../ipc/market-transport.ts';
import type { StateMachine } from '../lifecycle/state-machine.ts';
import { WorkerState } from '../lifecycle/worker-state.ts';
import type { WorkerFault } from '../lifecycle/worker-status.ts';
import { timeframeMs } from '../model/timeframe.ts';
import type { Assignment, StartOrder, StartState, StartTopic } from '../protocol/host-message.ts';
import { checkRecords, RecordBuffer } from '../protocol/market-record.ts';
import { ORDER_UPDATES_ID, type Positions } from '../protocol/positions.ts';
import type { AdoptionFacts, WorkerReport } from '../protocol/worker-message.ts';
import type { CallbackWatch } from './callback-watch.ts';
import { Callbacks } from './callbacks.ts';
import type { RecoveredEvent } from '../strategy/events.ts';
import { WorkerEnd } from './errors.ts';
import { newFeed, type FeedEvents } from './feed-events.ts';
import { Handovers } from './handovers.ts';
import { newKeeper, newMachine, newPace, newProgress, newTrading, newWatch } from './life-parts.ts';
import { LifeReports, type ReportedParts } from './life-report.ts';
import type { LogBuffer } from './log-buffer.ts';
import type { ReplayPace } from './replay-pace.ts';
import { Scheduler } from './scheduler.ts';
import type { StateKeeper, StateUpdate } from './state-keeper.ts';
import { initialState, restoreState, stateVersionOf } from './state-restore.ts';
import type { ProgressTeller } from './progress-teller.ts';
import { loadStrategy, parseParams, type LoadedStrategy } from './strategy-loader.ts';
import { StrategyRequests } from './strategy-requests.ts';
import { StrategyRunner, type Refill } from './strategy-runner.ts';
import { SubscribedTopics } from './subscribed-topics.ts';
import type { SendOrder } from './trading/pending-requests.ts';
import type { Trading } from './trading/trading.ts';
import { Vitals } from './vitals.ts';
import { WorkerContext } from './worker-context.ts';

export interface LifePorts {
  readonly market: MarketReceiver;
  readonly log: LogBuffer;
  readonly refill: Refill;
  readonly onProgress: (done: number) => void;
  readonly onStateChange: () => void;
  /** Resolves once the host has saved it. */
  readonly saveState: (update: StateUpdate) => Promise<void>;
  readonly sendOrder: SendOrder;
  /** A callback threw. */
  readonly onFault: (fault: WorkerFault) => void;
  /** The strategy can't go on. */
  readonly onEnd: (end: WorkerEnd) => void;
}

/** The life of one strategy in this process, from assignment to stop. */
export class StrategyLife {
  readonly assignment: Assignment;
  readonly runner: StrategyRunner;
  readonly handovers: Handovers;
  readonly vitals = new Vitals();
  readonly trading: Trading;
  readonly feed: FeedEvents;
  readonly requests: StrategyRequests;
  readonly #ports: LifePorts;
  readonly #strategy: LoadedStrategy;
  readonly #machine: StateMachine;
  readonly #callbacks: Callbacks;
  readonly #context: WorkerContext;
  readonly #topics: SubscribedTopics;
  readonly #scheduler: Scheduler;
  readonly #watch: CallbackWatch;
  /** Only in a replay. */
  readonly #pace: ReplayPace | undefined;
  /** Undefined if the state is not kept. */
  readonly #keeper: StateKeeper | undefined;
  /** `start` is done: it can go on without whoever started it. */
  #begun = false;
  readonly #reports: LifeReports;
  readonly #progress: ProgressTeller;

  private constructor(
    assignment: Assignment,
    strategy: LoadedStrategy,
    params: unknown,
    ports: LifePorts,
  ) {
    this.assignment = assignment;
    this.#ports = ports;
    this.#strategy = strategy;
    this.#machine = newMachine(assignment, ports);
    const replayClock =
      assignment.mode === 'replay' ? new ManualClock(assignment.replayFromMs) : undefined;
    const clock: Clock = replayClock ?? systemClock;
    this.#scheduler = new Scheduler(
      clock,
      replayClock === undefined ? () => this.#lookForTimers() : undefined,
    );
    this.#topics = new SubscribedTopics(strategy, assignment.warmup, timeframeMs);
    this.#topics.replace(assignment.topics);
    this.trading = newTrading({
      machine: this.#machine,
      replays: replayClock !== undefined,
      send: ports.sendOrder,
      log: ports.log,
      pace: () => this.#pace,
      callbacks: () => this.#callbacks,
      runner: () => this.runner,
      onDone: () => this.#keeper?.touch(),
    });
    this.#context = new WorkerContext({
      workerId: assignment.workerId,
      mode: assignment.mode,
      symbols: assignment.symbols,
      params,
      state: initialState(strategy),
      clock,
      scheduler: this.#scheduler,
      topics: this.#topics,
      trading: this.trading.calls,
      log: (level, message, facts) => ports.log.add(level, message, facts),
    });
    this.#callbacks = new Callbacks(strategy, this.#context, {
      onCall: () => this.#keeper?.touch(),
      onError: (fault) => ports.onFault(fault),
      onFault: (fault, inARow) => this.#onFault(fault, inARow),
    });
    this.#watch = newWatch(this.#callbacks, assignment, ports);
    this.#pace = newPace(replayClock, this.#scheduler, this.#callbacks, this.trading);
    this.runner = new StrategyRunner({
      topics: this.#topics,
      callbacks: this.#callbacks,
      replay: this.#pace,
      refill: ports.refill,
      conflateAfterMs: assignment.conflateAfterMs,
      onBatchDone: () => this.#progress.look(),
    });
    this.#progress = newProgress(assignment, ports, () => this.runner.done);
    this.feed = newFeed(() => this.handovers, this.runner, this.#callbacks);
    this.#keeper = newKeeper(assignment, stateVersionOf(strategy), {
      ...ports,
      read: () => this.#context.state,
      positions: () => this.#positions(),
      activity: () => this.#callbacks.run + (this.trading.doneSeq ?? 0),
      between: (task) => this.runner.between(task),
    });
    const running = this.#running();
    this.requests = new StrategyRequests({ ...running, strategy });
    this.#reports = new LifeReports({ ...running, vitals: this.vitals });
    this.handovers = this.#newHandovers();
  }

  /**
   * Loads the strategy, subscribes, and runs `onInit`.
   *
   * @throws {StrategyError} codes `STRATEGY_LOAD_FAILED`, `BAD_STRATEGY`, `INVALID_PARAMS`
   * @throws {WorkerEnd} if `onInit` throws
   */
  static async begin(assignment: Assignment, ports: LifePorts): Promise<StrategyLife> {
    // Its files are read while this process attaches.
    const loading = loadStrategy(assignment.modulePath, assignment.strategyPath);
    // Awaited below, unless attaching fails.
    loading.catch(() => undefined);
    ports.market.attach(assignment.market);
    const strategy = await loading;
    const params = await parseParams(strategy, assignment.params, ports.log);
    const life = new StrategyLife(assignment, strategy, params, ports);
    await life.#firstCall('onInit');
    if (life.#machine.state === WorkerState.INITIALIZING) {
      life.#machine.transition(WorkerState.INITIALIZED, 'onInit is done');
    }
    return life;
  }

  get state(): WorkerState {
    return this.#machine.state;
  }

  /**
   * Takes the history, runs `onStart` (once in a life), calls `onBegun` and lets events flow.
   *
   * @throws {ProtocolError} code `MALFORMED_MESSAGE` if the history can't be read
   */
  start(
    order: StartOrder,
    attachment: Uint8Array = new Uint8Array(),
    onBegun: () => void = () => undefined,
  ): Promise<void> {
    // At once: updates may follow before it is this command's turn.
    if (!this.#begun) this.trading.begin(order.trading);
    return this.runner.between(async () => {
      const { state } = order;
      const recordBytes = attachment.length - (state?.bytes ?? 0);
      const history = new RecordBuffer(attachment.subarray(0, recordBytes));
      checkRecords(history.view, 0);
      // A topic that is further already goes on where it is.
      const ranges = order.topics.filter(({ topicId, lastSeq }) => {
        const topic = this.#topics.get(topicId);
        return topic !== undefined && topic.lastSeq <= lastSeq;
      });
      this.runner.remember(
        history,
        new Map(ranges.map((range) => [range.topicId, range.deliverFromSeq])),
      );
      if (this.handovers.underWay) {
        this.handovers.finish();
        this.runner.beginAt(ranges);
        await this.runner.catchUp(history, ranges);
        this.trading.catchingUp = false;
      } else {
        await this.#begin(order, history, ranges, state && attachment.subarray(recordBytes));
      }
      this.#lookForTimers();
      onBegun();
      this.#keeper?.saveFirst();
    });
  }

  /** The first `start` of a life: state, `onStart`, what was missed, and then it runs. */
  async #begin(
    { state, paused }: StartOrder,
    history: RecordBuffer,
    ranges: readonly StartTopic[],
    stateBytes: Uint8Array | null,
  ): Promise<void> {
    if (this.state === WorkerState.INITIALIZED)
      this.#machine.transition(WorkerState.STARTING, 'start');
    if (state !== null && stateBytes !== null) {
      this.#keeper?.continueFrom(state.version);
      const saved = { bytes: stateBytes, stateVersion: state.stateVersion };
      await restoreState(this.#strategy, this.#context, this.#callbacks, saved);
    }
    this.trading.catchingUp = ranges.some((range) => range.deliverFromSeq <= range.lastSeq);
    await this.#firstCall('onStart');
    this.runner.flow = paused ? 'paused' : 'running';
    this.runner.beginAt(ranges);
    // From here on each event is in a saved state or comes again after it.
    this.#keeper?.open();
    // Where nothing is shown yet, whoever waits for the start is told first.
    if (this.trading.catchingUp || this.trading.isUnsettled) this.#keeper?.saveFirst();
    await this.trading.tell();
    await this.runner.catchUp(history, ranges);
    this.trading.catchingUp = false;
    // It may have been stopped meanwhile, or have failed.
    if (this.runner.over) return;
    if (state !== null) await this.#tellRecovered(state);
    this.#begun = true;
    // So it may have been paused.
    if (this.state === WorkerState.PAUSED) return;
    const trigger = state === null ? 'onStart is done' : 'it goes on from its saved state';
    this.handovers.flowAs(paused ? WorkerState.PAUSED : WorkerState.RUNNING, trigger);
  }

  async #tellRecovered({ cause, savedAt }: StartState): Promise<void> {
    const { processed: caughtUp, dropped: missed } = this.runner;
    const recovered: RecoveredEvent = { type: 'recovered', cause, savedAt, caughtUp, missed };
    this.#ports.log.add('info', 'recovered from its saved state', { cause, caughtUp, missed });
    await this.#callbacks.call('onRecovered', recovered);
  }

  pause(reason: string): Promise<void> {
    return this.runner.between(async () => {
      this.#machine.transition(WorkerState.PAUSED, reason);
      this.runner.flow = 'paused';
      await this.#callbacks.call('onPause');
    });
  }

  resume(reason: string): Promise<void> {
    return this.runner.between(async () => {
      this.#machine.transition(WorkerState.RUNNING, reason);
      await this.#callbacks.call('onResume');
      this.runner.flow = 'running';
      this.#lookForTimers();
    });
  }

  /** It can go on without the host that started it: `start` is done, and it has not ended. */
  get canWait(): boolean {
    return this.#begun && this.runner.flow !== 'ended' && !this.handovers.handedOver;
  }

  /** What a new host has to know to go on with this strategy. */
  describe(): AdoptionFacts {
    const { workerId, strategyPath, warmup } = this.assignment;
    return {
      workerId,
      strategyPath,
      strategyName: this.#strategy.name,
      state: this.state,
      revision: this.#machine.revision,
      done: this.runner.done,
      warmup,
      symbols: [...this.#context.symbols],
      orderSeq: this.trading.lastSeq,
      topics: this.#topics.describe(),
    };
  }

  /** Another process was to take over and did not: goes on where it was. */
  async goOn(reason: string): Promise<void> {
    await this.handovers.takeBack(reason);
    this.feed.look();
    this.#lookForTimers();
  }

  /** Ends in good order. Resolves once `onStop` is done. */
  stop(reason: string): Promise<void> {
    return this.runner.between(async () => {
      if (this.#machine.can(WorkerState.STOPPING))
        this.#machine.transition(WorkerState.STOPPING, reason);
      this.runner.flow = 'ended';
      this.#scheduler.clear();
      this.trading.takeBack();
      await this.trading.finish(() => this.#callbacks.call('onStop', { type: 'stop', reason }));
      await this.#keeper?.finish();
      if (this.#machine.can(WorkerState.STOPPED))
        this.#machine.transition(WorkerState.STOPPED, reason);
    });
  }

  /** Marks this life as failed, where the table allows it. */
  fail(reason: string): void {
    this.runner.flow = 'ended';
    this.trading.end();
    this.#scheduler.clear();
    if (this.#machine.can(WorkerState.ERROR)) this.#machine.transition(WorkerState.ERROR, reason);
  }

  /** To be called with each heartbeat. */
  beat(intervalMs: number): void {
    this.vitals.beat(intervalMs);
    this.#watch.beat(intervalMs);
  }

  /** With the figures of `ctx.report` where they have changed since the report before, or in any case. */
  report(figuresIn: 'if changed' | 'any case' = 'if changed'): WorkerReport {
    return this.#reports.next(figuresIn);
  }

  /** How far the strategy is in its topics, and in what happened to its orders. */
  #positions(): Positions {
    const { doneSeq } = this.trading;
    const topics = this.#topics.positions();
    return doneSeq === null ? topics : new Map([...topics, [ORDER_UPDATES_ID, doneSeq]]);
  }

  #running(): Omit<ReportedParts, 'vitals'> {
    const { log } = this.#ports;
    return {
      machine: this.#machine,
      runner: this.runner,
      callbacks: this.#callbacks,
      context: this.#context,
      log,
    };
  }

  #newHandovers(): Handovers {
    return new Handovers({
      machine: this.#machine,
      runner: this.runner,
      topics: this.#topics,
      context: this.#context,
      market: this.#ports.market,
      trading: this.trading,
      positions: () => this.#positions(),
      keeper: this.#keeper,
      subscription: this.assignment.market,
    });
  }

  /** `onInit` and `onStart`: a strategy that fails in these is not ready to trade. */
  async #firstCall(name: 'onInit' | 'onStart'): Promise<void> {
    try {
      await this.#callbacks.callOrThrow(name);
    } catch (thrown) {
      throw new WorkerEnd('init-failed', `${name} threw: ${messageOf(thrown)}`, thrown);
    }
  }

  /** Live: fires what is due. What is due while the strategy does not run waits until it does. */
  #lookForTimers(): void {
    if (this.assignment.mode === 'replay') return;
    void this.runner.between(async () => {
      if (this.state !== WorkerState.RUNNING || this.runner.flow === 'held') return;
      const timer = this.#scheduler.take(Date.now());
      if (timer !== undefined) await this.#callbacks.call('onTimer', timer);
    });
  }

  #onFault(fault: WorkerFault, inARow: number): void {
    this.#ports.log.add('error', `${fault.where} threw: ${fault.message}`, { stack: fault.stack });
    const limit = this.assignment.maxConsecutiveErrors;
    if (limit === 0 || inARow < limit) return;
    const reason = `${inARow} callbacks in a row threw, the last was ${fault.where}: ${fault.message}`;
    this.#ports.onEnd(new WorkerEnd('exception', reason, { stack: fault.stack }));
  }
}
