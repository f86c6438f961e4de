import { withDeadline } from '../base/deadline.ts';
import { messageOf, quote } from '../base/errors.ts';
import type { DataType } from '../model/data-type.ts';
import type { HostMessageType, HostPayload, RecoveryCause } from '../protocol/host-message.ts';
import { MAX_FRAME_BYTES } from '../protocol/limits.ts';
import { ORDER_UPDATES_ID, type Positions } from '../protocol/positions.ts';
import { readLeftTopics, readPositions, type LeftTopic } from '../protocol/reload-result.ts';
import type { WorkerReply } from '../protocol/worker-message.ts';
import type { Command } from './worker-link.ts';
import type { SavedState } from './store/state-store.ts';
import type { DataSubscription } from './subscribers.ts';
import { WorkerError } from './errors.ts';
import type { HostServices } from './host-services.ts';
import { retimed, type ResolvedWorkerConfig, type SubscriptionConfig } from './worker-config.ts';

export interface WorkerTopicsPorts {
  readonly services: HostServices;
  readonly workerId: string;
  /** Its name at the broker; not the worker's while another process has that. */
  readonly subscriberId: () => string;
  /** Of bar types that name none, as the worker was started. */
  readonly timeframe: string | undefined;
  readonly command: <Type extends HostMessageType>(
    ...command: Command<Type>
  ) => Promise<WorkerReply>;
  /** The worker holds events back and will not go on by itself: it is to end. */
  readonly onStuck: (reason: string) => Promise<unknown>;
}

/** With what a strategy begins, beside its data. */
export interface Beginning {
  /** The state of a process before it. @default null, none */
  readonly saved?: SavedState | null;
  /** How far the process before it was. @default it begins with the newest events */
  readonly positions?: Positions | undefined;
  /** @default 'restart' */
  readonly cause?: RecoveryCause;
  /** It goes on as PAUSED. @default false */
  readonly paused?: boolean;
  /** The last order update that it has. @default as the saved state says, else the last one there is */
  readonly orderSeq?: number | undefined;
  /** Makes what it begins with of orders, just before it is told. @default there is no venue */
  readonly trading?: (() => HostPayload<'start'>['trading']) | undefined;
}

type TopicConfig = Pick<ResolvedWorkerConfig, 'symbols' | 'dataTypes' | 'warmup'>;

/** How far a worker is in a topic. */
export interface Place {
  readonly symbol: string;
  readonly dataType: string;
  /** Sequence number of the last event that it is done with. */
  readonly lastSeq: number;
}

/** How far a worker was when it handed over. */
export interface LeftPlaces {
  readonly places: readonly Place[];
  /** Number of the last update of its orders that it was done with; undefined without a venue. */
  readonly orderSeq: number | undefined;
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
  open({ symbols, dataTypes, warmup }: TopicConfig): DataSubscription {
    const { services, subscriberId } = this.#ports;
    this.#warmup = warmup;
    this.#current = services.broker.assign(subscriberId(), symbols, dataTypes);
    services.store.topics.save();
    return this.#current;
  }

  /** Places by topic, under the numbers that topics have here. */
  positionsOf(places: readonly Place[]): Positions {
    const nameOf = ({ symbol, dataType }: Pick<Place, 'symbol' | 'dataType'>): string =>
      `${dataType}:${symbol}`;
    const lastSeqs = new Map(places.map((place) => [nameOf(place), place.lastSeq]));
    const positions = new Map<number, number>();
    for (const topic of this.#current?.topics ?? []) {
      const lastSeq = lastSeqs.get(nameOf(topic));
      if (lastSeq !== undefined) positions.set(topic.topicId, lastSeq);
    }
    return positions;
  }

