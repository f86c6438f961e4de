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
    const { services, workerId } = this.#parts;
    const { states } = services.store;
    if (!resumes || prepared.config.keepState === null) services.forgetState(workerId);
    const subscription = await this.assign(prepared);
    const saved = prepared.config.keepState === null ? null : states.load(workerId);
    await this.begin(subscription, { saved, paused });
  }

  /** Up to the end of `onInit`. */
  async assign(prepared: PreparedStrategy): Promise<DataSubscription> {
    const { services, workerId, subscriberId, state, topics, orders, command } = this.#parts;
    const { broker, options } = services;
    const subscription = topics.open(prepared.config);
    const logFile = services.logs.fileOf(workerId);
    const facts = { workerId, state: state(), subscription, logFile };
    const assignment = assignmentOf(prepared, facts, broker);
    await Promise.all([
      command('assign', assignment, options.deadlines.readyMs),
      orders()?.prepare(),
    ]);
    if (prepared.config.lossless) broker.waitFor(subscriberId());
    return subscription;
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
