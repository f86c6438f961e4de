import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { SqliteJournal } from '../../../src/execution/journal/sqlite-journal.ts';
import type { OrderOutcome } from '../../../src/model/order-outcome.ts';
import { setUp, WORKER, type Setup } from '../../unit/execution/engine-setup.ts';
import { waitFor } from '../support/wait.ts';
import { noMounts, SmallDisk } from './support.ts';

const DEAF = { onFailure: () => undefined, onFull: () => undefined, onRoom: () => undefined };
const RESTING = { price: '90', quantity: '0.1' };
const AT_MARKET = { type: 'market', price: null, quantity: '0.1' } as const;

interface Traded {
  readonly disk: SmallDisk;
  readonly path: string;
  readonly setup: Setup;
  readonly lines: string[];
  readonly accepted: string[];
  /** Sends some orders at once; their outcomes. */
  readonly send: (count: number, fields?: object) => Promise<OrderOutcome[]>;
}

async function trading(): Promise<Traded> {
  const disk = new SmallDisk();
  const path = join(disk.home, 'orders.db');
  const lines: string[] = [];
  const accepted: string[] = [];
  const logger = { log: (level: string, text: string) => void lines.push(`${level} ${text}`) };
  const setup = await setUp({ journalPath: path, logger });
  const one = async (fields: object): Promise<OrderOutcome> => {
    const id = setup.id();
    const outcome = await setup.submit(fields, id);
    if (outcome.outcome === 'accepted') accepted.push(id);
    return outcome;
  };
  const send = (count: number, fields: object = RESTING): Promise<OrderOutcome[]> =>
    Promise.all(Array.from({ length: count }, () => one(fields)));
  return { disk, path, setup, lines, accepted, send };
}

/** Sends orders until there is no room for one; those that are on their way then. */
async function untilFull(
  { send, setup }: Traded,
  random: () => number,
): Promise<Promise<unknown>[]> {
  const underWay: Promise<unknown>[] = [];
  await waitFor('no room', () => {
    if (isHalted(setup)) return true;
    const fields = random() < 0.3 ? AT_MARKET : RESTING;
    underWay.push(send(1 + Math.floor(random() * 8), fields));
    return false;
  });
  return underWay;
}

function isHalted({ engine }: Setup): boolean {
  return engine.status.switches.some(({ by }) => by === 'journal');
}

/** What was told and what has left is in the journal, word for word. */
function expectAllKept({ path, setup, accepted }: Traded): void {
  const journal = new SqliteJournal(path, DEAF);
  const ids = journal.orders({ limit: 1_000_000 }).map(({ clientOrderId }) => clientOrderId);
  expect(ids).toEqual(expect.arrayContaining([...accepted, ...setup.venue.submitted]));
  const kept = journal.updatesSince(WORKER, 0);
  expect(kept.map(({ seq }) => seq)).toEqual(kept.map((_, index) => index + 1));
  for (const update of setup.updates) expect(kept[update.seq - 1]).toEqual(update);
  journal.close();
}

describe.skipIf(noMounts !== undefined)('a disk that is full under the journal of orders', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'costs nothing that was acknowledged, and trading goes on by itself (seed %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const traded = await trading();
      const { disk, setup, lines, send } = traded;
      await send(Math.floor(random() * 300));
      disk.fill(Math.floor(random() * 200_000));
      const underWay = await untilFull(traded, random);
      expect(lines.filter((line) => line.startsWith('error TRADING IS HALTED'))).toHaveLength(1);
      const left = setup.venue.submitted.length;
      const [refused] = await send(1);
      expect(refused).toMatchObject({ outcome: 'denied' });
      expect(setup.venue.submitted).toHaveLength(left);
      // The cancels reach the venue, whether or not anybody can be told of it yet.
      void setup.engine.request(
        WORKER,
        { action: 'cancel-all', symbol: null },
        { paused: false, catchingUp: false },
      );
      await expect.poll(() => setup.venue.openOrders(), { timeout: 30_000 }).toEqual([]);
      expect(isHalted(setup)).toBe(true);
      disk.makeRoom();
      await Promise.all(underWay);
      await waitFor('room', () => !isHalted(setup));
      const [taken] = await send(1);
      expect(taken).toMatchObject({ outcome: 'accepted' });
      await setup.engine.stop();
      expectAllKept(traded);
    },
  );

  it('does not hold up a halt, which is kept once there is room', async () => {
    const traded = await trading();
    const { disk, path, setup, lines } = traded;
    await traded.send(3);
    disk.fill();
    const underWay = await untilFull(traded, seededRandom(7));
    const { kept } = setup.engine.setTradingState('all', 'halted', 'me', 'enough');
    expect(setup.engine.account(WORKER).tradingState).toBe('halted');
    disk.makeRoom();
    expect(await kept).toBe(true);
    await Promise.all(underWay);
    await waitFor('room', () => lines.some((line) => line.includes('trading goes on')));
    // That of a person stays.
    expect((await traded.send(1))[0]).toMatchObject({ outcome: 'denied' });
    await setup.engine.stop();
    const journal = new SqliteJournal(path, DEAF);
    expect(journal.load().switches).toMatchObject([{ scope: 'all', state: 'halted', by: 'me' }]);
    journal.close();
    expectAllKept(traded);
  });

  it('leaves a journal that the next process goes on with, if this one ends while it is full', async () => {
    const traded = await trading();
    const { disk, setup } = traded;
    await traded.send(50);
    disk.fill(30_000);
    const underWay = await untilFull(traded, seededRandom(8));
    const told = [...setup.updates];
    await setup.engine.stop();
    await Promise.all(underWay);
    disk.makeRoom();
    const journal = new SqliteJournal(traded.path, DEAF);
    const kept = journal.updatesSince(WORKER, 0);
    for (const update of told) expect(kept[update.seq - 1]).toEqual(update);
    const ids = journal.orders({ limit: 1_000_000 }).map(({ clientOrderId }) => clientOrderId);
    expect(ids).toEqual(expect.arrayContaining(setup.venue.submitted));
    journal.close();
  });
});

it.runIf(noMounts !== undefined)(`is not tested: ${noMounts}`, ({ skip }) => skip());
