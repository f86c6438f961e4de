import { describe, expect, it, vi } from 'vitest';
import { FeedStatuses, type FeedLine, type FeedStatus } from '../../../src/host/feed-statuses.ts';

interface Rig {
  readonly statuses: FeedStatuses;
  readonly line: FeedLine;
  /** What the process was told. */
  readonly said: string[];
  /** Topics of the process, such as `kline@1m BTC/USDT`. */
  topics: string[];
  /** The process takes nothing. */
  deaf: boolean;
}

function rigOf(...topics: string[]): Rig {
  const statuses = new FeedStatuses();
  const rig = { topics, deaf: false, said: [] as string[] };
  const line = statuses.open({
    topics: () =>
      rig.topics.map((topic) => {
        const [dataType = '', symbol = ''] = topic.split(' ');
        return { dataType, symbol };
      }),
    say: ({ symbol, dataType, status, sinceMs, reason }) => {
      if (rig.deaf) return Promise.reject(new Error('it takes nothing'));
      const since = sinceMs === 5 ? '' : ` since ${sinceMs}`;
      const why = reason === null || reason === undefined ? '' : `: ${reason}`;
      rig.said.push(`${dataType} ${symbol} ${status}${since}${why}`);
      return Promise.resolve();
    },
  });
  return Object.assign(rig, { statuses, line });
}

function stale(symbol: string, dataType: string | null, more: Partial<FeedStatus> = {}) {
  return { symbol, dataType, status: 'stale', sinceMs: 5, ...more } as const;
}

function live(symbol: string, dataType: string | null) {
  return { symbol, dataType, status: 'live', sinceMs: 5 } as const;
}

/** One turn of the event loop. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a process is told', () => {
  it('of its own topics, with since when and why', async () => {
    const { statuses, line, said } = rigOf('trade A/B', 'quote A/B');
    line.begin();
    statuses.set(stale('A/B', 'trade', { sinceMs: 7, reason: 'cut' }));
    statuses.set(stale('A/B', 'depth'));
    statuses.set(stale('C/D', 'trade'));
    await settled();
    expect(said).toEqual(['trade A/B stale since 7: cut']);
  });

  it('of all topics of a symbol at once', async () => {
    const { statuses, line, said } = rigOf('trade A/B', 'kline@5m A/B', 'trade C/D');
    line.begin();
    statuses.set(stale('A/B', null));
    await settled();
    statuses.set(live('A/B', 'trade'));
    await settled();
    statuses.set(live('A/B', null));
    await settled();
    expect(said).toEqual([
      'trade A/B stale',
      'kline@5m A/B stale',
      'trade A/B live',
      'kline@5m A/B live',
    ]);
  });

  it('of each change once', async () => {
    const { statuses, line, said } = rigOf('trade A/B');
    line.begin();
    statuses.set(live('A/B', 'trade'));
    for (let times = 0; times < 3; times += 1) statuses.set(stale('A/B', 'trade'));
    await settled();
    for (let times = 0; times < 3; times += 1) statuses.set(live('A/B', 'trade'));
    await settled();
    expect(said).toEqual(['trade A/B stale', 'trade A/B live']);
  });

  it('of what is stale by the time that it begins', async () => {
    const { statuses, line, said } = rigOf('trade A/B', 'quote A/B');
    statuses.set(stale('A/B', 'trade'));
    statuses.set(stale('A/B', 'quote'));
    statuses.set(live('A/B', 'quote'));
    await settled();
    expect(said).toEqual([]);
    line.begin();
    await settled();
    expect(said).toEqual(['trade A/B stale']);
  });

  it('of all its topics if it had another host before', async () => {
    const { statuses, line, said } = rigOf('trade A/B', 'quote A/B');
    statuses.set({ ...live('A/B', 'quote'), sinceMs: 5 });
    statuses.set(stale('A/B', 'trade'));
    line.resume();
    await settled();
    expect(said).toEqual(['trade A/B stale', 'quote A/B live']);
  });

  it('of topics that it has gained', async () => {
    const rig = rigOf('trade A/B');
    rig.line.begin();
    rig.statuses.set(stale('C/D', null));
    rig.topics = ['trade A/B', 'trade C/D'];
    rig.line.look();
    await settled();
    expect(rig.said).toEqual(['trade C/D stale']);
  });

  it('what is known by then, if it takes nothing for a while', async () => {
    const rig = rigOf('trade A/B', 'quote A/B');
    rig.line.begin();
    rig.deaf = true;
    rig.statuses.set(stale('A/B', null));
    await settled();
    rig.statuses.set(live('A/B', 'trade'));
    rig.deaf = false;
    await vi.waitFor(() => expect(rig.said).toEqual(['quote A/B stale']), 30_000);
  });

  it('nothing once it is gone', async () => {
    const { statuses, line, said } = rigOf('trade A/B');
    line.begin();
    line.close();
    statuses.set(stale('A/B', 'trade'));
    line.look();
    await settled();
    expect(said).toEqual([]);
  });
});

describe('what is said of a feed', () => {
  it.each([
    [{ status: 'old' }, "status is \"old\": expected 'stale' or 'live'"],
    [{ sinceMs: Number.NaN }, 'sinceMs is NaN: expected milliseconds since the epoch'],
    [{ symbol: 'a b' }, '"a b"'],
    [{ dataType: 'candles' }, '"candles" is not a data type'],
  ] as const)('is checked: %o', (fields, message) => {
    const status = { ...stale('A/B', 'trade'), ...fields } as FeedStatus;

    expect(() => new FeedStatuses().set(status)).toThrow(message);
  });

  it('may name a data type as a strategy does', async () => {
    const { statuses, line, said } = rigOf('kline@1m A/B', 'trade A/B', 'quote A/B');
    line.begin();
    statuses.set(stale('A/B', 'kline'));
    statuses.set(stale('A/B', 'tick'));
    await settled();
    expect(said).toEqual(['kline@1m A/B stale', 'trade A/B stale', 'quote A/B stale']);
  });
});
