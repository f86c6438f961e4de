import { describe, expect, it } from 'vitest';
import { Turns } from '../../../src/host/turns.ts';

describe('Turns', () => {
  it('runs tasks one after the other, in their order', async () => {
    const turns = new Turns();
    const steps: string[] = [];
    const task = (name: string, ticks: number) => async (): Promise<string> => {
      steps.push(`${name} begins`);
      for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
      steps.push(`${name} ends`);
      return name;
    };

    expect(await Promise.all([turns.take(task('a', 5)), turns.take(task('b', 0))])).toEqual([
      'a',
      'b',
    ]);
    expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('goes on after a task that failed', async () => {
    const turns = new Turns();
    const failing = turns.take(() => Promise.reject(new Error('no')));

    expect(await turns.take(async () => 5)).toBe(5);
    await expect(failing).rejects.toThrow('no');
  });
});
