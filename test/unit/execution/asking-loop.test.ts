import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AskingLoop } from '../../../src/execution/asking-loop.ts';

const MINUTE_MS = 60_000;

function setUp() {
  const asked: number[] = [];
  const lines: string[] = [];
  const next = { more: false, error: null as Error | null, hold: null as Promise<void> | null };
  const loop = new AskingLoop({
    ask: async () => {
      asked.push(Date.now());
      await next.hold;
      if (next.error !== null) throw next.error;
      return next.more;
    },
    logger: { log: (level, text) => void lines.push(`${level} ${text}`) },
  });
  return { asked, lines, next, loop };
}

describe('AskingLoop', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  it('asks once where all is known then', async () => {
    const { asked, loop } = setUp();
    loop.askSoon();
    loop.askSoon();
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(asked).toEqual([200]);
  });

  it('asks less and less often, and never more than 5 s apart', async () => {
    const { asked, next, loop } = setUp();
    next.more = true;
    loop.askSoon();
    await vi.advanceTimersByTimeAsync(30_000);
    const apart = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
    expect(apart.slice(0, 6)).toEqual([400, 800, 1_600, 3_200, 5_000, 5_000]);
    loop.stop();
  });

  it('is quick again for what is new', async () => {
    const { asked, next, loop } = setUp();
    next.more = true;
    loop.askSoon();
    await vi.advanceTimersByTimeAsync(20_000);
    next.more = false;
    const before = asked.length;
    loop.askSoon();
    await vi.advanceTimersByTimeAsync(200);
    expect(asked).toHaveLength(before + 1);
  });

  it('asks again for what became unknown while it asked, though that time all was known', async () => {
    const { asked, next, loop } = setUp();
    let release = (): void => undefined;
    next.hold = new Promise((resolve) => (release = resolve));
    loop.askSoon();
    await vi.advanceTimersByTimeAsync(1_000);
    loop.askSoon();
    await vi.advanceTimersByTimeAsync(1_000);
    // Never twice at a time.
    expect(asked).toHaveLength(1);
    next.hold = null;
    release();
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(asked).toHaveLength(2);
  });

  it('goes on after an error, and says so', async () => {
    const { asked, lines, next, loop } = setUp();
    next.error = new Error('no answer');
    loop.askSoon();
    await vi.advanceTimersByTimeAsync(200);
    expect(lines).toEqual([expect.stringMatching(/^warn .*asked again in 400 ms: no answer$/)]);
    next.error = null;
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(asked).toHaveLength(2);
  });

  it('asks no more once it is stopped, also where it is asking', async () => {
    const { asked, next, loop } = setUp();
    next.more = true;
    loop.askSoon();
    await vi.advanceTimersByTimeAsync(200);
    loop.stop();
    loop.askSoon();
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(asked).toHaveLength(1);
  });
});
