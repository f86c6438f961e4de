import { withDeadline } from '../base/deadline.ts';
import { strategyDescription, type StrategyDescription } from '../protocol/strategy-description.ts';
import type { ControlChannel } from './control-channel.ts';
import { WorkerError } from './errors.ts';
import type { RunningProcess } from './running-process.ts';
import type { BuiltStrategy } from './strategy-builder.ts';

/** The process that looks at strategies ends when there was nothing to look at for so long, milliseconds. */
const IDLE_MS = 10_000;

/** Answers that are kept. */
const CACHE_LIMIT = 1_000;

/**
 * Learns what a strategy says of itself and whether parameters suit it, in a process of its own: the
 * host never runs a strategy's code, and no worker is taken for one that can't run.
 */
export class StrategyInspector {
  readonly #startProcess: () => Promise<RunningProcess>;
  readonly #channel: ControlChannel;
  readonly #timeoutMs: number;
  readonly #cache = new Map<string, StrategyDescription>();
  #process: RunningProcess | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(
    startProcess: () => Promise<RunningProcess>,
    channel: ControlChannel,
    timeoutMs: number,
  ) {
    this.#startProcess = startProcess;
    this.#channel = channel;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Describes a strategy; with `params`, checks them too.
   *
   * @throws {WorkerError} codes `STRATEGY_LOAD_FAILED`, `BAD_STRATEGY`, `INVALID_PARAMS`,
   *   `STRATEGY_LOAD_TIMED_OUT`
   */
  async inspect(built: BuiltStrategy, params?: unknown): Promise<StrategyDescription> {
    const key = `${built.modulePath} ${JSON.stringify(params)}`;
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    const turn = this.#turn.then(() => this.#ask(built, params));
    this.#turn = turn.catch(() => undefined);
    const description = await turn;
    if (this.#cache.size >= CACHE_LIMIT) this.#cache.clear();
    this.#cache.set(key, description);
    return description;
  }

  stop(): void {
    clearTimeout(this.#idle);
    this.#process?.signal('SIGKILL');
    this.#process = undefined;
  }

  async #ask(built: BuiltStrategy, params: unknown): Promise<StrategyDescription> {
    clearTimeout(this.#idle);
    const { modulePath, strategyPath } = built;
    if (this.#process?.alive !== true) this.#process = await this.#startProcess();
    const { processId, ended } = this.#process;
    const died = ended.then((end) => {
      const reason = end.lastWord?.reason ?? `code ${end.code}, signal ${end.signal}`;
      throw new WorkerError(
        'STRATEGY_LOAD_FAILED',
        `${strategyPath} ended the process that loaded it (${reason})${end.stderrTail && `: ${end.stderrTail}`}`,
        { strategyPath },
        undefined,
        end.lastWord?.stack,
      );
    });
    died.catch(() => undefined);
    try {
      const request = this.#channel.request(
        processId,
        'inspect',
        { modulePath, strategyPath, params },
        this.#timeoutMs,
      );
      request.catch(() => undefined);
      const reply = await withDeadline(Promise.race([died, request]), this.#timeoutMs, () =>
        this.#tooLong(strategyPath),
      );
      return strategyDescription.parse(reply.result);
    } catch (thrown) {
      if (thrown instanceof WorkerError && thrown.code === 'COMMAND_TIMED_OUT')
        throw this.#tooLong(strategyPath);
      // The process ended: what ended it says more than that nobody answered.
      if (thrown instanceof WorkerError && thrown.code === 'WORKER_ENDED') return await died;
      throw thrown;
    } finally {
      this.#idle = setTimeout(() => this.stop(), IDLE_MS).unref();
    }
  }

  #tooLong(strategyPath: string): WorkerError {
    this.stop();
    return new WorkerError(
      'STRATEGY_LOAD_TIMED_OUT',
      `${strategyPath} did not finish loading within ${this.#timeoutMs} ms: what it does at the top level takes too long`,
      { strategyPath, timeoutMs: this.#timeoutMs },
    );
  }
}
