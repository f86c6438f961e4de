import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { TakingTurns } from '../../../../src/api/handlers/taking-turns.ts';

/** Keeps the event loop busy. */
function busy(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

it('lets all else have its turn between two that take long', async () => {
  const turns = new TakingTurns();
  const order: string[] = [];
  const work = Array.from({ length: 4 }, (_, number) =>
    turns.run(() => {
      busy(50);
      order.push(`work ${number}`);
    }),
  );
  await delay(1);
  order.push('something else');
  await Promise.all(work);
  expect(order).toEqual(['work 0', 'something else', 'work 1', 'work 2', 'work 3']);
});

it('refuses what would wait too long, and goes on when there is room', async () => {
  const turns = new TakingTurns();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 30 }, (_, number) => turns.run(() => number)),
  );
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(10);
  expect(refused[0]).toMatchObject({ reason: { code: 'TOO_MANY_REQUESTS' } });
  expect(await turns.run(() => 'again')).toBe('again');
});

it('goes on after work that failed, which is told to whoever wanted it', async () => {
  const turns = new TakingTurns();
  const failed = turns.run(() => {
    throw new Error('no such log');
  });
  const next = turns.run(() => 'fine');
  await expect(failed).rejects.toThrow('no such log');
  expect(await next).toBe('fine');
});
