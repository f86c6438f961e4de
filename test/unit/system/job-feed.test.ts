import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { MarketEvent } from '../../../src/model/market-event.ts';
import { openJobFeed, type JobFeed } from '../../../src/system/job-feed.ts';

const BARS = fileURLToPath(new URL('../../fixtures/market/btc-perp-1m.csv', import.meta.url));

/** What the job says of its share when its first events are sent. */
async function shareAfterFirstEvents({ feed, fraction }: JobFeed): Promise<number | undefined> {
  const stopping = new AbortController();
  let share: number | undefined;
  const publish = (events: readonly MarketEvent[]): void => {
    share = fraction(events.at(-1)?.timestamp);
    stopping.abort();
  };
  await feed.run([{ symbol: 'BTC/USDT', dataType: 'kline@1m' }], { publish }, stopping.signal);
  return share;
}

describe('the share of a job that was sent', () => {
  it('is not known in a timed replay: what was read of a file is far ahead of what was played', async () => {
    const job = await openJobFeed({ kind: 'files', paths: [BARS], speed: 60 }, ['BTC/USDT']);
    expect(await shareAfterFirstEvents(job)).toBe(undefined);
  });

  it('is that of the bytes read in a replay at full speed', async () => {
    const job = await openJobFeed({ kind: 'files', paths: [BARS], speed: 'max' }, ['BTC/USDT']);
    expect(await shareAfterFirstEvents(job)).toBeGreaterThan(0);
  });

  it('is that of market time in a synthetic market', async () => {
    const source = { kind: 'synthetic', seed: 1, speed: 'max', durationMs: 86_400_000 } as const;
    const job = await openJobFeed(source, ['BTC/USDT']);
    expect(job.fraction(Date.UTC(2024, 0, 1, 12))).toBe(0.5);
  });
});
