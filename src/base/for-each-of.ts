/** Runs `task` for each item, `atATime` of them at once, in their order. Rejects with the first failure, once all have settled. */
export async function forEachOf<T>(
  items: readonly T[],
  atATime: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  const run = async (): Promise<void> => {
    for (const item of waiting) await task(item);
  };
  const runs = await Promise.allSettled(Array.from({ length: atATime }, run));
  for (const settled of runs) if (settled.status === 'rejected') throw settled.reason;
}
