import type { StateMachine } from '../lifecycle/state-machine.ts';
import { standIn } from './hot-reload.ts';
import type { ManagedWorkerPorts } from './managed-worker-ports.ts';
import { WorkerProcess } from './worker-process.ts';
import type { WorkerRegistration } from './worker-registration.ts';

export interface ManagedProcessParts {
  readonly registration: WorkerRegistration;
  /** The worker's. */
  readonly machine: StateMachine;
  readonly ports: ManagedWorkerPorts;
  /** It goes on with the state of the process before it. */
  readonly resumes: boolean;
  /** It is made ready beside the process that runs. */
  readonly standsIn: boolean;
}

/** The next process of a worker, as the worker is configured by now. It is not started yet. */
export function newManagedProcess(parts: ManagedProcessParts): WorkerProcess {
  const { registration, machine, ports, resumes, standsIn } = parts;
  const { workerId, strategyPath, config, desired } = registration.record;
  const { services, takeProcess, onLog, onFault } = ports;
  const created = new WorkerProcess(
    { workerId, strategyPath, config },
    {
      services,
      takeProcess,
      ...(standsIn
        ? standIn(workerId, services.options.logger)
        : {
            machine,
            writeDown: (identity) => registration.updateOrThrow({ process: identity }),
          }),
      resumes,
      paused: desired === 'paused',
    },
  );
  created.on('log', onLog);
  created.on('fault', onFault);
  return created;
}
