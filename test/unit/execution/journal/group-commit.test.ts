import { describe, expect, it } from 'vitest';
import { GroupCommit } from '../../../../src/execution/journal/group-commit.ts';
import type { JournalEntry } from '../../../../src/execution/journal/order-journal.ts';

function entry(name: string): JournalEntry {
  return { fact: { name, value: '' } };
}

/** A disk that fails as it is told to. */
function setUp() {
  const groups: string[][] = [];
  const told: string[] = [];
  let fault: Error | undefined;
  let tidyFault: Error | undefined;
  const commit = new GroupCommit({
    write: (entries) => {
      if (fault !== undefined) throw fault;
      groups.push(entries.map(({ fact }) => fact?.name ?? ''));
    },
    tidy: () => {
      if (tidyFault !== undefined) throw tidyFault;
    },
    isFull: (error) => error instanceof Error && error.message === 'full',
    listener: {
      onFailure: () => told.push('failure'),
      onFull: () => told.push('full'),
      onRoom: () => told.push('room'),
    },
  });
  return {
    commit,
    groups,
    told,
    fail: (message?: string) => (fault = message === undefined ? undefined : new Error(message)),
    failToTidy: (message: string) => (tidyFault = new Error(message)),
  };
}

describe('GroupCommit', () => {
  it('writes what comes in one turn as one', async () => {
    const { commit, groups } = setUp();
    await Promise.all(['a', 'b', 'c'].map((name) => commit.append(entry(name), 'intent')));
    await commit.append(entry('d'), 'fact');
    expect(groups).toEqual([['a', 'b', 'c'], ['d']]);
    commit.close();
  });

  it('writes what waits when it is closed, and nothing after', async () => {
    const { commit, groups } = setUp();
    const written = commit.append(entry('a'), 'fact');
    commit.close();
    await written;
    expect(groups).toEqual([['a']]);
    await expect(commit.append(entry('b'), 'fact')).rejects.toMatchObject({
      code: 'JOURNAL_FAILED',
    });
  });

  it('never tries again after an error of the disk', async () => {
    const { commit, groups, told, fail } = setUp();
    fail('EIO');
    await expect(commit.append(entry('a'), 'fact')).rejects.toMatchObject({
      code: 'JOURNAL_FAILED',
    });
    fail();
    await expect(commit.append(entry('b'), 'intent')).rejects.toMatchObject({
      code: 'JOURNAL_FAILED',
    });
    expect(told).toEqual(['failure']);
    expect(groups).toEqual([]);
    commit.close();
  });

  it('refuses intents where there is no room, and keeps facts until there is', async () => {
    const { commit, groups, told, fail } = setUp();
    fail('full');
    const fact = commit.append(entry('fact'), 'fact');
    await expect(commit.append(entry('intent'), 'intent')).rejects.toMatchObject({
      code: 'JOURNAL_FULL',
    });
    expect(told).toEqual(['full']);
    await expect(commit.append(entry('intent'), 'intent')).rejects.toMatchObject({
      code: 'JOURNAL_FULL',
    });
    fail();
    await fact;
    expect(groups).toEqual([['fact']]);
    expect(told).toEqual(['full', 'room']);
    await commit.append(entry('intent'), 'intent');
    commit.close();
  });

  it('says that there is room only once something could be written, also where nothing waits', async () => {
    const { commit, groups, told, fail } = setUp();
    fail('full');
    await expect(commit.append(entry('intent'), 'intent')).rejects.toMatchObject({
      code: 'JOURNAL_FULL',
    });
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(told).toEqual(['full']);
    fail();
    await expect.poll(() => told, { timeout: 10_000 }).toEqual(['full', 'room']);
    expect(groups).toEqual([['room']]);
    commit.close();
  });

  it('ends the writing where the disk fails at what is done beside it; what was written is told', async () => {
    const { commit, groups, told, failToTidy } = setUp();
    failToTidy('EIO');
    await commit.append(entry('a'), 'intent');
    expect(told).toEqual(['failure']);
    await expect(commit.append(entry('b'), 'fact')).rejects.toMatchObject({
      code: 'JOURNAL_FAILED',
    });
    expect(groups).toEqual([['a']]);
    commit.close();
  });

  it('goes on where there is no room for what is done beside the writing', async () => {
    const { commit, groups, told, failToTidy } = setUp();
    failToTidy('full');
    await commit.append(entry('a'), 'intent');
    await commit.append(entry('b'), 'intent');
    expect([told, groups]).toEqual([[], [['a'], ['b']]]);
    commit.close();
  });
});
