import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOME_LAYOUT } from '../../../src/host/store/home-layout.ts';
import { HomeDatabase } from '../../../src/storage/home-database.ts';

describe('HomeDatabase', () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
    path = join(directory, 'quantcell.db');
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const open = (): HomeDatabase => HomeDatabase.open(path, HOME_LAYOUT);
  const addFact = (database: HomeDatabase, name: string): unknown =>
    database.run('INSERT INTO facts VALUES (?, ?)', name, 'x');
  const names = (database: HomeDatabase): unknown[] =>
    database.all('SELECT name FROM facts ORDER BY name').map((row) => row['name']);

  it('keeps what was written when it is opened again', () => {
    const first = open();
    addFact(first, 'kept');
    first.close();
    const second = open();
    expect(names(second)).toEqual(['kept']);
    second.close();
  });

  it('keeps what was written when it was never closed', () => {
    const first = open();
    addFact(first, 'kept');
    const second = open();
    expect(names(second)).toEqual(['kept']);
    second.close();
    first.close();
  });

  it.each(['process', 'machine'] as const)(
    'writes all of a transaction that must survive the %s, or none',
    (durability) => {
      const database = open();
      const half = (): void =>
        database.transaction(durability, () => {
          addFact(database, 'half');
          throw new Error('in the middle');
        });
      expect(half).toThrow('in the middle');
      database.transaction(durability, () => addFact(database, 'whole'));
      expect(names(database)).toEqual(['whole']);
      database.close();
    },
  );

  it('works without a file', () => {
    const database = HomeDatabase.open(':memory:', HOME_LAYOUT);
    database.transaction('machine', () => addFact(database, 'kept'));
    expect(names(database)).toEqual(['kept']);
    database.close();
  });

  it('refuses a file that is no database and leaves it as it was', () => {
    writeFileSync(path, 'this is a letter to my aunt and no database, '.repeat(100));
    const before = readFileSync(path);
    expect(open).toThrow(expect.objectContaining({ code: 'DATABASE_DAMAGED' }) as Error);
    expect(open).toThrow(path);
    expect(readFileSync(path)).toEqual(before);
  });

  it('refuses a database with a part overwritten', () => {
    const database = open();
    for (let index = 0; index < 2_000; index += 1) addFact(database, `fact-${index}`);
    database.close();
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 8_192, 8_192 + 20_000);
    writeFileSync(path, bytes);
    expect(open).toThrow(expect.objectContaining({ code: 'DATABASE_DAMAGED' }) as Error);
  });

  it('refuses a database that was cut off', () => {
    const database = open();
    for (let index = 0; index < 2_000; index += 1) addFact(database, `fact-${index}`);
    database.close();
    truncateSync(path, 12_288);
    expect(open).toThrow(expect.objectContaining({ code: 'DATABASE_DAMAGED' }) as Error);
  });

  it('refuses the database of a later version', () => {
    open().close();
    const later = new Database(path);
    later.exec('PRAGMA user_version = 99');
    later.close();
    expect(open).toThrow(expect.objectContaining({ code: 'DATABASE_TOO_NEW' }) as Error);
  });

  it('says what is wrong with a path that can not be a file', () => {
    expect(() =>
      HomeDatabase.open(join(directory, 'no', 'such', 'folder.db'), HOME_LAYOUT),
    ).toThrow(expect.objectContaining({ code: 'DATABASE_UNUSABLE' }) as Error);
  });
});
