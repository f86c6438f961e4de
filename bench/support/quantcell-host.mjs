// The product from end to end: a feed, the realtime engine, the broker, the transport, and worker
// processes that run a strategy.
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { QuantCell } from '../../dist/index.js';
import { symbolsOf, TIMEFRAME } from './bars.mjs';

const STRATEGY = fileURLToPath(new URL('../strategies/reads-close.mjs', import.meta.url));
/** A report may come with the next heartbeat. */
const REPORT_MS = 5_000;

/** Gives its sink what the benchmark wants published. */
class BenchFeed {
  name = 'bench';
  replays = false;
  sink;

  dataTypesOf() {
    return [`kline@${TIMEFRAME}`];
  }

  run(topics, sink, signal) {
    this.sink = sink;
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  }

  addTopics() {}
}

export class QuantCellHost {
  #options;
  #feed = new BenchFeed();
  #system;
  #workerIds = [];
  #round = 0;

  /**
   * `readers` is a list of symbols for each worker, `transport` the manager's option, `lossless` makes
   * publishing wait for the workers.
   */
  constructor(options) {
    this.#options = options;
    const { workers, transport, manager, workerExecArgv } = options;
    this.#system = new QuantCell({
      feed: this.#feed,
      manager: {
        maxWorkers: workers + 1,
        pool: { minSize: 0, maxSize: workers + 1 },
        deadlines: { connectMs: 60_000, readyMs: 60_000, commandMs: 60_000 },
        ...(workerExecArgv && { workerExecArgv }),
        ...(transport && { marketTransport: transport }),
        ...manager,
      },
    });
  }

  get symbols() {
    return symbolsOf(this.#options.symbols ?? 1);
  }

  get readers() {
    const { readers, workers } = this.#options;
    return readers ?? Array.from({ length: workers }, () => this.symbols);
  }

  async open() {
    await this.#system.start();
    const lossless = this.#options.lossless === true;
    // The first one compiles the strategy; the others find it there.
    for (const group of [this.readers.slice(0, 1), this.readers.slice(1)]) {
      const starts = group.map((symbols) =>
        this.#system.startStrategy(STRATEGY, { symbols, lossless }),
      );
      this.#workerIds.push(...(await Promise.all(starts)));
    }
    this.#system.startFeed();
    const { manager } = this.#system;
    const workerPids = this.#workerIds.map((id) => manager.getWorker(id).pid);
    return {
      pids: [process.pid, ...workerPids],
      workerPids,
      transport: manager.getStats().transport,
    };
  }

  /** Begins a round in each worker, or in those that `among` names by number. */
  async begin(rounds, among = this.#all()) {
    await Promise.all(among.map((index) => this.#setParams(index, { begin: rounds[index] })));
  }

  publishBurst(bars) {
    return this.#feed.sink.publish(bars);
  }

  publishOne(bar) {
    return this.#feed.sink.publish([bar]);
  }

  /** Only for lossless workers: others are asked for their figures until these are complete. */
  async allDone() {
    if (this.#options.lossless === true) await this.#system.manager.broker.drained();
  }

  /** What the strategies report of the round, and what the system counts. */
  async figures(among = this.#all()) {
    this.#round += 1;
    const round = this.#round;
    await Promise.all(among.map((index) => this.#setParams(index, { round })));
    const endsMs = performance.now() + REPORT_MS;
    return Promise.all(
      among.map(async (index) => {
        for (;;) {
          const { report, counters } = this.#status(index);
          if (report.round === round) return { ...report, counters };
          if (performance.now() > endsMs)
            throw new Error(`worker ${index} did not report within ${REPORT_MS} ms`);
          await delay(20);
        }
      }),
    );
  }

  stats() {
    return this.#system.manager.getStats();
  }

  close() {
    return this.#system.stop();
  }

  #all() {
    return this.#workerIds.map((_, index) => index);
  }

  #status(index) {
    return this.#system.manager.getWorkerStatus(this.#workerIds[index]);
  }

  async #setParams(index, params) {
    await this.#system.manager.updateParams(this.#workerIds[index], params);
  }
}
