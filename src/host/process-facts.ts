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

/** Resident memory of a process, bytes; undefined if there is no such process. */
export function residentBytesOf(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
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
