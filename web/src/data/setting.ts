import { createStore, type Store } from './store.ts';

/** A store whose value this browser keeps as text, where it may. */
export function createKept<Value extends string | number>(
  key: string,
  valueOf: (text: string | null) => Value,
): Store<Value> {
  const store = createStore(valueOf(read(key)));
  store.subscribe(() => write(key, String(store.get())));
  return store;
}

/** One of several values, kept by this browser. */
export function createSetting<Value extends string>(
  key: string,
  values: readonly Value[],
  initial: Value,
): Store<Value> {
  return createKept(key, (text) => values.find((value) => value === text) ?? initial);
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}
