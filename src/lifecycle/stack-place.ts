/** `at onBar (/my/sma.ts:12:9)`, `at /my/sma.ts:12:9`, with or without `file://`. */
const FRAME = /^\s+at (?:async )?(?:.*? \((?=\/|file:))?(?:file:\/\/)?(\/.+?:\d+:\d+)\)?$/;

/** Files that are not the strategy's: packages, and what runs it. */
const FOREIGN = /\/node_modules\/|\/dist\/runtime\/(?:worker|zod)\.mjs:/;

/** The first place in a stack that is in the strategy's own files, as `FILE:LINE:COLUMN`; null if there is none. */
export function placeOf(stack: string): string | null {
  for (const line of stack.split('\n')) {
    const place = FRAME.exec(line)?.[1];
    if (place !== undefined && !FOREIGN.test(place)) return place;
  }
  return null;
}
