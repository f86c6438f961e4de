// What is left behind: processes, sockets, rings in shared memory.
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What ends with something else needs a moment. */
const GRACE_MS = 1_000;

/** The directories of the rings that a process has mapped. */
export function ringsOf(pid) {
  try {
    const maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
    const paths = maps.match(/\/dev\/shm\/quantcell-ring-[^/]+\/\S+/g) ?? [];
    return [...new Set(paths.map((path) => dirname(path)))];
  } catch {
    return [];
  }
}

/** The environment of a process; nothing if it is gone, or somebody else's. */
function environmentOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

function hasOpenBelow(pid, directory) {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((file) =>
      readlinkSync(`/proc/${pid}/fd/${file}`).startsWith(directory),
    );
  } catch {
    return false;
  }
}

/** Processes that carry the token in their environment, or have something below `directory` open. */
function processesOf(directory, token) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => environmentOf(pid).includes(token) || hasOpenBelow(pid, directory));
}

/** To be looked for when everything has been stopped. */
export async function findLeftovers({ directory, token, rings }) {
  await delay(GRACE_MS);
  const run = join(directory, 'home', 'run');
  return {
    processes: processesOf(directory, token),
    sockets: existsSync(run) ? readdirSync(run).filter((name) => name.endsWith('.sock')) : [],
    rings: [...rings].filter((path) => existsSync(path)),
  };
}

/** Ends what this run started, and nothing that merely looks into its directory. */
export function killLeftovers({ processes }, token) {
  for (const pid of processes.filter((one) => environmentOf(one).includes(token))) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone by itself.
    }
  }
}
