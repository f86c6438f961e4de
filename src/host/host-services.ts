import { resolve } from 'node:path';
import { settlesWithin, withDeadline } from '../base/deadline.ts';
import type { MarketTransport } from '../ipc/market-transport.ts';
import { LifelineServer } from '../ipc/lifeline.ts';
import { ZmqManager } from '../ipc/zmq-manager.ts';
import { decodePositions } from '../protocol/positions.ts';
import { ControlChannel } from './control-channel.ts';
import { DataBroker } from './data-broker.ts';
import { WorkerError } from './errors.ts';
import { resolveHostOptions, type HostOptions, type ResolvedHostOptions } from './host-options.ts';
import { FeedStatuses } from './feed-statuses.ts';
import { HostedProcess } from './hosted-process.ts';
import { WorkerLogs } from './log/worker-logs.ts';
import { withHeapMb } from './memory-limits.ts';
import { MemoryWatch } from './memory-watch.ts';
import { chooseMarketTransport, type ChosenTransport } from './market-transport-choice.ts';
import { continueBroker, readPastEvents } from './past-events.ts';
import { OUTPUT, RunDirectory, STRATEGIES } from './run-directory.ts';
import { StrategyBuilder } from './strategy-builder.ts';
import type { OrderPort } from './order-port.ts';
import { OrderRouter } from './orders/order-router.ts';
import type { RunningProcess } from './running-process.ts';
import { HomeStore } from './store/home-store.ts';
import { LeftStates } from './store/left-states.ts';
import { StrategyInspector } from './strategy-inspector.ts';

interface Started {
  readonly directory: RunDirectory;
  readonly zmq: ZmqManager;
  readonly transport: ChosenTransport;
  readonly channel: ControlChannel;
  readonly broker: DataBroker;
  readonly beacons: NodeJS.Timeout;
  readonly builder: StrategyBuilder;
  readonly inspector: StrategyInspector;
  readonly store: HomeStore;
  readonly leftStates: LeftStates;
  /** Only where workers outlive their host. */
  readonly lifelines: LifelineServer | undefined;
}

/** What a process sent just before its end may still be on its way for so long, milliseconds. */
const LAST_MESSAGES_MS = 100;

/** How often quiet topics are looked for, milliseconds: a loss at the end of a burst is found within three times this. */
const BEACON_INTERVAL_MS = 300;

/** How long a killed process may take to be gone, milliseconds. */
const GONE_MS = 5_000;

/**
 * What every worker process of one host shares: the private directory, the sockets, the broker, the
 * compiler, and the processes themselves.
 */
export class HostServices implements AsyncDisposable {
  readonly options: ResolvedHostOptions;
  readonly memory = new MemoryWatch();
  readonly logs: WorkerLogs;
  readonly orders: OrderRouter;
  readonly feeds = new FeedStatuses();
  readonly #processes = new Set<RunningProcess>();
  #started: Started | undefined;

  /** Without an order port every order call of a strategy is denied. */
  constructor(options: HostOptions = {}, orders?: OrderPort) {
    this.options = resolveHostOptions(options);
    const { home, logFile, logger } = this.options;
    this.logs = new WorkerLogs(home, logFile, logger);
    this.orders = new OrderRouter(orders, logger);
  }

  /** @throws {DirectoryError | StoreError | IpcError} nothing is left behind then */
  async start(): Promise<void> {
    if (this.#started !== undefined) return;
    const { home, keepWorkers, sockets, healthCheck, historyLimit, logger, deadlines } =
      this.options;
    const directory = RunDirectory.acquire(home, this.options.survive);
    const endpoints =
      sockets.kind === 'ipc' ? { kind: 'ipc' as const, directory: directory.path } : sockets;
    const zmq = new ZmqManager({ endpoints, logger });
    let transport: ChosenTransport | undefined;
    let store: HomeStore | undefined;
    let lifelines: LifelineServer | undefined;
    try {
      store = HomeStore.open(keepWorkers ? home : undefined, logger);
      await zmq.start();
      if (this.options.survive) {
        lifelines = new LifelineServer(directory.lifelinePath);
      }
      const { marketTransport: choice, ringBytes } = this.options;
      const past = readPastEvents(store, historyLimit, logger);
      transport = chooseMarketTransport(zmq, {
        choice,
        ringBytes,
        runDirectory: directory.path,
        keptFor: keepWorkers ? home && resolve(home) : undefined,
        logger,
      });
      const broker = new DataBroker(transport, { historyLimit, topics: store.topics });
      const channel = new ControlChannel(zmq, healthCheck.heartbeatIntervalMs, store.epoch);
      store.trace = transport.trace;
      continueBroker(broker, store, past);
      this.#started = {
        store,
        leftStates: new LeftStates(directory.statesPath, store.states, logger),
        lifelines,
        directory,
        zmq,
        channel,
        transport,
        broker,
        beacons: setInterval(() => broker.sendBeacons(), BEACON_INTERVAL_MS).unref(),
        builder: new StrategyBuilder(directory.within(STRATEGIES)),
        inspector: new StrategyInspector(
          () => this.startProcess({ survives: false }),
          channel,
          deadlines.readyMs,
        ),
      };
    } catch (thrown) {
      transport?.close();
      await lifelines?.stop();
      await zmq.stop();
      store?.close();
      directory.release();
      throw thrown;
    }
  }

