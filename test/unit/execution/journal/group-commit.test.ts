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
  const commit = new GroupCommit({
    write: (entries) => {
      if (fault !== undefined) throw fault;
      groups.push(entries.map(({ fact }) => fact?.name ?? ''));
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
});
