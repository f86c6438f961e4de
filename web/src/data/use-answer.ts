import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { AnswerOf, OperationName, QuantCellClient } from '../../../src/client/index.ts';
import { call } from './session.ts';

type Rest = Parameters<QuantCellClient['call']> extends [unknown, ...infer Input] ? Input : never;

/** An answer of the API, and how things stand with it. */
export interface Answer<Name extends OperationName> {
  /** The last good one; it stays while another is asked for and when that fails. */
  readonly data: AnswerOf<Name> | null;
  /** When `data` came, milliseconds since the Unix epoch. */
  readonly at: number | null;
  readonly isLoading: boolean;
  /** Why the last call failed; null if it did not. */
  readonly error: Error | null;
  readonly reload: () => void;
}

export interface AnswerOptions {
  /** Asks again so often, milliseconds. @default never */
  readonly everyMs?: number;
  /** Asks nothing while it is false. @default true */
  readonly isWanted?: boolean;
}

/** Asks the API for something that is not on the stream, and again when the input changes. */
export function useAnswer<Name extends OperationName>(
  name: Name,
  input: NonNullable<Rest[0]> | object = {},
  { everyMs, isWanted = true }: AnswerOptions = {},
): Answer<Name> {
  const key = JSON.stringify([name, input, isWanted]);
  const [state, setState] = useState<Omit<Answer<Name>, 'reload'> & { readonly key: string }>({
    key,
    data: null,
    at: null,
    isLoading: isWanted,
    error: null,
  });
  const current = useRef(key);
  current.current = key;
  const load = useCallback(async () => {
    if (!isWanted) return;
    setState((before) =>
      before.key === key
        ? { ...before, isLoading: true }
        : { key, data: null, at: null, isLoading: true, error: null },
    );
    const ask = call as (name: Name, input: object) => Promise<AnswerOf<Name>>;
    try {
      const data = await ask(name, input);
      if (current.current !== key) return;
      setState({ key, data, at: Date.now(), isLoading: false, error: null });
    } catch (thrown) {
      if (current.current !== key) return;
      setState((before) => ({ ...before, isLoading: false, error: thrown as Error }));
    }
  }, [key]);
  useEffect(() => {
    void load();
    if (everyMs === undefined) return undefined;
    const timer = setInterval(() => void load(), everyMs);
    return () => clearInterval(timer);
  }, [load, everyMs]);
  const isOther = state.key !== key;
  return {
    data: isOther ? null : state.data,
    at: isOther ? null : state.at,
    isLoading: isOther ? isWanted : state.isLoading,
    error: isOther ? null : state.error,
    reload: () => void load(),
  };
}
