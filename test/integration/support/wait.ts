import { setTimeout as delay } from 'node:timers/promises';

/** Far longer than anything takes: only what will never happen reaches it. */
const LIMIT_MS = 30_000;

/** Looks until `condition` gives something; fails with `what` and the last look if it never does. */
export async function waitFor<T>(
  what: string,
  condition: () => T | undefined | false | null,
  limitMs = LIMIT_MS,
): Promise<T> {
  const endsAtMs = performance.now() + limitMs;
  for (;;) {
    const found = condition();
    if (found !== undefined && found !== false && found !== null) return found;
    if (performance.now() > endsAtMs) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await delay(5);
  }
}

/** The error that a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  try {
    await promise;
  } catch (thrown) {
    return thrown as Error & { code?: string };
  }
  throw new Error('expected a rejection');
}
