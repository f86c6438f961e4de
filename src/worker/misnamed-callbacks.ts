import { CALLBACK_NAMES } from '../strategy/definition.ts';

/** A name as callbacks have them. `once` and `online` begin with `on` too and are words of their own. */
const LOOKS_LIKE_ONE = /^on[A-Z]/;

/** The same without a capital letter. */
const ALL_LOWER = /^on[a-z]+$/;

const NAMES: ReadonlySet<string> = new Set(CALLBACK_NAMES);

/**
 * What is wrong with a strategy that has a function named nearly like a callback: it would never be
 * called, and nothing would say so. Undefined if there is none: a helper of the strategy's own may have
 * a name like `onBreakout`. Inherited members are looked at too.
 */
export function misnamedCallback(strategy: object): string | undefined {
  for (const name of methodNames(strategy)) {
    if (NAMES.has(name) || !/^on/i.test(name)) continue;
    const { nearest, typos } = nearestCallback(name);
    if (typos <= typosAllowed(name)) return `has ${name}: did you mean ${nearest}?`;
  }
  return undefined;
}

/** How many wrong letters make it a callback's name still: fewer, the less it looks like one. */
function typosAllowed(name: string): number {
  if (LOOKS_LIKE_ONE.test(name)) return 2;
  return ALL_LOWER.test(name) ? 1 : 0;
}

/** Names of the functions that an object has or inherits. Runs none of its getters. */
function methodNames(strategy: object): string[] {
  const names: string[] = [];
  let holder: unknown = strategy;
  while (typeof holder === 'object' && holder !== null && holder !== Object.prototype) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
      if (typeof value === 'function') names.push(name);
    }
    holder = Object.getPrototypeOf(holder);
  }
  return names;
}

function nearestCallback(name: string): { readonly nearest: string; readonly typos: number } {
  const [first, ...others] = CALLBACK_NAMES.map((nearest) => ({
    nearest,
    typos: distance(name.toLowerCase(), nearest.toLowerCase()),
  }));
  if (first === undefined) return { nearest: '', typos: Number.POSITIVE_INFINITY };
  return others.reduce((best, other) => (other.typos < best.typos ? other : best), first);
}

/** Characters to put in, leave out or replace to make `one` into `other` (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const above = row;
    row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = (above[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
  }
  return row[other.length] ?? 0;
}
