import { readFileSync } from 'node:fs';

/** The size of a memory page, bytes. */
const PAGE_BYTES = 4_096;

/**
 * When a process began, in clock ticks since the machine did; undefined if there is no such process.
 * With the pid it names a process for good: a later one with the same pid began later.
 */
export function startTicksOf(pid: number): number | undefined {
  const fields = statFields(pid);
  // A zombie has ended; it only waits for somebody to ask how.
  if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return Number(fields[19]);
}

/** True if a process was made to stand still, as by SIGSTOP or a debugger. */
export function standsStill(pid: number): boolean {
  return ['T', 't'].includes(statFields(pid)?.[0] ?? '');
}

/** Resident memory of a process that it does not share, bytes; undefined if the system does not tell. */
export function privateBytesOf(pid: number): number | undefined {
  try {
    const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, 'utf8')
      .split(' ')
      .map(Number);
    return (resident - shared) * PAGE_BYTES;
  } catch {
    return undefined;
  }
}

/** The fields of /proc/PID/stat behind the name of the program, which may hold spaces and brackets itself. */
function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
