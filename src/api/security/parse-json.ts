import { messageOf } from '../../base/errors.ts';
import { SecurityError } from './errors.ts';

const MAX_DEPTH = 32;
/** Keys by which plain data reach the code that handles them. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const MAX_KEY_CHARS = 64;

/**
 * JSON of somebody else: no deeper than 32 levels, without keys such as `__proto__`, without numbers that are too
 * large for one.
 *
 * @throws {SecurityError} code `MALFORMED_BODY`, with the path of the fault
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw malformed('$', `it is no JSON: ${messageOf(thrown)}`);
  }
  // Level by level, without recursion: what is too deep may not be too deep for this.
  let level: [path: string, value: unknown][] = [['$', value]];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: [string, unknown][] = [];
    for (const [path, inner] of level) {
      if (typeof inner === 'number' && !Number.isFinite(inner)) {
        throw malformed(path, 'it is a number that is too large');
      }
      if (typeof inner !== 'object' || inner === null) continue;
      if (depth >= MAX_DEPTH) throw malformed(path, `it is deeper than ${MAX_DEPTH} levels`);
      addInner(path, inner, next);
    }
    level = next;
  }
  return value;
}

function addInner(path: string, value: object, next: [string, unknown][]): void {
  if (Array.isArray(value)) {
    value.forEach((inner, index) => {
      next.push([`${path}[${index}]`, inner]);
    });
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    const innerPath = PLAIN_KEY.test(key)
      ? `${path}.${key}`
      : `${path}[${JSON.stringify(key.slice(0, MAX_KEY_CHARS))}]`;
    if (FORBIDDEN_KEYS.has(key)) throw malformed(innerPath, 'a key of that name is not taken');
    next.push([innerPath, inner]);
  }
}

function malformed(path: string, why: string): SecurityError {
  return new SecurityError('MALFORMED_BODY', `the body can't be taken: ${path}: ${why}`, { path });
}
