import { describe, expect, it } from 'vitest';
import { bar } from '../support/bars.ts';
import { fixture } from '../support/files.ts';
import type { MemoryPort } from './memory-port.mjs';
import { managerWithPort } from './support.ts';

/** Bar 1 is known then. */
const FROM_MS = bar(1).timestamp;

interface Replay {
  readonly told: readonly string[];
  readonly port: MemoryPort;
}

/** Replays forty bars, all at once, and returns what the strategy was told. */
async function replay(params: { waits: boolean; timers: boolean }): Promise<Replay> {
  const { manager, port } = await managerWithPort();
  const config = { mode: 'replay', replayFromMs: FROM_MS, lossless: true } as const;
  await manager.startStrategy(
    fixture('replays-orders'),
    { ...config, params: { ...params, fromMs: FROM_MS } },
    'a',
  );
  await manager.broker.publishBatch(Array.from({ length: 40 }, (_, index) => bar(index + 1)));
  await manager.broker.drained();
  await manager.stopWorker('a');
  return { told: manager.getWorkerStatus('a').report['told'] as string[], port };
}

const momentsOf = (port: MemoryPort): readonly (readonly [number, number])[] =>
  port.requests.map(([, , { replay: at }]) => [at?.nowMs ?? 0, at?.event?.seq ?? 0]);

describe.each([
  { waits: true, timers: false },
  { waits: false, timers: false },
  { waits: false, timers: true },
])('a replay with orders, %j', (params) => {
  it('does the same each time, and at the right time', async () => {
    const first = await replay(params);
    const second = await replay(params);
    expect(first.told).toEqual(second.told);
    expect(first.port.fills('a')).toEqual(second.port.fills('a'));
    expect(first.port.requests).toEqual(second.port.requests);
    // Three of them were filled; the last one at bar 40 is not due when the data ends.
    expect(first.told.filter((what) => what.includes('fill buy 1'))).toEqual([
      '12 fill buy 1 at 12',
      '22 fill buy 1 at 22',
      '32 fill buy 1 at 32',
    ]);
    expect(first.told.filter((what) => what.includes('bar')).slice(9, 13)).toEqual([
      '10 bar 10 with 0',
      '11 bar 11 with -0.25',
      '12 bar 12 with 0.25',
      '13 bar 13 with 0.25',
    ]);
  });
});

describe('a replay', () => {
  it('asks what happened only when something may have', async () => {
    const { port } = await replay({ waits: false, timers: false });
    const actions = port.requests.map(([, { action }]) => action);
    const round = ['submit', 'submit', 'sync', 'submit'];
    expect(actions).toEqual([...round, ...round, ...round, 'submit', 'submit']);
  });

  it('asks at moments that go on', async () => {
    const { port } = await replay({ waits: false, timers: true });
    const moments = momentsOf(port);
    expect(moments).toEqual(
      moments.toSorted(([one, oneSeq], [other, otherSeq]) => one - other || oneSeq - otherSeq),
    );
  });
});
