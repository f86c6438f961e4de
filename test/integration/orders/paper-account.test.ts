import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SqliteJournal } from '../../../src/execution/journal/sqlite-journal.ts';
import type { VenueAccount } from '../../../src/execution/venue.ts';

const PROGRAM = fileURLToPath(new URL('paper-account.mjs', import.meta.url));
const DEAF = { onFailure: () => undefined, onFull: () => undefined, onRoom: () => undefined };

interface Found {
  readonly account: VenueAccount;
  readonly atVenue: readonly string[];
  readonly known: readonly string[];
  readonly spot: string;
  readonly linear: string;
}

let directory: string;
let path: string;
let child: ChildProcess | undefined;
let lines: AsyncIterator<string>;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'paper-'));
  path = join(directory, 'orders.db');
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/** What the next process finds. */
async function begin(): Promise<Found> {
  child = spawn(process.execPath, [PROGRAM, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const output = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  lines = output[Symbol.asyncIterator]();
  return (await nextLine()) as Found;
}

async function nextLine(): Promise<unknown> {
  const { value } = await lines.next();
  return JSON.parse(value as string) as unknown;
}

async function kill(): Promise<void> {
  const ended = once(child as ChildProcess, 'exit');
  child?.kill('SIGKILL');
  await ended;
}

it('a paper account whose process is killed while it trades is what its journal says, each time', async () => {
  await begin();
  let fills = 0;
  for (let run = 0; run < 5; run += 1) {
    await nextLine();
    await kill();
    const journal = new SqliteJournal(path, DEAF);
    const all = [...journal.allFills()];
    expect(all.length).toBeGreaterThanOrEqual(fills + 100);
    fills = all.length;
    expect(new Set(all.map(({ symbol, tradeId }) => `${symbol} ${tradeId}`)).size).toBe(fills);
    const orders = journal.orders({ limit: 1_000_000 });
    const ids = orders.flatMap(({ venueOrderId }) => venueOrderId ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    journal.close();
    const { account, atVenue, known, spot, linear } = await begin();
    expect(atVenue).toEqual(known);
    // The engine adds up its strategies' fills by itself.
    expect(Number(account.balances['BTC']?.total) - 1_000).toBeCloseTo(Number(spot), 6);
    expect(account.positions['BTC/USDT:USDT'] ?? '0').toBe(linear);
  }
});
