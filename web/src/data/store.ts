import { useLayoutEffect, useReducer } from 'preact/hooks';

/** A value that parts of the page look at together. */
export interface Store<Value> {
  readonly get: () => Value;
  readonly set: (next: Value) => void;
  /** Returns the function that ends it. */
  readonly subscribe: (onChange: () => void) => () => void;
}

export function createStore<Value>(initial: Value): Store<Value> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe: (onChange) => {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}

/** The value of a store; the component is drawn again when it changes. */
export function useStore<Value>(store: Store<Value>): Value {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const seen = store.get();
  useLayoutEffect(() => {
    // It may have changed between the drawing and now.
    if (!Object.is(store.get(), seen)) redraw(undefined as never);
    return store.subscribe(() => redraw(undefined as never));
  }, [store]);
  return seen;
}
