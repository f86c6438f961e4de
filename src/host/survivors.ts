import { existsSync, readFileSync, rmSync } from 'node:fs';
import { withDeadline } from '../base/deadline.ts';
import { messageOf } from '../base/errors.ts';
import { classifyExit } from '../lifecycle/worker-exit.ts';
import { splitLastWord } from '../protocol/last-word.ts';
import type { AdoptionFacts } from '../protocol/worker-message.ts';
import { AdoptedProcess, isRunning, signalProcess } from './adopted-process.ts';
import { WorkerError } from './errors.ts';
import type { HostServices } from './host-services.ts';
import type { ProcessIdentity, WorkerRecord } from './store/worker-store.ts';

/** A worker that has outlived its host, and what it says of itself. */
export interface Survivor {
  readonly running: AdoptedProcess;
  readonly facts: AdoptionFacts;
}

/**
 * Waits for the process of a worker that an earlier host left. Null if there is none, or if it does not
 * come in time: it is ended then, so that no worker is ever there twice.
 */
export async function awaitSurvivor(
  { workerId, process: identity }: WorkerRecord,
  services: HostServices,
): Promise<Survivor | null> {
  if (identity === null) return null;
  const { options, channel, lifelines } = services;
  const { logger, deadlines } = options;
  if (!isRunning(identity)) {
    recordEnd(workerId, identity, services);
    return null;
  }
  if (lifelines === undefined) {
    await endForGood(identity);
    return null;
  }
  const { processId, secret } = identity;
  try {
    const running = new AdoptedProcess(identity, logger);
    lifelines.expect(processId, () => running.onCut());
    const late = (): WorkerError =>
      new WorkerError('NEVER_READY', `it did not come within ${deadlines.adoptMs} ms`);
    const hello = await withDeadline(channel.expect(processId, secret), deadlines.adoptMs, late);
    if (hello.adopt?.workerId !== workerId) {
      throw new WorkerError('WORKER_ENDED', 'it runs something else');
    }
    services.follow(running);
    return { running, facts: hello.adopt };
  } catch (thrown) {
    logger.log('warn', `the process of worker ${workerId} is not taken over: ${messageOf(thrown)}`);
    lifelines.forget(processId);
    channel.forget(processId);
    await endForGood(identity);
    return null;
  }
}

/** Writes down how a process ended while there was no host, as far as it said so. */
function recordEnd(workerId: string, identity: ProcessIdentity, services: HostServices): void {
  const { store, options } = services;
  if (!existsSync(identity.outputPath)) return;
  const { lastWord, rest } = splitLastWord(readFileSync(identity.outputPath, 'utf8'));
  const facts = {
    code: null,
    signal: null,
    stopStep: null,
    killedFor: null,
    maxHeapMb: options.workerHeapMb,
  };
  const exit = classifyExit({ ...facts, stderrTail: rest.trim(), lastWord, at: Date.now() });
  store.workers.addEnd(workerId, exit);
  rmSync(identity.outputPath, { force: true });
}

/** Kills a process and waits until it is gone. */
async function endForGood(identity: ProcessIdentity): Promise<void> {
  while (isRunning(identity)) {
    signalProcess(identity, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
