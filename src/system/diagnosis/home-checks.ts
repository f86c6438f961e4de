import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  readSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import { removeIfPossible } from '../../base/remove-if-possible.ts';
import { HOME_LAYOUT } from '../../host/store/home-layout.ts';
import { readAdminToken } from '../access/admin-token.ts';
import { fail, ok, warn, type Check } from './check.ts';

const OPEN_TO_OTHERS = 0o077;
const WRITABLE_BY_OTHERS = 0o022;
/** The longest name that a socket may have on Linux is 107 bytes; macOS has 103. */
const MAX_SOCKET_PATH_BYTES = 103;
const SOCKET_NAME_BYTES = 32;

const [LITTLE_BYTES, TOO_LITTLE_BYTES] = [1e9, 1e8];
const SLOW_FSYNC_MS = 100;

/** Whether what is in a home can be used, and by its owner alone. Writes one small file, and takes it away. */
export function checkHome(home: string): readonly Check[] {
  if (!existsSync(home)) {
    const advice = 'quantcell init makes it, and so does the first quantcell serve';
    return [warn('home', `${home} is not there yet`, advice)];
  }
  return [
    checkDirectory('home', home),
    checkSockets(home),
    checkToken(home),
    checkDatabase(home),
    checkSpace(home),
    checkWriting(home),
  ];
}

function checkDirectory(name: string, path: string): Check {
  const { mode, uid } = lstatSync(path);
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  const own = process.getuid?.() ?? uid;
  const facts = `${path} has mode ${octal} and owner ${uid}`;
  if (uid !== own) return fail(name, facts, `run as its owner, or: chown ${own} ${path}`);
  if ((mode & WRITABLE_BY_OTHERS) !== 0) return fail(name, facts, `run: chmod 700 ${path}`);
  if ((mode & OPEN_TO_OTHERS) !== 0) return warn(name, facts, `run: chmod 700 ${path}`);
  return ok(name, facts);
}

function checkSockets(home: string): Check {
  const path = join(home, 'run');
  const bytes = Buffer.byteLength(path) + SOCKET_NAME_BYTES;
  if (bytes > MAX_SOCKET_PATH_BYTES) {
    return fail('sockets', `${path} is too long for the names of sockets`, 'take a shorter home');
  }
  if (!existsSync(path)) return ok('sockets', `${path} is made at the start`);
  return checkDirectory('sockets', path);
}

function checkToken(home: string): Check {
  const path = join(home, 'admin-token');
  try {
    if (readAdminToken(home) !== undefined) return ok('token', `${path} is private`);
    const advice = 'the first quantcell serve makes it; elsewhere, use --token-file';
    return warn('token', `there is no ${path}`, advice);
  } catch (thrown) {
    return fail('token', messageOf(thrown), 'do what it says, and make other tokens if in doubt');
  }
}

/** Layout of the registry of workers, as SQLite has it in the first bytes of the file: nobody has to open it. */
function checkDatabase(home: string): Check {
  const path = join(home, 'quantcell.db');
  if (!existsSync(path)) return ok('database', `${path} is made at the start`);
  const header = Buffer.alloc(100);
  try {
    const file = openSync(path, 'r');
    try {
      readSync(file, header, 0, header.length, 0);
    } finally {
      closeSync(file);
    }
  } catch (thrown) {
    return fail('database', `${path}: ${messageOf(thrown)}`, 'let its owner read it');
  }
  if (!header.toString('latin1').startsWith('SQLite format 3')) {
    const advice = 'restore it, or move it away to begin with an empty one';
    return fail('database', `${path} is no database`, advice);
  }
  const version = header.readUInt32BE(60);
  const known = HOME_LAYOUT.version;
  // What was written lately is still in the log beside the file.
  if (version === 0) return ok('database', `${path} is of late, its layout is still in its log`);
  // Where the first layout is still in the log beside it, the file itself has none.
  const layout = version === 0 ? 'a new layout' : `layout ${version}`;
  const facts = `${path} has ${layout}, this version knows ${known}`;
  return version > known
    ? fail('database', facts, 'use the version that wrote it, or another home')
    : ok('database', facts);
}

function checkSpace(home: string): Check {
  const { bavail, bsize, ffree, files } = statfsSync(home);
  const free = bavail * bsize;
  const facts = `${(free / 1e9).toFixed(1)} GB are free at ${home}`;
  const advice = 'make room: orders that can not be written down are denied';
  // A file system that counts no inodes has none at all.
  if (free < TOO_LITTLE_BYTES || (files > 0 && ffree === 0)) return fail('disk', facts, advice);
  return free < LITTLE_BYTES ? warn('disk', facts, advice) : ok('disk', facts);
}

function checkWriting(home: string): Check {
  const path = join(home, `.diagnose-${process.pid}`);
  const began = performance.now();
  try {
    const file = openSync(path, 'wx', 0o600);
    try {
      writeSync(file, Buffer.alloc(4_096));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (thrown) {
    return fail('writing', messageOf(thrown), `let this user write to ${home}, and make room`);
  } finally {
    removeIfPossible(path);
  }
  const ms = performance.now() - began;
  const facts = `4 kB are on the disk after ${ms.toFixed(1)} ms`;
  const advice = 'take a faster disk: each order waits for it';
  return ms > SLOW_FSYNC_MS ? warn('writing', facts, advice) : ok('writing', facts);
}
