import { standsStill } from './process-facts.ts';

/** Why a worker that sends no heartbeat is ended: what keeps it silent may be its strategy, or somebody else. */
export function silenceReason(pid: number | undefined, silentMs: number): string {
  const why =
    pid !== undefined && standsStill(pid)
      ? 'its process was made to stand still (SIGSTOP or a debugger)'
      : 'the strategy keeps its event loop busy';
  return `no heartbeat for ${Math.round(silentMs)} ms: ${why}`;
}
