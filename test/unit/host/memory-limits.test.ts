import { describe, expect, it } from 'vitest';
import { heapMbOf, resolveMemoryLimits, withHeapMb } from '../../../src/host/memory-limits.ts';

describe('resolveMemoryLimits', () => {
  it('takes the heap of the pool and 1,024 MB where nothing is given', () => {
    expect(resolveMemoryLimits({}, 512)).toEqual({ maxHeapMb: 512, maxMemoryMb: 1_024 });
  });

  it('gives a large heap the memory that it needs', () => {
    expect(resolveMemoryLimits({ maxHeapMb: 2_048 }, 512).maxMemoryMb).toBe(4_096);
    expect(resolveMemoryLimits({}, 3_000)).toEqual({ maxHeapMb: 3_000, maxMemoryMb: 6_000 });
  });

  it('keeps what is given, also no limit', () => {
    const given = { maxHeapMb: 100, maxMemoryMb: 0 };
    expect(resolveMemoryLimits(given, 512)).toEqual(given);
  });

  it('takes the heap of the options of all workers as it is', () => {
    expect(resolveMemoryLimits({}, 8).maxHeapMb).toBe(8);
  });

  it.each([
    [{ maxHeapMb: 31 }, 'maxHeapMb'],
    [{ maxHeapMb: 64.5 }, 'maxHeapMb'],
    [{ maxHeapMb: Number.NaN }, 'maxHeapMb'],
    [{ maxMemoryMb: 63 }, 'maxMemoryMb'],
    [{ maxMemoryMb: -1 }, 'maxMemoryMb'],
  ])('refuses %o', (config, option) => {
    expect(() => resolveMemoryLimits(config, 512)).toThrowError(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(option) }),
    );
  });
});

describe('the heap that options of Node give', () => {
  it.each([
    [[], undefined],
    [['--stack-trace-limit=50'], undefined],
    [['--max-old-space-size=256'], 256],
    [['--max_old_space_size', '300'], 300],
    [['--max-old-space-size=256', '--max-old-space-size=48'], 48],
  ])('of %o is %o', (execArgv, heapMb) => {
    expect(heapMbOf(execArgv)).toBe(heapMb);
  });

  it('is named once, and last where it differs', () => {
    expect(withHeapMb([], 512)).toEqual(['--max-old-space-size=512']);
    expect(withHeapMb(['--max-old-space-size=256'], 256)).toEqual(['--max-old-space-size=256']);
    expect(heapMbOf(withHeapMb(['--max-old-space-size=256'], 64))).toBe(64);
  });
});
