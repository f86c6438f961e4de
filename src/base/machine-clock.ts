const OFFSET_MS = Number(process.hrtime.bigint()) / 1_000_000 - performance.now();

/**
 * Milliseconds since a moment that is the same for all processes of this machine. For what one process
 * stamps and another one compares: unlike the wall clock it does not jump when the time is set.
 */
export function machineNowMs(): number {
  return OFFSET_MS + performance.now();
}
