import type { Source } from '../source.ts';

export interface StateParts<Value> {
  /** Everything as it is now, by a name. */
  readonly read: () => ReadonlyMap<string, Value>;
  readonly snapshot: (values: readonly Value[]) => unknown;
  /** Those that changed, and the names of those that are gone. Null says nothing. */
  readonly change: (values: readonly Value[], removed: readonly string[]) => unknown;
}

/** Things that are looked at: those that are not as they were last time are told. */
export function stateSource<Value>({ read, snapshot, change }: StateParts<Value>): Source {
  let known = textsOf(read());
  return {
    snapshot: () => snapshot([...read().values()]),
    changes: () => {
      const values = read();
      const texts = textsOf(values);
      const changed = [...values].filter(([name]) => texts.get(name) !== known.get(name));
      const removed = [...known.keys()].filter((name) => !texts.has(name));
      known = texts;
      if (changed.length === 0 && removed.length === 0) return null;
      return change(
        changed.map(([, value]) => value),
        removed,
      );
    },
    close: () => undefined,
  };
}

/** One thing that is looked at, told whole when it is another than last time. */
export function wholeSource(read: () => unknown): Source {
  let known = JSON.stringify(read());
  return {
    snapshot: read,
    changes: () => {
      const value = read();
      const text = JSON.stringify(value);
      if (text === known) return null;
      known = text;
      return value;
    },
    close: () => undefined,
  };
}

function textsOf(values: ReadonlyMap<string, unknown>): Map<string, string> {
  return new Map([...values].map(([name, value]) => [name, JSON.stringify(value)]));
}
