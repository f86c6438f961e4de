import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** True while the operating system has the process, a zombie not counted. */
export function isAlive(pid: number): boolean {
  try {
    return (
      execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim()[0] !== 'Z'
    );
  } catch {
    return false;
  }
}

/** Pids of the worker processes whose parent is `parentPid`, zombies not counted. */
export function workersOf(parentPid: number = process.pid): number[] {
  const workers: number[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(name);
    if (!commandOf(name).includes('worker.mjs')) continue;
    if (fields !== undefined && Number(fields[1]) === parentPid && fields[0] !== 'Z') {
      workers.push(Number(name));
    }
  }
  return workers;
}

/** Processor time that a process has used, milliseconds; 0 once it is gone. */
export function cpuMsOf(pid: number): number {
  const [user = 0, system = 0] = (statOf(String(pid)) ?? []).slice(11, 13).map(Number);
  return (user + system) * 10;
}

/** State, parent and so on; undefined for a process that has ended meanwhile. */
function statOf(pid: string): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Kills a process with all that it started. */
export function signalGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // There is nobody left.
  }
}
