/** Waits `ms` milliseconds, or less if `signal` aborts. Passed in, so that tests run on a time of their own. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export const systemSleep: Sleep = (ms, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });

/**
 * Waits for `work`, but no longer than until `signal` aborts, so that a reader that never answers can't
 * keep a feed from stopping. Rejects if the work does so before that.
 */
export function settledOrAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve();
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
    // Also when it is too late to tell anybody, so that a late rejection is not an unhandled one.
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Lets timers, sockets and signals have their turn: a feed at full speed would else keep the event loop to itself. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
