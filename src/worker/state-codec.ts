import { deserialize, serialize } from 'node:v8';
import { messageOf } from '../base/errors.ts';
import { StrategyUsageError } from './errors.ts';

/**
 * A state as bytes: structured clone, so plain objects, lists, maps, sets, dates, big integers and typed
 * arrays come back as they were.
 *
 * @throws {StrategyUsageError} code `INVALID_STATE`, naming the place in the state that can't be kept
 */
export function encodeState(state: unknown): Buffer {
  try {
    return serialize(state);
  } catch (thrown) {
    const place = findPlace(state, isUnclonable) ?? 'ctx.state';
    throw new StrategyUsageError(
      'INVALID_STATE',
      `${place} can't be kept: ${messageOf(thrown)}`,
      { place },
      thrown,
    );
  }
}

export function decodeState(bytes: Uint8Array): unknown {
  return deserialize(bytes);
}

/** Where a state has an object of a class, which would come back without its methods; undefined if nowhere. */
export function findInstance(state: unknown): string | undefined {
  return findPlace(state, isInstance);
}

function isUnclonable(value: unknown): boolean {
  return typeof value === 'function' || typeof value === 'symbol';
}

/** What structured clone gives back as it was, although it has a class. */
const KEPT = [Array, Map, Set, Date, RegExp, Error, ArrayBuffer];

function isInstance(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return false;
  return !KEPT.some((kept) => value instanceof kept);
}

/** The first place in a state of which `matches` is true, as one would write it in the strategy. */
function findPlace(state: unknown, matches: (value: unknown) => boolean): string | undefined {
  const seen = new Set<unknown>();
  const search = (value: unknown, place: string): string | undefined => {
    if (matches(value)) return place;
    if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
    seen.add(value);
    for (const [name, member] of membersOf(value)) {
      const found = search(member, `${place}${name}`);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(state, 'ctx.state');
}

function membersOf(value: object): [name: string, member: unknown][] {
  if (ArrayBuffer.isView(value)) return [];
  if (value instanceof Map)
    return [...value].map(([key, member]) => [`.get(${String(key)})`, member]);
  if (value instanceof Set) return [...value].map((member, index) => [` (entry ${index})`, member]);
  const isList = Array.isArray(value);
  return Object.entries(value).map(([key, member]) => [isList ? `[${key}]` : `.${key}`, member]);
}
