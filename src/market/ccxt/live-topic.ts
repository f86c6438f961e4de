import { backoffMs } from '../../base/backoff.ts';
import type { MarketTopic } from '../../model/subscription.ts';
import { systemSleep } from '../waiting.ts';
import type { CcxtPorts, CcxtStream } from './ccxt-ports.ts';

/** One topic of a run: watches it until the run is over, whatever goes wrong with it. */
export class LiveTopic {
  readonly topic: MarketTopic;
  readonly #ports: CcxtPorts;
  readonly #stream: CcxtStream;
  #isWatching = false;
  #error: unknown;
  #epoch = 0;

  constructor(ports: CcxtPorts, topic: MarketTopic, stream: CcxtStream) {
    this.#ports = ports;
    this.topic = topic;
    this.#stream = stream;
  }

  /** It waits for the exchange's next words, so that a sign of life of the connection is one of the topic too. */
  get isWatching(): boolean {
    return this.#isWatching;
  }

  /** False for a topic that only asks from time to time. */
  get hasStream(): boolean {
    return this.#stream.watch !== undefined;
  }

  /** Resolves once the run is over. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#ports;
    this.#stream.begin?.();
    for (let failures = 0; !signal.aborted && this.hasStream;) {
      failures = (await this.#watchOnce()) ? 0 : await this.#recover(failures);
    }
    if (!signal.aborted) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    }
    this.#stream.stop?.();
  }

  async #watchOnce(): Promise<boolean> {
    const { line, signal } = this.#ports;
    this.#epoch = line.epoch;
    this.#isWatching = true;
    try {
      const words = await untilAborted((this.#stream.watch as () => Promise<unknown>)(), signal);
      if (signal.aborted) return true;
      line.heard(this.#epoch);
      this.#ports.heard(this.topic);
      this.#stream.take(words);
      return true;
    } catch (thrown) {
      this.#error = thrown;
      return false;
    }
  }

  /** Waits until it is time to try again; how many failures in a row there were. */
  async #recover(failures: number): Promise<number> {
    const { line, signal, backoff, random, counts, exchange } = this.#ports;
    this.#isWatching = false;
    if (signal.aborted) return failures;
    this.#stream.cut?.();
    // Without a socket it is the connection that has failed, and all topics with it.
    if (line.sockets === 0 && isNetworkError(this.#error)) {
      await line.retry(this.#epoch, this.#error);
    } else {
      counts.topicErrors += 1;
      const ms = backoffMs(failures, backoff, random);
      const why = exchange.describe(this.#error);
      const when = `tried again in ${Math.round(ms)} ms, other topics go on`;
      this.#ports.log('error', `its stream failed: ${why}; ${when}`, this.topic);
      await systemSleep(ms, signal);
    }
    if (!signal.aborted) this.#stream.begin?.();
    return failures + 1;
  }
}

/** Settles like `work`, or resolves when `signal` aborts: ccxt leaves some promises open for ever. */
async function untilAborted(work: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
    signal.addEventListener('abort', resolve as () => void, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop as () => void);
  }
}

/** ccxt's classes are those of the exchange's module: they are known by their names. */
function isNetworkError(thrown: unknown): boolean {
  let prototype: unknown = thrown;
  while (typeof prototype === 'object' && prototype !== null) {
    if ((prototype as { constructor?: { name?: string } }).constructor?.name === 'NetworkError') {
      return true;
    }
    prototype = Object.getPrototypeOf(prototype);
  }
  return false;
}
