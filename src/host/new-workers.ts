import { parseWorkerId } from '../model/worker-id.ts';
import { WorkerState } from '../lifecycle/worker-state.ts';
import type { HostServices } from './host-services.ts';
import type { ManagedWorker } from './managed-worker.ts';
import { prepareStrategy } from './prepared-strategy.ts';
import { rememberBefore } from './start-undo.ts';
import type { WorkerRecord } from './store/worker-store.ts';
import type { WorkerConfig } from './worker-config.ts';
import { newRecord } from './worker-record.ts';
import type { WorkerRoster } from './worker-roster.ts';

export interface NewWorkersPorts {
  readonly services: HostServices;
  readonly roster: WorkerRoster;
  readonly make: (record: WorkerRecord, resumes: boolean, state: WorkerState) => ManagedWorker;
}

/** How a manager gets workers that it did not have: one that is started at once, or one that waits for that. */
export class NewWorkers {
  readonly #ports: NewWorkersPorts;

  constructor(ports: NewWorkersPorts) {
    this.#ports = ports;
  }

  /** Resolves to its id once it is RUNNING. @throws as `WorkerManager.startStrategy` */
  async start(strategyPath: string, config: WorkerConfig, workerId?: string): Promise<string> {
    const { services, roster, make } = this.#ports;
    const id = parseWorkerId(workerId ?? roster.newId(strategyPath));
    roster.checkStartable(id);
    const before = roster.get(id);
    const record = newRecord(id, strategyPath, config);
    // The memory of another strategy that had the id is not for this one.
    const resumes = before?.strategyPath === record.strategyPath;
    const undo = rememberBefore(services, id, before?.record);
    const worker = make(record, resumes, WorkerState.INITIALIZING);
    // Taken before the first wait, so that nobody else gets the id or the place meanwhile.
    roster.set(worker);
    try {
      await worker.start();
    } catch (thrown) {
      if (before === undefined) roster.delete(id);
      else roster.set(before);
      if (services.isStarted) undo();
      throw thrown;
    }
    return id;
  }

  /** Resolves to its id once it is known, and written down. @throws as `WorkerManager.createWorker` */
  async create(strategyPath: string, config: WorkerConfig, workerId?: string): Promise<string> {
    const { services, roster, make } = this.#ports;
    const id = parseWorkerId(workerId ?? roster.newId(strategyPath));
    roster.checkUnknown(id);
    const record = { ...newRecord(id, strategyPath, config), desired: 'stopped' } as const;
    const { description } = await prepareStrategy(services, record.strategyPath, config);
    // Somebody else may have taken it meanwhile.
    roster.checkUnknown(id);
    // A worker that had this id before left no memory for it.
    services.forgetState(id);
    services.store.workers.save(record);
    const worker = make(record, true, WorkerState.STOPPED);
    worker.outline.description = description;
    roster.set(worker);
    return id;
  }
}
