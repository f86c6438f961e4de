import { setTimeout as delay } from 'node:timers/promises';
import { deserialize } from 'node:v8';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decodePositions } from '../../../src/protocol/positions.ts';
import { StateKeeper, type StateUpdate } from '../../../src/worker/state-keeper.ts';
import { waitFor } from '../../integration/support/wait.ts';

interface Rig {
  readonly keeper: StateKeeper;
  readonly saves: StateUpdate[];
  readonly faults: string[];
  /** What the strategy has, and how often it was called. */
  readonly strategy: { state: unknown; calls: number; seq: number };
  /** Set to make saves fail. */
  readonly disk: { error: string | null };
  readonly touch: () => void;
}

function rig({ sync = false, maxBytes = 10_000 } = {}): Rig {
  const saves: StateUpdate[] = [];
  const faults: string[] = [];
  const strategy = { state: {} as unknown, calls: 0, seq: 0 };
  const disk: { error: string | null } = { error: null };
  const keeper = new StateKeeper({
    saveWithinMs: 4,
    sync,
    maxBytes,
    stateVersion: 2,
    read: () => strategy.state,
    positions: () => new Map([[1, strategy.seq]]),
    activity: () => strategy.calls,
    send: async (update) => {
      saves.push(update);
      await delay(1);
      if (disk.error !== null) throw new Error(disk.error);
    },
    between: async (task) => {
      await task();
    },
    onFault: (message) => faults.push(message),
  });
  keeper.open();
  onTestFinished(async () => {
    disk.error = null;
    await keeper.finish();
  });
  const touch = (): void => {
    strategy.calls += 1;
    strategy.seq += 1;
    keeper.touch();
  };
  return { keeper, saves, faults, strategy, disk, touch };
}

const stateOf = ({ bytes }: StateUpdate): unknown => bytes && deserialize(bytes);

describe('StateKeeper', () => {
  it('saves what changed, with how far it is, and counts its saves', async () => {
    const { saves, strategy, touch, keeper } = rig();
    keeper.continueFrom(7);
    strategy.state = { n: 1 };
    touch();
    const save = await waitFor('a save', () => saves[0]);
    expect(save).toMatchObject({ version: 8, stateVersion: 2, sync: false });
    expect(stateOf(save)).toEqual({ n: 1 });
    expect(decodePositions(save.positions)).toEqual(new Map([[1, 1]]));
  });

  it('saves what a strategy begins with once, without a change', async () => {
    const { saves, strategy, keeper, touch } = rig();
    strategy.state = { n: 0 };
    keeper.saveFirst();
    keeper.saveFirst();
    expect(saves.map(stateOf)).toEqual([{ n: 0 }]);
    touch();
    await waitFor('a save of the change', () => saves[1]);
    keeper.saveFirst();
    expect(saves).toHaveLength(2);
  });

  it('saves once for many calls', async () => {
    const { saves, touch } = rig();
    for (let count = 0; count < 1_000; count += 1) touch();
    await waitFor('a save', () => saves[0]);
    await delay(30);
    expect(saves).toHaveLength(1);
  });

  it('sends the positions alone where the state is as it was', async () => {
    const { saves, touch } = rig();
    touch();
    await waitFor('a save', () => saves.length === 1);
    await delay(5);
    touch();
    const second = await waitFor('a second save', () => saves[1]);
    expect(second.bytes).toBeNull();
    expect(decodePositions(second.positions)).toEqual(new Map([[1, 2]]));
  });

  it('saves again what changed while a save was under way', async () => {
    const { saves, strategy, touch } = rig();
    strategy.state = { n: 1 };
    touch();
    await waitFor('a save', () => saves.length === 1);
    strategy.state = { n: 2 };
    touch();
    await waitFor('a second save', () => saves.length === 2);
    expect(stateOf(saves[1] as StateUpdate)).toEqual({ n: 2 });
  });

  it('saves everything again, by itself, after a save that failed; says so once', async () => {
    const { saves, faults, strategy, disk, touch } = rig();
    strategy.state = { n: 1 };
    disk.error = 'the disk is full';
    touch();
    await waitFor('two tries', () => saves.length === 2);
    // The second is to fail as well, which it does a moment after it was sent.
    await delay(20);
    disk.error = null;
    await waitFor('a third', () => saves.length === 3);
    expect(stateOf(saves[2] as StateUpdate)).toEqual({ n: 1 });
    expect(faults).toEqual(['the state was not saved, and is tried again: the disk is full']);
  });

  it('does not save a state that is too large, and says so once', async () => {
    const { saves, faults, strategy, touch } = rig({ maxBytes: 20 });
    strategy.state = 'x'.repeat(100);
    touch();
    await waitFor('a fault', () => faults[0]);
    touch();
    await delay(20);
    expect(saves).toEqual([]);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/at most 20 are kept \(keepState\.maxBytes\): what was saved before/);
  });

  it('goes on saving once a state that can not be kept is mended', async () => {
    const { saves, faults, strategy, touch } = rig();
    strategy.state = { f: () => 1 };
    touch();
    await waitFor('a fault', () => faults[0]);
    strategy.state = { f: 1 };
    touch();
    await waitFor('a save', () => saves[0]);
    expect(stateOf(saves[0] as StateUpdate)).toEqual({ f: 1 });
  });

  it('saves before anything else with sync', async () => {
    const { saves, touch } = rig({ sync: true });
    touch();
    await Promise.resolve();
    expect(saves).toHaveLength(1);
    expect(saves[0]?.sync).toBe(true);
  });

  it('refuses to hand over what it could not save', async () => {
    const { keeper, strategy, disk } = rig();
    disk.error = 'the disk is full';
    await expect(keeper.handOver()).rejects.toMatchObject({ code: 'STATE_NOT_SAVED' });
    disk.error = null;
    await expect(keeper.handOver()).resolves.toBeUndefined();
    keeper.open();
    strategy.state = () => 1;
    await expect(keeper.handOver()).rejects.toThrow("ctx.state can't be kept");
  });

  it('saves nothing before the strategy begins, nor after it was handed over', async () => {
    const { keeper, saves, touch } = rig();
    await keeper.handOver();
    const { length } = saves;
    touch();
    await delay(20);
    expect(saves).toHaveLength(length);
    keeper.open();
    touch();
    await waitFor('a save', () => saves.length > length);
  });

  it('sends everything each time while saves go to a file, and once after it', async () => {
    const { keeper, saves, touch } = rig();
    keeper.whole = true;
    touch();
    await waitFor('a save', () => saves.length === 1);
    await delay(5);
    touch();
    await waitFor('a second save', () => saves.length === 2);
    await delay(5);
    keeper.whole = false;
    touch();
    await waitFor('a third save', () => saves.length === 3);
    await delay(5);
    touch();
    await waitFor('a fourth save', () => saves.length === 4);
    expect(saves.map(({ bytes }) => bytes !== null)).toEqual([true, true, true, false]);
  });

  it('saves for the last time and then no more', async () => {
    const { keeper, saves, touch } = rig();
    touch();
    await keeper.finish();
    const { length } = saves;
    touch();
    await delay(20);
    expect(saves).toHaveLength(length);
  });
});
