import { onTestFinished } from 'vitest';
import { bar } from '../support/bars.ts';
import { fixture } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { waitFor } from '../support/wait.ts';
import { MemoryPort } from './memory-port.mjs';

export type Manager = Awaited<ReturnType<typeof startManager>>;

export interface Setting {
  readonly manager: Manager;
  readonly port: MemoryPort;
}

export async function managerWithPort(
  options: Parameters<typeof startManager>[0] = {},
): Promise<Setting> {
  const port = new MemoryPort();
  const manager = await startManager({ pool: { minSize: 1 }, orders: port, ...options });
  onTestFinished(() => manager.stop());
  return { manager, port };
}

/** Starts the strategy that makes the calls that `params` name, as worker a. */
export async function start(
  { manager }: Pick<Setting, 'manager'>,
  params: Readonly<Record<string, string>>,
  config: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await manager.startStrategy(fixture('trades'), { params, ...config }, 'a');
}

/** Publishes bars numbered by their close. */
export async function publish(manager: Manager, from: number, to = from): Promise<void> {
  for (let close = from; close <= to; close += 1) await manager.broker.publishBatch([bar(close)]);
}

export function toldOf(manager: Manager): readonly string[] {
  return (manager.getWorkerStatus('a').report['told'] ?? []) as string[];
}

/** Waits until worker a, which counts fills, is RUNNING after so many restarts and knows so many fills. */
export async function counted(manager: Manager, fills: number, restarts = 0): Promise<object> {
  const { report } = await statusOf(
    manager,
    'a',
    (status) =>
      status.report['fills'] === fills &&
      status.state === 'running' &&
      status.restartCount === restarts,
  );
  return report;
}

/** Waits until worker a was told `what`, and returns all that it was told. */
export async function told(manager: Manager, what: string): Promise<readonly string[]> {
  await waitFor(`worker a to be told: ${what}`, () => toldOf(manager).includes(what)).catch(
    (thrown: unknown) => {
      const all = JSON.stringify(toldOf(manager));
      throw new Error(`${String(thrown)}; it was told ${all}`, { cause: thrown });
    },
  );
  return toldOf(manager);
}
