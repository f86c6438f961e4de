import { beforeEach, describe, expect, it } from 'vitest';
import type { WorkerExit } from '../../../../src/lifecycle/worker-exit.ts';
import { HOME_LAYOUT } from '../../../../src/host/store/home-layout.ts';
import { HomeDatabase } from '../../../../src/storage/home-database.ts';
import { StateStore } from '../../../../src/host/store/state-store.ts';
import { TopicStore } from '../../../../src/host/store/topic-store.ts';
import { WorkerStore, type WorkerRecord } from '../../../../src/host/store/worker-store.ts';

const record = (workerId: string, changes: Partial<WorkerRecord> = {}): WorkerRecord => ({
  workerId,
  strategyPath: '/strategies/a.ts',
  config: { symbols: ['BTC/USDT'], params: { length: 3 } },
  desired: 'running',
  quarantine: null,
  restartCount: 0,
  createdAt: 1_000,
  process: null,
  ...changes,
});

const end = (at: number): WorkerExit => ({
  cause: 'signal',
  reason: 'the process was ended by SIGKILL',
  expected: false,
  code: null,
  signal: 'SIGKILL',
  stoppedBy: null,
  stderrTail: '',
  place: null,
  at,
});

describe('WorkerStore', () => {
  let database: HomeDatabase;
  let store: WorkerStore;

  beforeEach(() => {
    database = HomeDatabase.open(':memory:', HOME_LAYOUT);
    store = new WorkerStore(database);
    return () => database.close();
  });

  it('gives workers back as they were saved last, in the order of their creation', () => {
    const later = record('a', { createdAt: 2_000 });
    const process = { processId: 'p-1', pid: 7, startTicks: 9, secret: 's', outputPath: '/o' };
    const earlier = record('b', { desired: 'paused', quarantine: 'why', restartCount: 2, process });
    store.save(later);
    store.save(record('b'));
    store.save(earlier);
    expect(store.load()).toEqual([earlier, later]);
  });

  it('forgets a worker with its state and its ends', () => {
    const states = new StateStore(database, new TopicStore(database));
    store.save(record('a'));
    store.addEnd('a', end(1));
    const bytes = Buffer.from('x');
    const saved = { version: 1, stateVersion: 1, positions: bytes, bytes, savedAt: 1, sync: false };
    states.save(new Map([['a', saved]]));
    store.delete('a');
    expect([store.load(), store.loadEnds('a'), states.load('a')]).toEqual([[], [], null]);
  });

  it('keeps the last 200 ends of each worker', () => {
    for (let at = 1; at <= 205; at += 1) store.addEnd('a', end(at));
    store.addEnd('b', end(1));
    expect(store.loadEnds('a')).toHaveLength(200);
    expect(store.loadEnds('a').at(0)?.at).toBe(6);
    expect(store.loadEnds('a').at(-1)).toEqual(end(205));
    expect(store.loadEnds('b')).toHaveLength(1);
  });

  it('counts the hosts of a home', () => {
    expect([store.nextEpoch(), store.nextEpoch(), store.nextEpoch()]).toEqual([1, 2, 3]);
  });
});

describe('TopicStore', () => {
  it('gives topics back with their numbers', () => {
    const database = HomeDatabase.open(':memory:', HOME_LAYOUT);
    const store = new TopicStore(database);
    const topics = [
      { id: 1, symbol: 'BTC/USDT', dataType: 'trade' },
      { id: 2, symbol: 'BTC/USDT', dataType: 'kline@1m' },
    ] as const;
    for (const topic of topics) store.add(topic);
    store.saveWith('process', () => undefined);
    expect(store.load()).toEqual(topics);
    database.close();
  });

  it('writes topics again whose first writing failed', () => {
    const database = HomeDatabase.open(':memory:', HOME_LAYOUT);
    const store = new TopicStore(database);
    store.add({ id: 1, symbol: 'BTC/USDT', dataType: 'trade' });
    const failing = (): void =>
      store.saveWith('process', () => {
        throw new Error('the disk is full');
      });
    expect(failing).toThrow('full');
    expect(store.load()).toEqual([]);
    store.saveWith('process', () => undefined);
    expect(store.load()).toHaveLength(1);
    database.close();
  });
});
