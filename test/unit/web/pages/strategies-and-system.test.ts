import { describe, expect, it } from 'vitest';
import type { AuditEntryView, Worker } from '../../../../src/client/index.ts';
import { reloadableIds } from '../../../../web/src/pages/strategies/reloadable.ts';
import { mergeEntries } from '../../../../web/src/pages/system/audit/merge-entries.ts';

const worker = (id: string, strategy: string | null, state: Worker['state']): Worker =>
  ({ id, strategy, state }) as Worker;
const entries = (...seqs: number[]): AuditEntryView[] =>
  seqs.map((seq) => ({ seq }) as AuditEntryView);
const seqsOf = (list: readonly AuditEntryView[]): number[] => list.map(({ seq }) => seq);

describe('workers to reload', () => {
  it('are those of the strategy that run or are paused, by id', () => {
    const workers = [
      worker('b', 'mine', 'paused'),
      worker('a', 'mine', 'running'),
      worker('c', 'mine', 'stopped'),
      worker('d', 'mine', 'error'),
    ];
    expect(reloadableIds(workers, 'mine')).toEqual(['a', 'b']);
  });

  it('are none of another strategy, nor of a file elsewhere', () => {
    const workers = [worker('a', 'other', 'running'), worker('b', null, 'running')];
    expect(reloadableIds(workers, 'mine')).toEqual([]);
  });
});

describe('lists of the audit log', () => {
  it('are one, newest first', () => {
    expect(seqsOf(mergeEntries([entries(7, 2), entries(5)], 3))).toEqual([7, 5, 2]);
  });

  it('end where one of them may go on, so that there is no hole', () => {
    expect(seqsOf(mergeEntries([entries(9, 8, 6), entries(7, 3)], 3))).toEqual([9, 8, 7, 6]);
  });

  it('may have nothing in them', () => {
    expect(mergeEntries([[], []], 3)).toEqual([]);
  });
});
