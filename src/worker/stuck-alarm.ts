import { libc } from '../ipc/ring/libc.ts';

/** Beyond the time that a worker waits for a host, seconds: a machine that was suspended is not stuck. */
const MARGIN_SECONDS = 30;

/**
 * Has the kernel end this process unless this is called again in time. A strategy that is stuck in a loop
 * when its host is killed has nobody who would notice.
 */
export function armStuckAlarm(graceMs: number): void {
  try {
    libc().alarm(Math.ceil(graceMs / 1_000) + MARGIN_SECONDS);
  } catch {
    // Without the C library a stuck worker stays until the next host ends it.
  }
}
