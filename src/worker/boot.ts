import type { Endpoints } from '../ipc/endpoints.ts';

/** What the host writes to the worker's stdin: one line of JSON. Secrets travel here, never in arguments. */
export interface BootInfo {
  readonly processId: string;
  readonly secret: string;
  readonly endpoints: Endpoints;
  /** Set if the worker is to outlive its host. */
  readonly survive?: SurvivalOptions;
}

export interface SurvivalOptions {
  /** The socket of the lifelines of whoever is the host. */
  readonly lifelinePath: string;
  /** How long to wait for a new host, milliseconds. */
  readonly graceMs: number;
  /** The state of a worker that waited in vain is left here. */
  readonly statesDirectory: string;
}

/**
 * Reads the boot line and then watches stdin: the host holds the other end, so its end means that the
 * host is gone, however it died.
 */
export function readBootInfo(onHostGone: () => void): Promise<BootInfo> {
  return new Promise((resolve) => {
    let text = '';
    process.stdin.setEncoding('utf8');
    process.stdin.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) resolve(JSON.parse(text.slice(0, end)) as BootInfo);
    });
    process.stdin.on('error', () => undefined);
    process.stdin.on('close', onHostGone);
  });
}
