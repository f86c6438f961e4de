import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkerManager } from '../../../src/host/worker-manager.ts';
import { fixture, temporaryDirectory } from '../support/files.ts';
import { workersOf } from '../support/processes.ts';
import { RemoteHost } from '../support/remote-host.ts';
import { lastOf, processesOn } from './support.ts';

const FILES = ['quantcell.db', 'quantcell.db-wal', 'quantcell.db-shm'] as const;

/** Of a home whose host was killed: its last states are in the log beside the database. */
const killed = mkdtempSync(join(tmpdir(), 'quantcell-test-'));

beforeAll(async () => {
  const home = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  const options = { home, pool: { minSize: 1 } };
  // The first one is stopped, so that the file itself has something.
  const first = new RemoteHost(options, 'kept');
  await first.call('start');
  await first.call('startStrategy', fixture('remembers'), {}, 'a');
  await first.call('publish', 1, 20);
  await first.statusWhen('a', ({ report }) => lastOf(report) === 20);
  await first.call('stop');
  await first.kill();
  const second = new RemoteHost(options, 'kept');
  await second.call('start');
  for (let close = 21; close <= 60; close += 1) {
    await second.call('publish', close, close);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  await second.statusWhen('a', ({ report }) => lastOf(report) === 60);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await second.kill();
  for (const name of FILES) copyFileSync(join(home, name), join(killed, name));
  rmSync(home, { recursive: true, force: true });
});
afterAll(() => rmSync(killed, { recursive: true, force: true }));

/** A copy of that home. */
function copyOfHome(): string {
  const home = temporaryDirectory();
  putBack(home);
  return home;
}

function putBack(home: string): void {
  for (const name of FILES) {
    rmSync(join(home, name), { force: true });
    copyFileSync(join(killed, name), join(home, name));
  }
}

function overwrite(path: string, from: number, bytes: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(bytes, 0xa5), 0, bytes, from);
  closeSync(file);
}

function contents(home: string): Record<string, string> {
  return Object.fromEntries(
    FILES.slice(0, 2)
      .filter((name) => existsSync(join(home, name)))
      .map((name) => [name, readFileSync(join(home, name)).toString('base64')]),
  );
}

/** The bars that the strategy knew when it was started. */
async function knownAt(host: RemoteHost): Promise<string> {
  const { report } = await host.statusWhen('a', (status) => 'told' in status.report);
  return (report['told'] as string[])[0] ?? '';
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

describe('a database that is damaged', () => {
  it.each([
    ['overwritten in the middle', (db: string) => overwrite(db, 8_192, statSync(db).size - 12_288)],
    ['overwritten at the beginning', (db: string) => overwrite(db, 0, 4_096)],
    ['cut off in the middle of a page', (db: string) => truncateSync(db, 10_000)],
    ['cut off between two pages', (db: string) => truncateSync(db, 8_192)],
    ['garbage', (db: string) => writeFileSync(db, Buffer.alloc(50_000, 'garbage '))],
    ['a text', (db: string) => writeFileSync(db, 'not a database at all\n')],
  ])('%s is refused by name and not changed; a copy in its place works', async (_what, damage) => {
    const home = copyOfHome();
    const db = join(home, 'quantcell.db');
    // As after a stop: nothing beside it that would mend it.
    rmSync(`${db}-wal`);
    rmSync(`${db}-shm`);
    damage(db);
    const before = contents(home);
    const host = new RemoteHost({ home, pool: { minSize: 1 } });
    await expect(host.call('start')).rejects.toMatchObject({
      code: 'DATABASE_DAMAGED',
      message: expect.stringContaining(JSON.stringify(db)) as string,
    });
    expect(contents(home)).toMatchObject(before);
    expect(workersOf(host.pid)).toEqual([]);
    expect(processesOn(home)).toEqual([]);
    putBack(home);
    await host.call('start');
    expect(await knownAt(host)).toContain('[[1,60]]');
  });

  it('is refused to the next host as well, and the lock is given back', async () => {
    const home = copyOfHome();
    const db = join(home, 'quantcell.db');
    writeFileSync(db, Buffer.alloc(50_000, 'garbage '));
    for (let round = 0; round < 2; round += 1) {
      const host = new RemoteHost({ home, pool: { minSize: 1 } });
      await expect(host.call('start')).rejects.toMatchObject({ code: 'DATABASE_DAMAGED' });
      expect(existsSync(join(home, 'owner'))).toBe(false);
    }
    putBack(home);
    const other = new RemoteHost({ home, pool: { minSize: 1 } });
    await other.call('start');
    expect(await knownAt(other)).toContain('[[1,60]]');
  });
});

describe('the log beside a database, after a SIGKILL of the host,', () => {
  it.each([
    ['that is whole has all that was saved', () => undefined, /\[\[1,60\]\]/],
    [
      'that was cut off has an earlier save',
      (wal: string) => truncateSync(wal, Math.floor(statSync(wal).size / 2)),
      /\[\[1,(?:[2-5]\d|60)\]\]/,
    ],
    [
      'whose end is garbage has an earlier save',
      (wal: string) => overwrite(wal, Math.floor(statSync(wal).size / 2), 3_000),
      /\[\[1,(?:[2-5]\d|60)\]\]/,
    ],
    [
      'that is all garbage leaves what was there when it was begun',
      (wal: string) => writeFileSync(wal, Buffer.alloc(statSync(wal).size, 0xa5)),
      /\[\[1,20\]\]/,
    ],
    ['that is empty does so too', (wal: string) => truncateSync(wal, 0), /\[\[1,20\]\]/],
    ['that is gone does so too', (wal: string) => rmSync(wal), /\[\[1,20\]\]/],
  ] as const)('%s', async (_what, damage, known) => {
    const home = copyOfHome();
    const db = join(home, 'quantcell.db');
    damage(`${db}-wal`);
    const host = new RemoteHost({ home, pool: { minSize: 1 } });
    await host.call('start');
    expect(await knownAt(host)).toMatch(known);
    await host.call('publish', 61, 62);
    const { report } = await host.statusWhen('a', (status) => lastOf(status.report) === 62);
    expect(report['twice']).toBe(0);
    await host.call('stop');
    expect(processesOn(home)).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7])(
    'is left with a database that is refused for its page %i',
    async (page) => {
      const home = copyOfHome();
      overwrite(join(home, 'quantcell.db'), (page - 1) * 4_096, 4_096);
      const before = contents(home);
      const manager = new WorkerManager({ home, pool: { minSize: 1 } });
      const outcome = await manager.start().then(
        () => 'started',
        (thrown: Error & { code?: string }) => thrown.code,
      );
      if (outcome === 'started') {
        // The log has a newer page in its place.
        await manager.stop();
        return;
      }
      expect(outcome).toBe('DATABASE_DAMAGED');
      // Nobody has it open any more then.
      collectGarbage();
      await new Promise((resolve) => setTimeout(resolve, 100));
      collectGarbage();
      expect(contents(home)).toEqual(before);
    },
  );

  it('that fits a database that is damaged does not make the host crash', async () => {
    const home = copyOfHome();
    overwrite(join(home, 'quantcell.db'), 4_096, 4_096);
    const host = new RemoteHost({ home, pool: { minSize: 1 } });
    // The log may have newer pages in place of the damaged ones.
    const outcome = await host.call('start').then(
      () => 'started',
      ({ code }: { code?: string }) => code,
    );
    expect(['started', 'DATABASE_DAMAGED']).toContain(outcome);
    if (outcome === 'started') expect(await knownAt(host)).toContain('[[1,60]]');
    else expect(processesOn(home)).toEqual([]);
  });
});
