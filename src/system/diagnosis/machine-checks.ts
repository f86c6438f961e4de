import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statfsSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OWNER_FILE } from '../../host/directory-lock.ts';
import { sharedMemoryAvailable } from '../../ipc/ring/shared-memory.ts';
import { fail, ok, warn, type Check } from './check.ts';

/** As package.json says. */
const LEAST_NODE = [20, 20] as const;
const SHARED_MEMORY = '/dev/shm';
const LEAST_SHARED_BYTES = 67_108_864;

/** How long the clock is watched, and how far it may be off after that, milliseconds. */
const CLOCK_SPAN_MS = 300;
const CLOCK_JUMP_MS = 50;

export function checkVersions(packageVersion: string): Check {
  const { node } = process.versions;
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const facts = `QuantCell ${packageVersion} on Node ${node}, ${process.platform} ${process.arch}`;
  const isOld = major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1]);
  return isOld
    ? fail('versions', facts, `install Node ${LEAST_NODE.join('.')} or newer`)
    : ok('versions', facts);
}

export function checkSharedMemory(): Check {
  const available = sharedMemoryAvailable();
  const advice = 'market data goes over sockets instead, which is slower';
  if (!available.ok) return warn('shared memory', available.reason, advice);
  if (!existsSync(SHARED_MEMORY)) return warn('shared memory', `no ${SHARED_MEMORY}`, advice);
  const { bavail, bsize } = statfsSync(SHARED_MEMORY);
  const facts = `${Math.round((bavail * bsize) / 1e6)} MB are free at ${SHARED_MEMORY}`;
  return bavail * bsize < LEAST_SHARED_BYTES
    ? warn('shared memory', facts, 'give it 64 MB or more, as with docker run --shm-size')
    : ok('shared memory', facts);
}

/** Whether the wall clock goes as time does. */
export async function checkClock(): Promise<Check> {
  const [wall, steady] = [Date.now(), performance.now()];
  await delay(CLOCK_SPAN_MS);
  const off = Date.now() - wall - (performance.now() - steady);
  const facts = `the clock was off by ${Math.abs(off).toFixed(0)} ms after ${CLOCK_SPAN_MS} ms`;
  const advice =
    'let ntpd or chronyd slew the clock, and not set it: exchanges refuse times that are off';
  return Math.abs(off) > CLOCK_JUMP_MS ? warn('clock', facts, advice) : ok('clock', facts);
}

/** Worker processes of a home that has no main process. */
export function checkOrphans(home: string): Check {
  if (!existsSync('/proc/self/fd') || !existsSync(home)) {
    return ok('orphans', 'no worker processes of this home are known');
  }
  const workers = workersOfHome(home);
  const owner = ownerOf(home);
  if (owner !== undefined) {
    return ok('orphans', `${workers.length} worker processes belong to the main process ${owner}`);
  }
  if (workers.length === 0) return ok('orphans', 'there are no worker processes of this home');
  return warn(
    'orphans',
    `the worker processes ${workers.join(', ')} have no main process`,
    `they end by themselves within 30 s; quantcell serve takes them over until then; otherwise: kill ${workers.join(' ')}`,
  );
}

/** The main process that has the home; undefined if there is none. */
export function ownerOf(home: string): number | undefined {
  const path = join(home, OWNER_FILE);
  if (!existsSync(path)) return undefined;
  const pid = Number(/\d+/.exec(readFileSync(path, 'utf8'))?.[0] ?? 0);
  return pid > 0 && existsSync(`/proc/${pid}`) ? pid : undefined;
}

/** A worker's output goes to a file of the home that it belongs to. */
function workersOfHome(home: string): readonly number[] {
  const output = join(realpathSync(home), 'run', 'output') + sep;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readlinkSync(`/proc/${name}/fd/1`).startsWith(output);
      } catch {
        // It ended meanwhile, or is somebody else's.
        return false;
      }
    })
    .map(Number);
}
