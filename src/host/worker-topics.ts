import { withDeadline } from '../base/deadline.ts';
import { quote } from '../base/errors.ts';
import type { HostMessageType, HostPayload } from '../protocol/host-message.ts';
import type { DataSubscription } from './subscribers.ts';
import { WorkerError } from './errors.ts';
import type { HostServices } from './host-services.ts';
import { retimed, type ResolvedWorkerConfig, type SubscriptionConfig } from './worker-config.ts';

export interface WorkerTopicsPorts {
  readonly services: HostServices;
  readonly workerId: string;
  /** Of bar types that name none, as the worker was started. */
  readonly timeframe: string | undefined;
  readonly command: <Type extends HostMessageType>(
    type: Type,
    payload: HostPayload<Type>,
    timeoutMs?: number,
    attachment?: Uint8Array,
  ) => Promise<unknown>;
}

/** What one worker process subscribes to, from its start on and over each reload. */
export class WorkerTopics {
  readonly #ports: WorkerTopicsPorts;
  #timeframe: string | undefined;
  #warmup = 0;
  #current: DataSubscription | undefined;

  constructor(ports: WorkerTopicsPorts) {
    this.#ports = ports;
    this.#timeframe = ports.timeframe;
  }

  get symbols(): readonly string[] {
    return [...new Set(this.#current?.topics.map(({ symbol }) => symbol))];
  }

  /** As they are in force: bars with their timeframe. */
  get dataTypes(): readonly string[] {
    return [...new Set(this.#current?.topics.map(({ dataType }) => dataType))];
  }

  /** The subscription that a worker begins with. */
  open({ symbols, dataTypes, warmup }: ResolvedWorkerConfig): DataSubscription {
    const { services, workerId } = this.#ports;
    this.#warmup = warmup;
    this.#current = services.broker.assign(workerId, symbols, dataTypes);
    return this.#current;
  }

  /** Lets data flow: from a snapshot that is taken once everything after it is sure to arrive. */
  async flow(subscription: DataSubscription, timeoutMs: number): Promise<void> {
    const { services, workerId, command } = this.#ports;
    const late = (): WorkerError => {
      const text = `market data did not reach worker ${quote(workerId)} within ${timeoutMs} ms`;
      return new WorkerError('COMMAND_TIMED_OUT', text, { workerId, timeoutMs });
    };
    await withDeadline(subscription.ready, timeoutMs, late);
    const { topics, records } = services.broker.snapshot(workerId, this.#warmup);
    await command('start', { topics: [...topics] }, timeoutMs, records);
    subscription.settle();
  }

  /** Changes them while the worker runs, without a hole. What is not given stays. */
  async reload(config: SubscriptionConfig): Promise<void> {
    const { services, workerId, command } = this.#ports;
    const { broker, options } = services;
    const { symbols = this.symbols } = config;
    const dataTypes = config.dataTypes ?? retimed(this.dataTypes, config.timeframe);
    const timeframe = config.timeframe ?? this.#timeframe;
    const subscription = broker.assign(workerId, symbols, dataTypes, timeframe);
    const { topics, attachment: market } = subscription;
    try {
      await command('reload_config', { topics: [...topics], market, symbols: [...symbols] });
    } catch (thrown) {
      subscription.abandon();
      throw thrown;
    }
    this.#current = subscription;
    this.#timeframe = timeframe;
    await this.flow(subscription, options.deadlines.commandMs);
  }
}
