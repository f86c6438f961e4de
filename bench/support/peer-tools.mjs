// What peers have in common.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lets the event loop send what was handed to it. */
export const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** A private directory, and its removal. Unix sockets need short paths. */
export function scratchDirectory() {
  const path = mkdtempSync(join(tmpdir(), 'qc-bench-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