  /** How far a worker says to be that handed over. @throws {ProtocolError} code `MALFORMED_MESSAGE` */
  readPlaces(result: unknown): LeftPlaces {
    const positions = readPositions(result);
    const places = (this.#current?.topics ?? []).flatMap(({ topicId, symbol, dataType }) => {
      const lastSeq = positions.get(topicId);
      return lastSeq === undefined ? [] : [{ symbol, dataType, lastSeq }];
    });
    return { places, orderSeq: positions.get(ORDER_UPDATES_ID) };
  }

  async #ready(subscription: DataSubscription, timeoutMs: number): Promise<void> {
    const { workerId } = this.#ports;
    const late = (): WorkerError => {
      const text = `market data did not reach worker ${quote(workerId)} within ${timeoutMs} ms`;
      return new WorkerError('COMMAND_TIMED_OUT', text, { workerId, timeoutMs });
    };
    await withDeadline(subscription.ready, timeoutMs, late);
  }

  /** Brings what lies before the events of a subscription. */
  async warmUp({ topics }: DataSubscription): Promise<void> {
    const named = topics.map(({ symbol, dataType }) => ({
      symbol,
      dataType: dataType as DataType,
    }));
    await this.#ports.services.options.warmUp?.(named, this.#warmup);
  }

  /** Lets data flow: from a snapshot that is taken once everything after it is sure to arrive. */
  async flow(
    subscription: DataSubscription,
    timeoutMs: number,
    { saved = null, positions, cause = 'restart', paused = false, trading }: Beginning = {},
    left: readonly LeftTopic[] = [],
  ): Promise<void> {
    const { services, subscriberId, command } = this.#ports;
    await this.#ready(subscription, timeoutMs);
    const { topics, records } = services.broker.snapshot(subscriberId(), this.#warmup, {
      positions,
      // The state goes in the same frame.
      maxBytes: MAX_FRAME_BYTES - (saved?.bytes.length ?? 0),
    });
    const state = saved && {
      bytes: saved.bytes.length,
      version: saved.version,
      stateVersion: saved.stateVersion,
      savedAt: saved.savedAt,
      cause,
    };
    const attachment = saved === null ? records : Buffer.concat([records, saved.bytes]);
    const order = { topics: [...topics], state, paused, trading: trading?.() ?? null };
    await command('start', order, timeoutMs, attachment, 'while it gets on');
    subscription.settle(left);
  }

  /**
   * Changes them while the worker runs, without a hole. What is not given stays.
   *
   * @throws {WorkerError} the old ones stay in force; a worker that did not answer in time is ended
   */
  async reload(config: SubscriptionConfig): Promise<void> {
    const { services, subscriberId, command } = this.#ports;
    const { broker, options } = services;
    const { symbols = this.symbols } = config;
    const dataTypes = config.dataTypes ?? retimed(this.dataTypes, config.timeframe);
    const timeframe = config.timeframe ?? this.#timeframe;
    const subscription = broker.assign(subscriberId(), symbols, dataTypes, timeframe);
    try {
      services.store.topics.save();
    } catch (thrown) {
      subscription.abandon();
      throw thrown;
    }
    const { topics, attachment: market } = subscription;
    let reply: WorkerReply;
    try {
      reply = await command('reload_config', {
        topics: [...topics],
        market,
        symbols: [...symbols],
      });
    } catch (thrown) {
      // Without an answer it may be applied at any time, and then the worker waits for a start that never comes.
      if (isLate(thrown)) await this.#endStuck(thrown);
      else subscription.abandon();
      throw thrown;
    }
    const before = this.#current;
    this.#current = subscription;
    try {
      await this.warmUp(subscription);
      await this.flow(subscription, options.deadlines.commandMs, {}, readLeftTopics(reply.result));
    } catch (thrown) {
      this.#current = before;
      await this.#endStuck(thrown);
      throw thrown;
    }
    this.#timeframe = timeframe;
  }

  async #endStuck(thrown: unknown): Promise<void> {
    const { commandMs } = this.#ports.services.options.deadlines;
    const why = isLate(thrown) ? ` within ${commandMs} ms` : `: ${messageOf(thrown)}`;
    await this.#ports.onStuck(`did not take over its new subscription${why}`);
  }
}

function isLate(thrown: unknown): boolean {
  return thrown instanceof WorkerError && thrown.code === 'COMMAND_TIMED_OUT';
}
