import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import { makeDirectories } from '../../base/make-directories.ts';
import { AccessError } from './errors.ts';

const MAX_BYTES = 1_048_576;

/**
 * The text of a file that nobody else may read or change; undefined if there is none.
 *
 * @throws {AccessError} codes `ACCESS_FILE_TOO_OPEN`, `ACCESS_FILE_DAMAGED`, `ACCESS_FILE_UNUSABLE`
 */
export function readPrivate(path: string): string | undefined {
  let file: number;
  try {
    // A link would have somebody else say what is read; and a pipe in its place is not waited for.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP') throw isLink(path);
    throw unusable(path, thrown);
  }
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) throw unusable(path, 'it is no regular file');
    if ((facts.mode & 0o077) !== 0 || facts.uid !== ownUid(facts.uid)) {
      throw tooOpen(path, facts, '600');
    }
    if (facts.size > MAX_BYTES) {
      throw damaged(path, `it has ${facts.size} bytes, at most ${MAX_BYTES}`);
    }
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/**
 * Writes a file with mode 0600: all or nothing, on the disk before this returns. New directories have mode 0700.
 *
 * @throws {AccessError} codes `ACCESS_FILE_TOO_OPEN`, `ACCESS_FILE_UNUSABLE`
 */
export function writePrivate(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.new`;
  try {
    makeDirectories(dirname(path));
    requirePrivateDirectory(dirname(path));
    rmSync(temporary, { force: true });
    withFile(openSync(temporary, 'wx', 0o600), (file) => {
      fchmodSync(file, 0o600);
      writeFileSync(file, text);
      fsyncSync(file);
    });
    renameSync(temporary, path);
    withFile(openSync(dirname(path), 'r'), fsyncSync);
  } catch (thrown) {
    rmSync(temporary, { force: true });
    throw thrown instanceof AccessError ? thrown : unusable(path, thrown);
  }
}

/**
 * Whoever may write to a directory may put another file in the place of each of its files. That others may
 * look into it is harmless: the files are closed to them. One that isn't there yet will be private.
 *
 * @throws {AccessError} code `ACCESS_FILE_TOO_OPEN`
 */
export function requirePrivateDirectory(path: string): void {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts === undefined) return;
  const isOwn = facts.uid === ownUid(facts.uid) || facts.uid === 0;
  if ((facts.mode & 0o022) !== 0 || !isOwn) throw tooOpen(path, facts, '700');
}

export function damaged(path: string, why: string): AccessError {
  return new AccessError('ACCESS_FILE_DAMAGED', `${path} can't be read: ${why}`, { path });
}

function tooOpen(path: string, facts: { mode: number; uid: number }, right: string): AccessError {
  const mode = (facts.mode & 0o777).toString(8).padStart(4, '0');
  const owner = ownUid(facts.uid);
  const command =
    facts.uid === owner
      ? `chmod ${right} ${path}`
      : `chown ${owner} ${path} && chmod ${right} ${path}`;
  return new AccessError(
    'ACCESS_FILE_TOO_OPEN',
    `${path} has mode ${mode} and owner ${facts.uid}: it must be yours (${owner}) alone; run: ${command}`,
    { path, mode, uid: facts.uid, command },
  );
}

function isLink(path: string): AccessError {
  return new AccessError(
    'ACCESS_FILE_TOO_OPEN',
    `${path} is a link: it must be a file of its own; remove the link: rm ${path}`,
    { path, command: `rm ${path}` },
  );
}

function unusable(path: string, why: unknown): AccessError {
  const text = typeof why === 'string' ? why : messageOf(why);
  return new AccessError('ACCESS_FILE_UNUSABLE', `${path} can't be used: ${text}`, { path });
}

/** Where a system knows no users, files are everybody's own. */
function ownUid(otherwise: number): number {
  return process.getuid?.() ?? otherwise;
}

function withFile(file: number, use: (file: number) => void): void {
  try {
    use(file);
  } finally {
    closeSync(file);
  }
}
