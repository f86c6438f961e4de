import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { eventLoopTurn, settledOrAborted, systemSleep } from '../../../src/market/waiting.ts';

const never = new Promise<void>(() => undefined);
const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('systemSleep', () => {
  it('waits and leaves no listener behind', async () => {
    const { signal } = new AbortController();
    await systemSleep(1, signal);
    expect(listenersOf(signal)).toBe(0);
  });

  it('ends on abort', async () => {
    const stopping = new AbortController();
    const sleeping = systemSleep(1_000_000, stopping.signal);
    stopping.abort();
    await sleeping;
    expect(listenersOf(stopping.signal)).toBe(0);
  });

  it('does not begin after abort', async () => {
    await systemSleep(1_000_000, AbortSignal.abort());
  });
});

describe('settledOrAborted', () => {
  it('resolves with the work and leaves no listener behind', async () => {
    const { signal } = new AbortController();
    await settledOrAborted(Promise.resolve(), signal);
    await eventLoopTurn();
    expect(listenersOf(signal)).toBe(0);
  });

  it('rejects with the work', async () => {
    const { signal } = new AbortController();
    await expect(settledOrAborted(Promise.reject(new Error('full')), signal)).rejects.toThrow(
      'full',
    );
  });

  it('does not wait for the work after abort', async () => {
    const stopping = new AbortController();
    const waiting = settledOrAborted(never, stopping.signal);
    stopping.abort();
    await waiting;
    await settledOrAborted(never, stopping.signal);
  });
});
