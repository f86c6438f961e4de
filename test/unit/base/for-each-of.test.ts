import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { forEachOf } from '../../../src/base/for-each-of.ts';

it('runs the task for each item, no more at a time than it may', async () => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  await forEachOf([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await delay(1);
    running -= 1;
    done.push(item);
  });
  expect(new Set(done)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]));
  expect(most).toBe(3);
});

it('does the others although one fails, and rejects with that', async () => {
  const done: number[] = [];
  const run = forEachOf([1, 2, 3], 2, async (item) => {
    if (item === 1) throw new Error('the first');
    done.push(item);
  });
  await expect(run).rejects.toThrow('the first');
  expect(new Set(done)).toEqual(new Set([2, 3]));
});

it('has nothing to do for no items', async () => {
  await expect(forEachOf([], 4, () => Promise.reject(new Error('never')))).resolves.toBeUndefined();
});
