import type { WorkerState } from '../lifecycle/worker-state.ts';
import type { HostMessageType } from '../protocol/host-message.ts';
import { decodePositions, ORDER_UPDATES_ID } from '../protocol/positions.ts';
import type { AdoptionFacts, WorkerReply } from '../protocol/worker-message.ts';
import type { OrderLine } from './orders/order-line.ts';
import type { HostServices } from './host-services.ts';
import type { PreparedStrategy } from './prepared-strategy.ts';
import type { DataSubscription } from './subscribers.ts';
import { assignmentOf } from './worker-assignment.ts';
import type { Command } from './worker-link.ts';
import type { Beginning, WorkerTopics } from './worker-topics.ts';

export interface BirthParts {
  readonly services: HostServices;
  readonly workerId: string;
  readonly subscriberId: () => string;
  readonly state: () => WorkerState;
  /** Has a later host find the process. Throws if that can't be. */
  readonly writeDown: () => void;
  readonly topics: WorkerTopics;
  /** Of the process that there is. */
  readonly orders: () => OrderLine | undefined;
  readonly command: <Type extends HostMessageType>(
    ...command: Command<Type>
  ) => Promise<WorkerReply>;
}

/** How a process becomes a worker: it is told what to run, and from where. */
export class WorkerBirth {
  readonly #parts: BirthParts;

  constructor(parts: BirthParts) {
    this.#parts = parts;
  }

  /** From nothing to RUNNING or PAUSED; with the state that was saved last if it `resumes`. */
  async start(
    prepared: PreparedStrategy,
    { resumes, paused }: { readonly resumes: boolean; readonly paused: boolean },
  ): Promise<void> {
    const { services, workerId, topics, writeDown } = this.#parts;
    const keeps = prepared.config.keepState !== null;
    const subscription = topics.open(prepared.config);
    const assigned = this.#assign(prepared, subscription);
    // Awaited below.
    assigned.catch(() => undefined);
    // The disk is waited for while the worker loads its strategy. A later host must find every process that was
    // told to start; one that was not ends with its host.
    writeDown();
    if (!resumes || !keeps) services.forgetState(workerId);
    // What may take long is waited for, so that the strategy begins with data that is new then.
    if (prepared.description.callbacks.includes('onInit')) await assigned;
    this.#holdUp(prepared);
    const saved = keeps ? services.store.states.load(workerId) : null;
    const begun = this.begin(subscription, { saved, paused });
    begun.catch(() => undefined);
    // Of two failures the first one says why.
    await assigned;
    await begun;
  }

  /** Up to the end of `onInit`. */
  async assign(prepared: PreparedStrategy): Promise<DataSubscription> {
    const subscription = this.#parts.topics.open(prepared.config);
    await this.#assign(prepared, subscription);
    this.#holdUp(prepared);
    return subscription;
  }

  async #assign(prepared: PreparedStrategy, subscription: DataSubscription): Promise<void> {
    const { services, workerId, state, orders, command } = this.#parts;
    const { broker, options } = services;
    const logFile = services.logs.fileOf(workerId);
    const facts = { workerId, state: state(), subscription, logFile };
    const assignment = assignmentOf(prepared, facts, broker);
    await Promise.all([
      command('assign', assignment, options.deadlines.readyMs),
      orders()?.prepare(),
    ]);
  }

  #holdUp({ config }: PreparedStrategy): void {
    const { services, subscriberId } = this.#parts;
    if (config.lossless) services.broker.waitFor(subscriberId());
  }

  /** From there to RUNNING or PAUSED. */
  async begin(subscription: DataSubscription, beginning: Beginning): Promise<void> {
    const { services, topics, orders } = this.#parts;
    const { saved } = beginning;
    await topics.warmUp(subscription);
    const known = saved ? decodePositions(saved.positions) : undefined;
    const orderSeq = beginning.orderSeq ?? known?.get(ORDER_UPDATES_ID);
    await topics.flow(subscription, services.options.deadlines.readyMs, {
      ...beginning,
      positions: beginning.positions ?? known,
      trading: await orders()?.begin(orderSeq),
    });
  }

  /** Lets a process of an earlier host go on from where it is. */
  async adopt({ symbols, topics: places, warmup, orderSeq }: AdoptionFacts): Promise<void> {
    const { services, topics, orders, command } = this.#parts;
    const dataTypes = [...new Set(places.map(({ dataType }) => dataType))];
    const subscription = topics.open({ symbols, dataTypes, warmup });
    if (orderSeq !== null) orders()?.resume(orderSeq);
    await command('adopt', {
      topics: [...subscription.topics],
      market: subscription.attachment,
    });
    const positions = topics.positionsOf(places);
    services.broker.continueFrom(positions);
    await topics.flow(subscription, services.options.deadlines.commandMs, { positions });
  }
}
