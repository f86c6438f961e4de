import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
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
 * come in time: it is ended then, so that no worker is ever there twice. What it left of its state is taken
 * in once it is gone.
 */
export async function awaitSurvivor(
  record: WorkerRecord,
  services: HostServices,
): Promise<Survivor | null> {
  const { workerId, process: identity } = record;
  const survivor = identity === null ? null : await findSurvivor(workerId, identity, services);
  if (survivor === null) services.takeLeftState(workerId);
  return survivor;
}

async function findSurvivor(
  workerId: string,
  identity: ProcessIdentity,
  services: HostServices,
): Promise<Survivor | null> {
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
    const held = new Promise<void>((resolve) =>
      lifelines.expect(processId, { onHeld: resolve, onCut: () => running.onCut() }),
    );
    const hello = channel.expect(processId, secret);
    const ended = running.ended.then(() => {
      throw new WorkerError('WORKER_ENDED', 'it ended');
    });
    const { adoptMs, readyMs } = deadlines;
    await withDeadline(Promise.race([held, ended]), adoptMs, () => late(adoptMs));
    // It may be in the middle of a callback.
    const { adopt } = await withDeadline(Promise.race([hello, ended]), readyMs, () =>
      late(readyMs),
    );
    if (adopt?.workerId !== workerId)
      throw new WorkerError('WORKER_ENDED', 'it runs something else');
    services.follow(running);
    return { running, facts: adopt };
  } catch (thrown) {
    const text = `the process of worker ${workerId} is not taken over: ${messageOf(thrown)}`;
    logger.log('warn', text, { workerId });
    lifelines.forget(processId);
    channel.forget(processId);
    await endForGood(identity);
    return null;
  }
}

function late(withinMs: number): WorkerError {
  return new WorkerError('NEVER_READY', `it did not come within ${withinMs} ms`);
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

/** How long a killed process may take to be gone, milliseconds. */
const GONE_MS = 10_000;

/** Kills a process and waits until it is gone. @throws {WorkerError} code `WORKER_RUNS` if it does not go */
async function endForGood(identity: ProcessIdentity): Promise<void> {
  const endsAtMs = performance.now() + GONE_MS;
  while (isRunning(identity)) {
    if (performance.now() > endsAtMs) {
      const { pid } = identity;
      throw new WorkerError('WORKER_RUNS', `process ${pid} of an earlier host can't be ended`, {
        pid,
      });
    }
    signalProcess(identity, 'SIGKILL');
    await delay(2);
  }
}
