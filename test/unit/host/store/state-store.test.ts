import { beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../src/base/logger.ts';
import { TopicStore } from '../../../../src/host/store/topic-store.ts';
import { HOME_LAYOUT } from '../../../../src/host/store/home-layout.ts';
import { HomeDatabase } from '../../../../src/storage/home-database.ts';
import { StateSaver } from '../../../../src/host/store/state-saver.ts';
import { StateStore, type StateSave } from '../../../../src/host/store/state-store.ts';

const save = (version: number, bytes: string | null, positions = 'p'): StateSave => ({
  version,
  stateVersion: 1,
  positions: Buffer.from(positions),
  bytes: bytes === null ? null : Buffer.from(bytes),
  savedAt: version * 10,
  sync: false,
});

describe('StateStore', () => {
  let database: HomeDatabase;
  let store: StateStore;

  beforeEach(() => {
    database = HomeDatabase.open(':memory:', HOME_LAYOUT);
    store = new StateStore(database, new TopicStore(database));
    return () => database.close();
  });

  const textOf = (workerId: string): string | undefined => {
    const state = store.load(workerId);
    return state === null ? undefined : Buffer.from(state.bytes).toString();
  };

  it('gives back what was saved', () => {
    store.save(new Map([['a', save(3, 'memory', 'where')]]));
    const state = store.load('a');
    expect(state).toMatchObject({ version: 3, stateVersion: 1, savedAt: 30 });
    expect(Buffer.from(state?.positions ?? []).toString()).toBe('where');
    expect(textOf('a')).toBe('memory');
  });

  it('knows nothing of a worker that saved nothing', () => {
    expect(store.load('a')).toBeNull();
  });

  it('moves the positions alone where the state is as it was', () => {
    store.save(new Map([['a', save(1, 'memory', 'here')]]));
    store.save(new Map([['a', save(2, null, 'there')]]));
    expect(store.load('a')).toMatchObject({ version: 2 });
    expect(Buffer.from(store.load('a')?.positions ?? []).toString()).toBe('there');
    expect(textOf('a')).toBe('memory');
  });

  it('does not let an older save take the place of a newer one', () => {
    store.save(new Map([['a', save(5, 'new')]]));
    expect(store.save(new Map([['a', save(4, 'old')]]))).toEqual(new Set(['a']));
    expect(store.save(new Map([['a', save(5, null, 'moved')]]))).toEqual(new Set(['a']));
    expect(textOf('a')).toBe('new');
    expect(Buffer.from(store.load('a')?.positions ?? []).toString()).toBe('p');
  });

  it('forgets a state', () => {
    store.save(new Map([['a', save(1, 'memory')]]));
    store.delete('a');
    expect(store.load('a')).toBeNull();
  });

  describe('through a StateSaver', () => {
    it('confirms the saves of a turn once they are written', async () => {
      const saver = new StateSaver(store, silentLogger);
      await Promise.all([saver.save('a', save(1, 'one')), saver.save('b', save(1, 'two'))]);
      expect([textOf('a'), textOf('b')]).toEqual(['one', 'two']);
    });

    it('keeps the bytes of a save that is followed by one without', async () => {
      const saver = new StateSaver(store, silentLogger);
      await Promise.all([saver.save('a', save(1, 'one')), saver.save('a', save(2, null))]);
      expect(textOf('a')).toBe('one');
      expect(store.load('a')?.version).toBe(2);
    });

    it('rejects a save that is not newer than what there is, and no other', async () => {
      const saver = new StateSaver(store, silentLogger);
      await saver.save('a', save(5, 'new'));
      const late = saver.save('a', save(5, 'late'));
      const other = saver.save('b', save(1, 'one'));
      await expect(late).rejects.toMatchObject({ code: 'STATE_NOT_SAVED' });
      await other;
      expect([textOf('a'), textOf('b')]).toEqual(['new', 'one']);
    });

    it('rejects the saves of a turn that could not be written, and counts it', async () => {
      const saver = new StateSaver(store, silentLogger);
      database.run('DROP TABLE states');
      await expect(saver.save('a', save(1, 'one'))).rejects.toMatchObject({
        code: 'DATABASE_UNUSABLE',
      });
      expect(saver.failures).toBe(1);
    });
  });
});
