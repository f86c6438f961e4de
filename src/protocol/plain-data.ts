import { quote } from '../base/errors.ts';

/** Data that is deeper is taken for a loop. */
const MAX_DEPTH = 100;

const EXPECTED = 'texts, finite numbers, booleans, null, and lists and plain objects of these';

/**
 * Why a value can't go from one process to another as it is: JSON would make something else of a part of it, or it is
 * too large. Undefined if it can. Members that are undefined are left out on the way.
 *
 * `place` is what the value is called in the message.
 */
export function plainDataFault(
  value: unknown,
  place: string,
  maxBytes: number,
): string | undefined {
  // Each value takes a byte at least. Without this, what holds itself often over would be walked through for ever.
  let valuesLeft = maxBytes;
  const faultIn = (part: unknown, where: string, depth: number): string | undefined => {
    valuesLeft -= 1;
    if (valuesLeft < 0) return `${place} has more than ${maxBytes} values`;
    const members = membersOf(part);
    if (members === 'none') return undefined;
    if (members === 'not plain') return `${where} is ${named(part)}: expected ${EXPECTED}`;
    if (depth === MAX_DEPTH) return `${place} is more than ${MAX_DEPTH} levels deep`;
    for (const [name, member] of members) {
      const fault = faultIn(member, `${where}${name}`, depth + 1);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
  const fault = faultIn(value, place, 0);
  if (fault !== undefined) return fault;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes <= maxBytes
    ? undefined
    : `${place} takes ${bytes} bytes of JSON: expected at most ${maxBytes}`;
}

/** With their names as one would write them behind the value's. */
function membersOf(value: unknown): Iterable<readonly [string, unknown]> | 'none' | 'not plain' {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return 'none';
  if (typeof value === 'number') return Number.isFinite(value) ? 'none' : 'not plain';
  if (typeof value !== 'object') return 'not plain';
  if (Array.isArray(value)) {
    return Array.from(value, (member: unknown, index) => [`[${index}]`, member] as const);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return 'not plain';
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return entries.map(([name, member]) => [`.${name}`, member] as const);
}

function named(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return quote(value);
  const { constructor: maker } = value as { readonly constructor?: unknown };
  return typeof maker === 'function' ? `an object of ${maker.name}` : 'an object of a class';
}