  /** Kills what still runs, closes the sockets and gives the directory back. */
  async stop(): Promise<void> {
    const started = this.#started;
    if (started === undefined) return;
    this.#started = undefined;
    clearInterval(started.beacons);
    started.inspector.stop();
    const ends = [...this.#processes].map((running) => {
      running.signal('SIGKILL');
      return running.ended;
    });
    await settlesWithin(Promise.all(ends), GONE_MS);
    started.transport.close();
    await started.lifelines?.stop();
    await started.zmq.stop();
    started.store.closeInOrder();
    started.directory.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  get isStarted(): boolean {
    return this.#started !== undefined;
  }

  get zmq(): ZmqManager {
    return this.#running.zmq;
  }

  get channel(): ControlChannel {
    return this.#running.channel;
  }

  get broker(): DataBroker {
    return this.#running.broker;
  }

  /** How market data gets to the workers. */
  get marketData(): MarketTransport {
    return this.#running.transport.marketData;
  }

  get builder(): StrategyBuilder {
    return this.#running.builder;
  }

  /** What the home keeps: workers, states, ends. */
  get store(): HomeStore {
    return this.#running.store;
  }

  /** Where workers that outlive their host hold on to the next one; undefined if they do not. */
  get lifelines(): LifelineServer | undefined {
    return this.#running.lifelines;
  }

  get inspector(): StrategyInspector {
    return this.#running.inspector;
  }

  /**
   * Starts a process with a heap of `heapMb` and waits until it is connected and idle.
   *
   * @throws {WorkerError} code `PROCESS_START_FAILED`
   */
  async startProcess({
    heapMb = this.options.workerHeapMb,
    survives = this.options.survive,
  } = {}): Promise<RunningProcess> {
    const { directory, zmq, channel } = this.#running;
    const { workerEnv, workerExecArgv, deadlines, logger, orphanGraceMs } = this.options;
    const started = new HostedProcess({
      endpoints: zmq.endpoints,
      directory: directory.within(OUTPUT),
      env: workerEnv,
      execArgv: withHeapMb(workerExecArgv, heapMb),
      logger,
      survive: survives
        ? {
            lifelinePath: directory.lifelinePath,
            graceMs: orphanGraceMs,
            statesDirectory: directory.statesPath,
          }
        : undefined,
    });
    this.follow(started);
    const connected = channel.expect(started.processId, started.secret);
    const failed = (why: string): WorkerError =>
      new WorkerError('PROCESS_START_FAILED', `a worker process did not start: ${why}`, {
        pid: started.pid,
      });
    const died = started.ended.then((end) => {
      const output = end.stderrTail === '' ? '' : `: ${end.stderrTail}`;
      throw failed(`it ended with code ${end.code}, signal ${end.signal}${output}`);
    });
    died.catch(() => undefined);
    try {
      await withDeadline(Promise.race([connected, died]), deadlines.connectMs, () =>
        failed(`it did not connect within ${deadlines.connectMs} ms`),
      );
    } catch (thrown) {
      started.signal('SIGKILL');
      throw thrown;
    }
    return started;
  }

  /** Takes in what a worker without a process left of its state, which may be further than what is known. */
  takeLeftState(workerId: string): void {
    const left = this.#running.leftStates.take(workerId);
    if (left !== null) this.broker.continueFrom(decodePositions(left.positions));
  }

  /** Forgets the state of a worker, wherever it is. @throws {StoreError} */
  forgetState(workerId: string): void {
    this.#running.leftStates.remove(workerId);
    this.store.states.delete(workerId);
  }

  /** Removes what processes of earlier hosts left, but for those that this one has taken over. */
  sweep(): void {
    const used = [...this.#processes].map((running) => running.identity?.outputPath ?? '');
    this.#running.directory.sweepOutput(new Set(used));
  }

  /** Counts a process among those of this host, until it ends. */
  follow(running: RunningProcess): void {
    const { channel, lifelines } = this.#running;
    this.#processes.add(running);
    void running.ended.then(() => {
      this.#processes.delete(running);
      lifelines?.forget(running.processId);
      setTimeout(() => channel.forget(running.processId), LAST_MESSAGES_MS);
    });
  }

  get #running(): Started {
    if (this.#started === undefined) {
      throw new WorkerError('NOT_STARTED', 'not started, or stopped already: call start() first');
    }
    return this.#started;
  }
}
