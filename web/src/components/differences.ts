import { isRecord } from './schema-form/json-schema.ts';

/** A place where two values differ; undefined where one of them has nothing. */
export interface Difference {
  /** Names and numbers on the way to it, joined by dots; empty for the whole. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Every place where two JSON values differ, in the order of the first. */
export function differencesOf(before: unknown, after: unknown, path = ''): readonly Difference[] {
  if (isBranch(before) && isBranch(after) && Array.isArray(before) === Array.isArray(after)) {
    const a = before as Readonly<Record<string, unknown>>;
    const b = after as Readonly<Record<string, unknown>>;
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].flatMap((name) =>
      differencesOf(a[name], b[name], path === '' ? name : `${path}.${name}`),
    );
  }
  const isSame = before === after || JSON.stringify(before) === JSON.stringify(after);
  return isSame ? [] : [{ path, before, after }];
}

function isBranch(value: unknown): boolean {
  return Array.isArray(value) || isRecord(value);
}
