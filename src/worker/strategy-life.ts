import { ManualClock, systemClock, type Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { MarketReceiver } from '../ipc/market-transport.ts';
import { StateMachine } from '../lifecycle/state-machine.ts';
import { WorkerState } from '../lifecycle/worker-state.ts';
import type { WorkerFault } from '../lifecycle/worker-status.ts';
import { timeframeMs } from '../model/timeframe.ts';
import type { Assignment, StartTopic, Subscription } from '../protocol/host-message.ts';
import { checkRecords, RecordBuffer } from '../protocol/market-record.ts';
import type { WorkerReport } from '../protocol/worker-message.ts';
import { Callbacks } from './callbacks.ts';
import { WorkerEnd } from './errors.ts';
import type { LogBuffer } from './log-buffer.ts';
import { Scheduler } from './scheduler.ts';
import { loadStrategy, parseParams, type LoadedStrategy } from './strategy-loader.ts';
import { StrategyRunner, type Refill } from './strategy-runner.ts';
import { SubscribedTopics } from './subscribed-topics.ts';
import { Vitals } from './vitals.ts';
import { WorkerContext } from './worker-context.ts';

/** Transitions that each report repeats, so that one lost report loses none of them. */
const REPORTED_TRANSITIONS = 32;

/** How long the last events of a burst may go untold, milliseconds. */
const PROGRESS_DELAY_MS = 10;

export interface LifePorts {
  readonly market: MarketReceiver;
  readonly log: LogBuffer;
  readonly refill: Refill;
  readonly onProgress: (done: number) => void;
  readonly onStateChange: () => void;
  /** The strategy can't go on. */
  readonly onEnd: (end: WorkerEnd) => void;
}

/** The life of one strategy in this process, from assignment to stop. */
export class StrategyLife {
  readonly assignment: Assignment;
  readonly runner: StrategyRunner;
  readonly vitals = new Vitals();
  readonly #ports: LifePorts;
  readonly #strategy: LoadedStrategy;
  readonly #machine: StateMachine;
  readonly #callbacks: Callbacks;
  readonly #context: WorkerContext;
  readonly #topics: SubscribedTopics;
  readonly #scheduler: Scheduler;
  #market: Subscription['market'];
  /** Where to return to when a reload of the configuration is done. */
  #resumeTo: WorkerState | undefined;
  #previousMarket: Subscription['market'] | undefined;
  #reports = 0;
  #progressDue: NodeJS.Timeout | undefined;
  #progressTold = 0;

  private constructor(
    assignment: Assignment,
    strategy: LoadedStrategy,
    params: unknown,
    ports: LifePorts,
  ) {
    this.assignment = assignment;
    this.#ports = ports;
    this.#strategy = strategy;
    this.#market = assignment.market;
    this.#machine = new StateMachine({ initial: assignment.initialState as WorkerState });
    this.#machine.onTransition(() => ports.onStateChange());
    const replayClock =
      assignment.mode === 'replay' ? new ManualClock(assignment.replayFromMs) : undefined;
    const clock: Clock = replayClock ?? systemClock;
    this.#scheduler = new Scheduler(
      clock,
      replayClock === undefined ? () => this.#lookForTimers() : undefined,
    );
    this.#topics = new SubscribedTopics(strategy, assignment.warmup, timeframeMs);
    this.#topics.replace(assignment.topics);
    this.#context = new WorkerContext({
      workerId: assignment.workerId,
      mode: assignment.mode,
      symbols: assignment.symbols,
      params,
      state: initialState(strategy),
      clock,
      scheduler: this.#scheduler,
      topics: this.#topics,
      log: (level, message, facts) => ports.log.add(level, message, facts),
    });
    this.#callbacks = new Callbacks(strategy, this.#context, {
      onFault: (fault, inARow) => this.#onFault(fault, inARow),
    });
    this.runner = new StrategyRunner({
      topics: this.#topics,
      callbacks: this.#callbacks,
      scheduler: this.#scheduler,
      replayClock,
      refill: ports.refill,
      conflateAfterMs: assignment.conflateAfterMs,
      onBatchDone: () => this.#onBatchDone(),
    });
  }

  /**
   * Loads the strategy, subscribes, and runs `onInit`.
   *
   * @throws {StrategyError} codes `STRATEGY_LOAD_FAILED`, `BAD_STRATEGY`, `INVALID_PARAMS`
   * @throws {WorkerEnd} if `onInit` throws
   */
  static async begin(assignment: Assignment, ports: LifePorts): Promise<StrategyLife> {
    ports.market.attach(assignment.market);
    const strategy = await loadStrategy(assignment.modulePath, assignment.strategyPath);
    const params = await parseParams(strategy, assignment.params);
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
   * Takes the history, runs `onStart` (once in a life) and lets events flow.
   *
   * @throws {ProtocolError} code `MALFORMED_MESSAGE` if the history can't be read
   */
  start(topics: readonly StartTopic[], attachment: Uint8Array | undefined): Promise<void> {
    return this.runner.between(async () => {
      const history = attachment === undefined ? undefined : new RecordBuffer(attachment);
      if (history !== undefined) checkRecords(history.view, 0);
      const deliverFrom = new Map<number, number>();
      for (const { topicId, lastSeq, deliverFromSeq } of topics) {
        const topic = this.#topics.get(topicId);
        if (topic === undefined || topic.lastSeq > lastSeq) continue;
        topic.lastSeq = lastSeq;
        deliverFrom.set(topicId, deliverFromSeq);
      }
      if (history !== undefined) this.runner.remember(history, deliverFrom);
      if (this.#resumeTo === undefined) {
        if (this.state === WorkerState.INITIALIZED)
          this.#machine.transition(WorkerState.STARTING, 'start');
        await this.#firstCall('onStart');
        this.#machine.transition(WorkerState.RUNNING, 'onStart is done');
      } else {
        this.#machine.transition(this.#resumeTo, 'the new subscription is in effect');
        if (this.#previousMarket !== undefined) this.#ports.market.detach(this.#previousMarket);
      }
      this.#resumeTo = undefined;
      this.runner.flow = this.state === WorkerState.PAUSED ? 'paused' : 'running';
      if (history !== undefined) await this.runner.catchUp(history, deliverFrom);
      this.#lookForTimers();
    });
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

  /** @throws {StrategyError} code `INVALID_PARAMS`; the old ones stay in force then */
  updateParams(params: unknown): Promise<void> {
    return this.runner.between(async () => {
      const parsed = await parseParams(this.#strategy, params);
      const previous = this.#context.params;
      this.#context.replaceParams(parsed);
      await this.#callbacks.call('onParams', previous);
    });
  }

  /** Subscribes to other topics and holds events until `start` says what is known of them. */
  reload(subscription: Subscription, symbols: readonly string[]): Promise<void> {
    return this.runner.between(() => {
      const resumeTo = this.state;
      this.#machine.transition(WorkerState.RELOADING, 'reload_config');
      this.#resumeTo = resumeTo;
      this.runner.flow = 'held';
      this.#previousMarket = this.#market;
      this.#market = subscription.market;
      this.#ports.market.attach(subscription.market);
      this.#topics.replace(subscription.topics);
      this.#context.replaceSymbols(symbols);
    });
  }

  /** Ends in good order. Resolves once `onStop` is done. */
  stop(reason: string): Promise<void> {
    return this.runner.between(async () => {
      if (this.#machine.can(WorkerState.STOPPING))
        this.#machine.transition(WorkerState.STOPPING, reason);
      this.runner.flow = 'ended';
      this.#scheduler.clear();
      await this.#callbacks.call('onStop', { type: 'stop', reason });
      if (this.#machine.can(WorkerState.STOPPED))
        this.#machine.transition(WorkerState.STOPPED, reason);
    });
  }

  /** Marks this life as failed, where the table allows it. */
  fail(reason: string): void {
    this.runner.flow = 'ended';
    this.#scheduler.clear();
    if (this.#machine.can(WorkerState.ERROR)) this.#machine.transition(WorkerState.ERROR, reason);
  }

  /** With the figures of `ctx.report` where they have changed since the report before, or in any case. */
  report(figuresIn: 'if changed' | 'any case' = 'if changed'): WorkerReport {
    const changed = this.#context.takeFigures();
    const figures = figuresIn === 'any case' ? this.#context.figures : changed;
    const { runner } = this;
    this.#reports += 1;
    return {
      reportId: this.#reports,
      state: this.state,
      transitions: this.#machine.history.slice(-REPORTED_TRANSITIONS),
      counters: {
        messagesReceived: runner.received,
        messagesProcessed: runner.processed,
        messagesSkipped: runner.skipped,
        messagesConflated: runner.conflated,
        messagesDropped: runner.dropped,
        messagesRefilled: runner.refilled,
        gaps: runner.gaps,
        callbacksRun: this.#callbacks.run,
        errorCount: this.#callbacks.faults,
        logLinesDropped: this.#ports.log.dropped,
      },
      vitals: this.vitals.read(runner.waiting, runner.takeLagMs()),
      lastPrice: runner.lastPrice,
      lastError: this.#callbacks.lastFault,
      ...(figures === undefined ? {} : { report: figures }),
    };
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
      if (this.state !== WorkerState.RUNNING) return;
      const timer = this.#scheduler.take(Date.now());
      if (timer !== undefined) await this.#callbacks.call('onTimer', timer);
    });
  }

  /** Tells the host how far this worker is: after so many events, or soon after the last one. */
  #onBatchDone(): void {
    const { progressEvery } = this.assignment;
    if (progressEvery === 0) return;
    if (this.runner.done - this.#progressTold >= progressEvery) this.#tellProgress();
    else this.#progressDue ??= setTimeout(() => this.#tellProgress(), PROGRESS_DELAY_MS);
  }

  #tellProgress(): void {
    clearTimeout(this.#progressDue);
    this.#progressDue = undefined;
    if (this.runner.done === this.#progressTold) return;
    this.#progressTold = this.runner.done;
    this.#ports.onProgress(this.#progressTold);
  }

  #onFault(fault: WorkerFault, inARow: number): void {
    this.#ports.log.add('error', `${fault.where} threw: ${fault.message}`, { stack: fault.stack });
    const limit = this.assignment.maxConsecutiveErrors;
    if (limit === 0 || inARow < limit) return;
    const reason = `${inARow} callbacks in a row threw, the last was ${fault.where}: ${fault.message}`;
    this.#ports.onEnd(new WorkerEnd('exception', reason, { stack: fault.stack }));
  }
}

function initialState(strategy: LoadedStrategy): unknown {
  const { state } = strategy;
  if (typeof state === 'function') return (state as () => unknown)();
  return state === undefined ? {} : structuredClone(state);
}
