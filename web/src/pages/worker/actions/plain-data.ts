import type { Worker } from '../../../../../src/client/index.ts';

/** Any JSON value. */
type PlainData = Worker['params'];

export type PlainReading =
  | { readonly data: PlainData | undefined; readonly fault: null }
  | { readonly data: undefined; readonly fault: string };

/** Data that somebody typed as JSON; an empty text is none. */
export function readPlainData(text: string): PlainReading {
  if (text.trim() === '') return { data: undefined, fault: null };
  try {
    return { data: JSON.parse(text) as PlainData, fault: null };
  } catch (thrown) {
    return { data: undefined, fault: (thrown as Error).message };
  }
}
