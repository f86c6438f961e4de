import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StreamHandlers } from '../../../../src/client/index.ts';
import { Channels, type Stream } from '../../../../web/src/data/channels.ts';

type Handlers = StreamHandlers<'logs'>;

/** As a StreamClient, but for the server. */
class HandStream implements Stream {
  readonly open: Handlers[] = [];
  subscribe(_to: never, handlers: StreamHandlers<never>): () => void {
    const own = handlers as unknown as Handlers;
    this.open.push(own);
    return () => this.open.splice(this.open.indexOf(own), 1);
  }
}

const LOGS = { channel: 'logs', workerId: 'a' } as const;
const line = (message: string) => ({ at: 1, level: 'info', message });

describe('shared subscriptions', () => {
  let now = 1_000;
  let stream: HandStream;
  let channels: Channels;

  beforeEach(() => {
    vi.useFakeTimers();
    now = 1_000;
    stream = new HandStream();
    channels = new Channels(() => now);
    channels.use(stream);
  });
  afterEach(() => vi.useRealTimers());

  it('are one, however many look at a channel', () => {
    const first = channels.retain(LOGS);
    const second = channels.retain({ ...LOGS });
    expect(stream.open).toHaveLength(1);
    expect(second.store).toBe(first.store);
  });

  it('end once nobody has looked for a while', () => {
    const first = channels.retain(LOGS);
    const second = channels.retain(LOGS);
    first.release();
    vi.advanceTimersByTime(60_000);
    expect(stream.open).toHaveLength(1);
    second.release();
    expect(stream.open).toHaveLength(1);
    vi.advanceTimersByTime(60_000);
    expect(stream.open).toHaveLength(0);
  });

  it('go on for a page that comes back at once', () => {
    channels.retain(LOGS).release();
    channels.retain(LOGS);
    vi.advanceTimersByTime(60_000);
    expect(stream.open).toHaveLength(1);
  });

  it('have a snapshot with the changes since', () => {
    const { store } = channels.retain(LOGS);
    expect(store.get()).toMatchObject({ data: null, isLive: false });
    stream.open[0]?.onSnapshot({ lines: [line('one')] });
    stream.open[0]?.onChange({ lines: [line('two')] });
    expect(store.get()).toMatchObject({
      data: { lines: [{ message: 'one' }, { message: 'two' }] },
      isLive: true,
      since: 1_000,
    });
  });

  it('keep what they had when the connection is gone, and say as of when it is', () => {
    const { store } = channels.retain(LOGS);
    stream.open[0]?.onSnapshot({ lines: [line('one')] });
    channels.lose(5_000);
    expect(store.get()).toMatchObject({
      data: { lines: [{ message: 'one' }] },
      isLive: false,
      since: 5_000,
    });
  });

  it('are live again only once the server has told where it is', () => {
    const { store } = channels.retain(LOGS);
    stream.open[0]?.onSnapshot({ lines: [] });
    channels.lose(5_000);
    expect(store.get().isLive).toBe(false);
    now = 9_000;
    stream.open[0]?.onResumed?.();
    expect(store.get()).toMatchObject({ isLive: true, since: 9_000 });
  });

  it('count what this side was too slow for', () => {
    const { store } = channels.retain(LOGS);
    stream.open[0]?.onSnapshot({ lines: [] });
    stream.open[0]?.onMissed?.(3);
    stream.open[0]?.onMissed?.(4);
    expect(store.get().missed).toBe(7);
  });

  it('that were refused say why', () => {
    const { store } = channels.retain(LOGS);
    const problem = { code: 'UNKNOWN_WORKER', detail: 'no worker "a"' } as never;
    stream.open[0]?.onError?.(problem);
    expect(store.get()).toMatchObject({ data: null, isLive: false, problem });
  });

  it('of somebody else are forgotten', () => {
    const { store } = channels.retain(LOGS);
    stream.open[0]?.onSnapshot({ lines: [line('secret')] });
    channels.use(null);
    expect(store.get().data).toBeNull();
    channels.use(stream);
    expect(stream.open).toHaveLength(1);
  });
});
