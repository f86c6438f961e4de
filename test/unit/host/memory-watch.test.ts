import { expect, it } from 'vitest';
import { MemoryWatch } from '../../../src/host/memory-watch.ts';
import { privateBytesOf } from '../../../src/host/process-facts.ts';

/** Above any that a system gives out. */
const NO_SUCH_PID = 2 ** 30;

/** Watches a process and returns what is told of it. */
function watch(
  pid: number,
  maxMemoryMb: number,
  reportedMb = 0,
): [MemoryWatch, string[], () => void] {
  const watching = new MemoryWatch();
  const told: string[] = [];
  let end = (): void => undefined;
  const ended = new Promise<never>((resolve) => (end = resolve as () => void));
  watching.watch(
    { pid, ended },
    {
      maxMemoryMb,
      reportedBytes: () => reportedMb * 1_048_576,
      onPast: (reason) => told.push(reason),
    },
  );
  return [watching, told, end];
}

it('tells once that a process is past its limit', () => {
  const [watching, told] = watch(process.pid, 1);
  watching.look();
  watching.look();

  expect(told).toEqual([
    expect.stringMatching(/^it used \d+ MB of memory, at most 1 MB are allowed \(maxMemoryMb\)$/),
  ]);
});

it('leaves a process alone that is within its limit, or has none', () => {
  const within = watch(process.pid, 1_048_576);
  const without = watch(process.pid, 0);
  for (const [watching, told] of [within, without]) {
    watching.look();
    expect(told).toEqual([]);
  }
});

it('takes the word of a process that the system tells nothing of', () => {
  const [watching, told] = watch(NO_SUCH_PID, 100, 101);
  watching.look();
  expect(told[0]).toContain('it used 101 MB');
});

it('forgets a process that has ended', async () => {
  const [watching, told, end] = watch(process.pid, 1);
  end();
  await Promise.resolve();
  watching.look();
  expect(told).toEqual([]);
});

it('does not count what a process shares', () => {
  const { rss } = process.memoryUsage();
  const own = privateBytesOf(process.pid) ?? 0;
  expect(own).toBeGreaterThan(10_000_000);
  // Node's own code alone is more than this.
  expect(own).toBeLessThan(rss - 10_000_000);
});
