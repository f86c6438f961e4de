// node driver.mjs DATABASE ACKNOWLEDGED SEED COUNT END
//
// Makes a home with a journal of orders, writes COUNT entries into that in two sessions, and says which of them it was told are kept, in the
// file ACKNOWLEDGED. Then it is killed (`kill`), or closes the journal (`close`).
import { mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { SqliteJournal } from '../../dist/execution/journal/sqlite-journal.js';
import { planOf } from './entries.mjs';

const [path, acknowledged, seed, count, end] = process.argv.slice(2);
mkdirSync(dirname(path));
const file = openSync(acknowledged, 'a');
const fail = (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
};
const listener = { onFailure: fail, onFull: fail, onRoom: () => undefined };

async function write(groups) {
  const journal = new SqliteJournal(path, listener);
  for (const group of groups) {
    const told = group.map(async ({ number, entry, kind }) => {
      await journal.append(entry, kind);
      writeSync(file, `${number}\n`);
    });
    await Promise.all(told);
  }
  return journal;
}

const groups = planOf(Number(seed), Number(count));
const first = Math.floor(groups.length / 8);
(await write(groups.slice(0, first))).close();
const journal = await write(groups.slice(first));
if (end === 'kill') process.kill(process.pid, 'SIGKILL');
journal.close();
