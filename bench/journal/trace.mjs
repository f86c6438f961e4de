// What a process did to the files of a directory, in its order, as `strace` saw it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const CALLS =
  'openat,pwrite64,write,writev,pwritev,pwritev2,fdatasync,fsync,ftruncate,unlink,unlinkat,rename,renameat,renameat2,mkdir,fallocate,sync_file_range';
/** Calls of which the model knows nothing: a trace with one of them proves nothing. */
const UNKNOWN = /^(writev|pwritev2?|unlinkat|renameat2?|rename|fallocate|sync_file_range)$/;

/** Why nothing can be traced here; undefined if it can. */
export function noTraces() {
  const { error, status, stderr } = spawnSync('strace', ['-f', 'true'], { encoding: 'utf8' });
  if (error !== undefined) return `there is no strace here: ${error.message}`;
  return status === 0 ? undefined : `strace does not work here: ${stderr.trim().slice(-200)}`;
}

/**
 * Runs a script of Node under strace, which makes `directory`. Returns the operations on that and on files
 * directly in it, and what was written to `acknowledged`, as one list of `{ kind, name, ... }` for `Disk`.
 */
export function traceOf({ directory, acknowledged, script, args }) {
  const traces = `${directory}.trace`;
  mkdirSync(traces);
  try {
    // A file of each thread: so no line is cut in two by another thread's.
    const options = [
      '-ff',
      '-y',
      '-xx',
      '-s',
      '70000',
      '-e',
      `trace=${CALLS}`,
      '-o',
      join(traces, 't'),
    ];
    const run = spawnSync('strace', [...options, process.execPath, script, ...args], {
      encoding: 'utf8',
      timeout: 120_000,
    });
    if (run.error !== undefined) throw run.error;
    const died = run.signal ?? run.status;
    if (died !== 0 && died !== 'SIGKILL') throw new Error(`the driver failed: ${run.stderr}`);
    const threads = readdirSync(traces).map((name) => {
      const lines = readFileSync(join(traces, name), 'latin1').split('\n');
      return operationsOf(lines, { directory, acknowledged });
    });
    const busy = threads.filter((operations) => operations.length > 0);
    if (busy.length !== 1)
      throw new Error(`${busy.length} threads wrote files: their order is not known`);
    return busy[0];
  } finally {
    rmSync(traces, { recursive: true, force: true });
  }
}

function operationsOf(lines, { directory, acknowledged }) {
  const operations = [];
  const exists = new Set();
  for (const line of lines) {
    const call = /^(\w+)\((.*)\) += (-?\d+)/.exec(line);
    if (call === null) continue;
    const [, name, given, result] = call;
    if (Number(result) < 0) continue;
    const operation = operationOf(name, given, Number(result), acknowledged);
    if (operation === undefined) continue;
    const { path, ...rest } = operation;
    if (path === acknowledged) {
      if (rest.kind === 'write')
        operations.push({ kind: 'acknowledge', number: Number(rest.bytes.toString()) });
    } else if (path === directory) {
      if (rest.kind === 'sync') operations.push({ kind: 'sync-directory' });
      if (rest.kind === 'mkdir') operations.push({ kind: 'create-home' });
    } else if (path === dirname(directory)) {
      if (rest.kind === 'sync') operations.push({ kind: 'sync-home' });
    } else if (dirname(path) === directory) {
      const file = basename(path);
      if (UNKNOWN.test(name)) throw new Error(`${name} of ${file}: the model does not know it`);
      if (rest.kind === 'unlink') exists.delete(file);
      if (rest.kind === 'create') {
        if (exists.has(file)) continue;
        exists.add(file);
      }
      operations.push({ ...rest, name: file });
    }
  }
  return operations;
}

function operationOf(name, given, result) {
  const strings = [...given.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, text]) =>
    unescaped(text),
  );
  const ofFile = /^\d+<((?:\\x[0-9a-f]{2}|[^>])*)>/.exec(given)?.[1] ?? '';
  const path = ofFile.startsWith('\\x') ? unescaped(ofFile).toString() : ofFile;
  const tail = given.split(', ');
  switch (name) {
    case 'openat':
      return given.includes('O_CREAT')
        ? { kind: 'create', path: strings[0].toString() }
        : undefined;
    case 'pwrite64':
      return {
        kind: 'write',
        path,
        bytes: strings[0].subarray(0, result),
        at: Number(tail.at(-1)),
      };
    case 'write':
      return { kind: 'write', path, bytes: strings[0]?.subarray(0, result) };
    case 'fsync':
    case 'fdatasync':
      return { kind: 'sync', path };
    case 'ftruncate':
      return { kind: 'truncate', path, size: Number(tail.at(-1)) };
    case 'mkdir':
      return { kind: 'mkdir', path: strings[0].toString() };
    case 'unlink':
      return { kind: 'unlink', path: strings[0].toString() };
    default:
      return UNKNOWN.test(name)
        ? { kind: name, path: path || strings[0]?.toString() || '' }
        : undefined;
  }
}

function unescaped(text) {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}
