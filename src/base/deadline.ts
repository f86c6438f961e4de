/** The longest that a timer waits; it takes anything longer for 1 ms. */
const MAX_TIMER_MS = 2_147_483_647;

/**
 * Settles like `work`, or rejects with what `onTimeout` makes once `timeoutMs` have passed. The work
 * itself goes on: a promise can't be stopped from outside.
 */
export async function withDeadline<T>(
  work: Promise<T>,
  timeoutMs: number,
  onTimeout: () => Error,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(onTimeout()), Math.min(timeoutMs, MAX_TIMER_MS));
  });
  try {
    return await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
}

/** True if `work` settled within `timeoutMs`, false if it is still under way then. Never rejects. */
export async function settlesWithin(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), Math.min(timeoutMs, MAX_TIMER_MS));
  });
  const settled = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
